from kpis.models.adjustments import Adjustment, AdjustmentLine
from kpis.models.derived import CountedLine, OrganisationTotal, PeriodTotal, RefreshRequest, RollUpAudit, Total
from kpis.models.editions import Edition, EditionCell, EditionChange
from kpis.models.evidence import Evidence
from kpis.models.reports import Figure, FigureCategory, Report
from kpis.models.rounds import Ambition, ExpectedReporter, Reminder, Round, WorkforceBase

__all__ = [
    "Adjustment",
    "AdjustmentLine",
    "Ambition",
    "CountedLine",
    "Edition",
    "EditionCell",
    "EditionChange",
    "Evidence",
    "ExpectedReporter",
    "Figure",
    "FigureCategory",
    "OrganisationTotal",
    "PeriodTotal",
    "RefreshRequest",
    "Reminder",
    "Report",
    "RollUpAudit",
    "Round",
    "Total",
    "WorkforceBase",
]
