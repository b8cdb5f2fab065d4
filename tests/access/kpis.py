from core import jobs
from core.imports import services as imports
from core.imports.models import Import
from core.models import Indicator
from core.uploads import accept
from kpis import rollup, services
from kpis.freezing import freeze
from kpis.models import Edition, Report, Round
from kpis.services.evidence import attach_evidence
from members.models import User
from tests.access import Row
from tests.factories.kpis import (
    ApprovedReportFactory,
    ReportFactory,
    RoundFactory,
    SubmittedReportFactory,
    line,
    publish,
)
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.personas import Personas

PAST = """organisation,year,round,indicator,region,whose,value
{code},2019,YEAR,K1,CZ,own,120
ORG-99999,2019,YEAR,K1,CZ,own,x
"""


def uploaded(p: Personas) -> Import:
    data = PAST.format(code=p.organisation.code).encode()
    return imports.start_import(kind_key="figures", file_name="past.csv", data=data, actor=p.office)


def drafted(p: Personas) -> list[str]:
    indicator = Indicator.objects.get(code="K1")
    last = indicator.versions.get(version=1)
    indicator.versions.create(version=2, name="Anew", short_name=last.short_name, series=last.series, whose=last.whose)
    return ["K1"]


def past(p: Personas) -> list[int]:
    return [uploaded(p).pk]


def past_checking(p: Personas) -> list[int]:
    one = uploaded(p)
    mapping = {int(position): name for position, name in one.mapping.items()}
    imports.map_columns(import_id=one.pk, mapping=mapping, options={}, actor=p.office)
    return [imports.start_check(import_id=one.pk, actor=p.office).pk]


def past_checked(p: Personas) -> list[int]:
    ids = past_checking(p)
    jobs.run(Import.objects.get(pk=ids[0]).job.pk)
    return ids


def past_applied(p: Personas) -> list[int]:
    """By somebody else of the Office; its reports wait for a second person."""
    data = f"organisation,year,round,indicator,region,whose,value\n{p.organisation.code},2019,YEAR,K1,CZ,own,120\n"
    other = StaffRoleFactory().user
    one = imports.start_import(kind_key="figures", file_name="past.csv", data=data.encode(), actor=other)
    mapping = {int(position): name for position, name in one.mapping.items()}
    imports.map_columns(import_id=one.pk, mapping=mapping, options={}, actor=other)
    for step in (imports.start_check, imports.confirm):
        jobs.run(step(import_id=one.pk, actor=other).job.pk)
    return [one.pk]


PUBLIC = {
    "kpis:dashboard",
    "kpis:edition_list",
    "kpis:edition_detail",
    "kpis:edition_changes",
    "kpis:edition_export",
    "kpis:indicator_list",
    "kpis:indicator_detail",
    "kpis:profile_list",
    "kpis:profile_detail",
}
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


def over() -> Round:
    return RoundFactory(status=Round.Status.CLOSED)


def expected(p: Personas) -> list[int]:
    return [report(p, expected=True).round_id, p.organisation.pk]


def closed(p: Personas) -> list[int]:
    """Approved, of a round that has closed."""
    return [report(p, ApprovedReportFactory, round=over()).pk]


def entered(p: Personas) -> list[int]:
    """By the Office, for Acme."""
    return [report(p, entered_by_office=True).pk]


def contested(p: Personas) -> str:
    """Two members claim workers of the same organisation; returns the key of the set."""
    employer = MemberFactory()
    for number in (30, 20):
        ApprovedReportFactory(lines=[line(number, whose="others", others=employer)])
    rollup.rebuild()
    return f"org:{employer.pk}"


def proposed_by_office(p: Personas) -> list[int]:
    return proposed(p, p.office)


def proposed(p: Personas, actor: User | None = None) -> list[int]:
    """A settlement that somebody else of the Office has proposed, or the actor."""
    settlement = services.propose_settlement(
        year=2024,
        indicator="K1",
        series="achieved",
        contested_set=contested(p),
        method="max",
        reason="Both trained the same shift.",
        actor=actor or StaffRoleFactory().user,
    )
    return [settlement.pk]


def evidence(p: Personas) -> list[int]:
    made = report(p)
    upload = accept("list.txt", b"120 people")
    return [attach_evidence(report_id=made.pk, indicator="K1", upload=upload, actor=p.reporter).pk]


NOTE = {"note": "Please look at the age groups again."}
AGAIN = NOTE | {"closes": "2099-01-31"}
ROUND = {
    "year": 2031,
    "period": "YEAR",
    "opens": "2031-12-01",
    "closes": "2032-02-28",
    "indicators": ["K1", "K2"],
}


def frozen(p: Personas) -> list[str]:
    """A proposed edition of what Acme reported."""
    report(p, ApprovedReportFactory)
    return [freeze(2024, p.office).code]


def published(p: Personas) -> list[str]:
    """The one of a year: where there is one, that."""
    if found := Edition.objects.published().first():
        return [found.code]
    report(p, ApprovedReportFactory)
    return [publish(2024, p.office).code]


ROWS = [
    Row("kpis:report_template", draft, signed_in=404, office=200, **ACME | {"delegate": 403}),
    Row("kpis:report_upload", draft, signed_in=404, office=200, **ACME | {"delegate": 403}),
    Row("kpis:report_upload", submitted, signed_in=404, office=403, **dict.fromkeys(ACME, 403)),
    Row("kpis:evidence", evidence, signed_in=404, office=200, **ACME),
    Row("kpis:edition_list", everyone=200),
    Row("kpis:edition_detail", frozen, everyone=404, office=200),
    Row("kpis:edition_detail", published, everyone=200),
    Row("kpis:edition_changes", published, everyone=200),
    Row("kpis:edition_export", lambda p: [*published(p), "figures", "csv"], everyone=200),
    Row("kpis:edition_propose", post={"year": "1999"}, signed_in=403, office=422),
    Row("kpis:edition_publish", frozen, post={}, signed_in=404, office=302),
    Row("kpis:edition_withdraw", frozen, post=NOTE, signed_in=404, office=302),
    Row("kpis:dashboard", everyone=200),
    Row("kpis:indicator_list", everyone=200),
    Row("kpis:indicator_detail", lambda p: ["K1"], everyone=200),
    Row("kpis:profile_list", everyone=200),
    Row("kpis:indicator_revise", lambda p: ["K1"], signed_in=403, office=200),
    Row("kpis:indicator_revise", lambda p: ["K1"], post={}, signed_in=403, office=422),
    Row("kpis:indicator_revise", lambda p: ["K6"], signed_in=403),
    Row("kpis:indicator_draft", lambda p: ["K1"], signed_in=403, office=302),
    Row("kpis:indicator_draft", drafted, signed_in=403, office=200),
    Row("kpis:indicator_draft", drafted, post={}, signed_in=403, office=422),
    Row("kpis:indicator_discard", drafted, post={}, signed_in=403, office=302),
    Row("kpis:profile_detail", lambda p: ["isco-7231"], everyone=200),
    Row("kpis:profile_add", signed_in=403, office=200),
    Row("kpis:profile_add", post={}, signed_in=403, office=422),
    Row("kpis:profile_edit", lambda p: ["isco-7231"], signed_in=403, office=200),
    Row("kpis:profile_edit", lambda p: ["isco-7231"], post={}, signed_in=403, office=422),
    Row("kpis:profile_withdraw", lambda p: ["isco-7231"], post={}, signed_in=403, office=422),
    Row("kpis:profile_restore", lambda p: ["isco-7231"], post={}, signed_in=403, office=422),
    Row("kpis:drill_down", signed_in=200, stranger=403),
    Row("kpis:report_list", signed_in=200, stranger=403),
    Row("kpis:round_list", signed_in=200, stranger=403),
    Row("kpis:round_list", post=ROUND, signed_in=403, office=302),
    Row("kpis:desk", signed_in=403, office=200),
    Row("kpis:round_detail", lambda p: [planned(p).pk], signed_in=200, stranger=404),
    Row("kpis:round_edit", lambda p: [planned(p).pk], signed_in=403, office=200, stranger=404),
    Row("kpis:round_edit", lambda p: [over().pk], signed_in=403, stranger=404),
    Row("kpis:round_reopen", lambda p: [over().pk], post=AGAIN, signed_in=403, office=302, stranger=404),
    Row("kpis:round_remind", lambda p: [RoundFactory().pk], signed_in=403, office=200, stranger=404),
    Row("kpis:round_remind", lambda p: [over().pk], signed_in=403, stranger=404),
    Row("kpis:round_reporters", lambda p: [RoundFactory().pk], signed_in=403, office=200, stranger=404),
    Row("kpis:reporter_add", lambda p: [RoundFactory().pk], post={}, signed_in=403, office=422, stranger=404),
    Row("kpis:reporter_remove", expected, post=NOTE, signed_in=403, office=302, stranger=404),
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
    Row("kpis:report_autosave", draft, post={"rows": "0"}, signed_in=404, office=200, **ACME | {"delegate": 403}),
    Row("kpis:report_submit", draft, signed_in=404, office=403, reporter=403, delegate=403, primary=200),
    Row("kpis:report_submit", draft, post={}, signed_in=404, office=403, reporter=403, delegate=403, primary=302),
    Row("kpis:report_return", submitted, post=NOTE, signed_in=404, office=302, **dict.fromkeys(ACME, 403)),
    # To approve takes what the page showed (tests/kpis/test_seen.py): without it the page comes back.
    Row("kpis:report_approve", submitted, post={}, signed_in=404, office=422, **dict.fromkeys(ACME, 403)),
    Row("kpis:settlement_list", signed_in=403, office=200),
    Row("kpis:overlap_list", signed_in=403, office=200),
    Row("kpis:settlement_propose", signed_in=403, office=302),
    Row("kpis:settlement_detail", proposed, signed_in=404, office=200),
    Row("kpis:settlement_approve", proposed, post={}, signed_in=404, office=422),
    Row("kpis:settlement_decline", proposed, post=NOTE, signed_in=404, office=302),
    Row("kpis:settlement_withdraw", proposed, post=NOTE, signed_in=404, office=403),
    Row("kpis:settlement_withdraw", proposed_by_office, post=NOTE, signed_in=404, office=302),
    Row("kpis:report_reopen", closed, post=NOTE, signed_in=404, office=302, **dict.fromkeys(ACME, 403)),
    Row("kpis:report_enter", lambda p: [RoundFactory().pk], post={}, signed_in=403, office=422, stranger=404),
    Row("kpis:report_lock", closed, post={}, signed_in=404, office=302, **dict.fromkeys(ACME, 403)),
    Row("kpis:report_lock", approved, post={}, signed_in=404, office=403, **dict.fromkeys(ACME, 403)),
    Row("kpis:reports_lock", lambda p: [over().pk], post={}, signed_in=403, office=302, stranger=404),
    Row("kpis:report_hand_in", entered, post=NOTE, signed_in=404, office=302, **dict.fromkeys(ACME, 403)),
    Row("kpis:report_hand_in", draft, post=NOTE, signed_in=404, office=403, **dict.fromkeys(ACME, 403)),
    Row("kpis:report_reopen", approved, post=NOTE, signed_in=404, office=302, **dict.fromkeys(ACME, 403)),
    Row("kpis:history_list", signed_in=403, office=200),
    Row("kpis:history_list", post={}, signed_in=403, office=422),
    Row("kpis:history_detail", past, signed_in=404, office=200),
    Row("kpis:history_detail", past_checking, signed_in=404, office=200),
    Row("kpis:history_detail", past_checked, signed_in=404, office=200),
    Row("kpis:history_columns", past_checked, signed_in=404, office=200),
    Row("kpis:history_columns", past, post={}, signed_in=404, office=422),
    Row("kpis:history_table", past, post={"sheet": "", "header_row": 1}, signed_in=404, office=302),
    Row("kpis:history_progress", past_checking, signed_in=404, office=302),
    Row("kpis:history_confirm", past_checked, post={}, signed_in=404, office=302),
    Row("kpis:history_check", past_checked, post={}, signed_in=404, office=302),
    Row("kpis:history_stop", past_checking, post={}, signed_in=404, office=302),
    Row("kpis:history_discard", past_checked, post={}, signed_in=404, office=302),
    Row("kpis:history_undo", past_checked, post={}, signed_in=404, office=302),
    Row("kpis:history_reports", past_applied, signed_in=404, office=200),
    Row("kpis:approval_progress", past_applied, signed_in=404, office=302),
    Row("kpis:history_approve", past_applied, post={}, signed_in=404, office=302),
    Row("kpis:history_approve", past_checked, post={}, signed_in=404, office=403),
    Row("kpis:history_errors", lambda p: [*past_checked(p), "csv"], signed_in=404, office=200),
]
