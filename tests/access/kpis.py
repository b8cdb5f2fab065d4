from kpis.models import Report, Round
from tests.access import Row
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.personas import Personas

PUBLIC = {"kpis:dashboard"}
ACME = {"primary": 200, "reporter": 200, "delegate": 200}


def report(p: Personas, make=ReportFactory, **more: object) -> Report:
    """Of Acme."""
    return make(organisation=p.organisation, lines=[line(120)], **more)


def planned(p: Personas) -> Round:
    return RoundFactory(year=2025, status=Round.Status.PLANNED)


def draft(p: Personas) -> list[int]:
    return [report(p).pk]


def submitted(p: Personas) -> list[int]:
    return [report(p, SubmittedReportFactory).pk]


def approved(p: Personas) -> list[int]:
    return [report(p, ApprovedReportFactory).pk]


NOTE = {"note": "Please look at the age groups again."}
ROUND = {
    "year": 2031,
    "period": "YEAR",
    "opens": "2031-12-01",
    "closes": "2032-02-28",
    "indicators": ["K1", "K2"],
}
ROWS = [
    Row("kpis:dashboard", everyone=200),
    Row("kpis:drill_down", signed_in=200, stranger=403),
    Row("kpis:report_list", signed_in=200, stranger=403),
    Row("kpis:round_list", signed_in=200, stranger=403),
    Row("kpis:round_list", post=ROUND, signed_in=403, office=302),
    Row("kpis:desk", signed_in=403, office=200),
    Row("kpis:round_open", lambda p: [planned(p).pk], post={}, signed_in=403, office=302, stranger=404),
    Row("kpis:round_close", lambda p: [RoundFactory().pk], post={}, signed_in=403, office=302, stranger=404),
    Row(
        "kpis:report_start",
        lambda p: [RoundFactory().pk],
        post={"organisation": "0"},
        signed_in=404,
    ),
    Row("kpis:report_detail", draft, signed_in=404, office=200, **ACME),
    Row("kpis:report_edit", draft, signed_in=404, office=200, **ACME | {"delegate": 403}),
    Row("kpis:report_edit", submitted, signed_in=404, office=403, primary=403, reporter=403, delegate=403),
    Row("kpis:report_submit", draft, post={}, signed_in=404, office=403, reporter=403, delegate=403, primary=302),
    Row("kpis:report_return", submitted, post=NOTE, signed_in=404, office=302, **dict.fromkeys(ACME, 403)),
    Row("kpis:report_approve", submitted, post={}, signed_in=404, office=302, **dict.fromkeys(ACME, 403)),
    Row("kpis:report_reopen", approved, post=NOTE, signed_in=404, office=302, **dict.fromkeys(ACME, 403)),
]
