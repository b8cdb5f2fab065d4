from kpis.services.reports import (
    ChangedMeanwhile,
    NotComplete,
    WrongFigures,
    approve_report,
    findings_of,
    reopen_report,
    return_report,
    save_figures,
    submit_report,
)
from kpis.services.rounds import close_round, create_round, expect_report, open_round
from kpis.services.settlements import approve_settlement, decline_settlement, propose_settlement

__all__ = [
    "ChangedMeanwhile",
    "NotComplete",
    "WrongFigures",
    "approve_report",
    "approve_settlement",
    "close_round",
    "create_round",
    "decline_settlement",
    "expect_report",
    "findings_of",
    "open_round",
    "propose_settlement",
    "reopen_report",
    "return_report",
    "save_figures",
    "submit_report",
]
