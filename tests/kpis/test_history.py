"""Past figures from a file: every fault by row and column, all or nothing, and what was approved is never altered."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from django.core.management import call_command

from core import events, jobs
from core.models import Indicator
from core.permissions import Denied
from core.spreadsheets import writing
from kpis import services
from kpis.history.planning import Planner
from kpis.history.writing import write
from kpis.lines import lines_of
from kpis.models import CountedLine, Evidence, Report, Round, Total
from kpis.services.history import import_figures, read_rows
from members.models import User
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory, OrganisationFactory, WorkforceFactory
from tests.factories.projects import InitiativeFactory
from tests.variants import telling

pytestmark = pytest.mark.django_db
COLUMNS = (
    "organisation", "year", "round", "indicator", "series", "region", "whose", "others", "breakdown", "category",
    "state", "value", "initiative", "note",
)  # fmt: skip


@pytest.fixture
def plant():
    return MemberFactory(legal_name="The plant", pic="999999984", oid="E10000001")


def said(organisation, value="", **more) -> dict[str, str]:
    """A row of the file."""
    whole = {
        "organisation": getattr(organisation, "code", organisation), "year": "2022", "round": "YEAR",
        "indicator": "K1", "series": "achieved", "region": "CZ", "whose": "own", "value": str(value),
    }  # fmt: skip
    return {name: str(more.get(name, whole.get(name, ""))) for name in COLUMNS}


def as_csv(*rows: dict[str, str]) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def load(*rows: dict[str, str], approve: bool = False, actor: User | None = None):
    return import_figures(data=as_csv(*rows), name="past.csv", actor=actor or User.objects.system(), approve=approve)


def faults(outcome) -> set[tuple[int, str]]:
    return {(one["row"], one["column"]) for one in outcome.errors}


def total(key: str = "ALL", **more) -> tuple[int, int, int]:
    place = {"by": "region", "year": 2022, "indicator__code": "K1", "series": "achieved", "breakdown": ""} | more
    one = Total.objects.get(key=key, **place)
    return one.gross, one.low, one.high


# -- The command -------------------------------------------------------------------------------------------------------
def run(path, capsys, *options: str) -> tuple[int, dict]:
    code = 0
    try:
        call_command("import_figures", str(path), "--json", *options)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_approved_figures_of_a_file_count_at_once_and_the_same_file_again_changes_nothing(plant, tmp_path, capsys):
    MemberFactory(type="EDU-VET", vat="CZ00177041")
    InitiativeFactory(code="PILOT-A")
    path = tmp_path / "past.csv"
    path.write_bytes(
        as_csv(
            said("999999984", 120, note="From the annual report"),
            said("999999984", 20, breakdown="gender", category="f"),
            said("999999984", 100, breakdown="gender", category="m"),
            said("E10000001", 300, series="planned"),
            said("CZ 001-77041", 30, whose="others", others=plant.code),
            said("CZ00177041", 7, whose="others", others="unknown", initiative="PILOT-A"),
            said("CZ00177041", "", indicator="K4", state="not_collected"),
        )
    )
    code, told = run(path, capsys, "--approve")
    assert (code, told["rows"], told["new"], told["reports"], told["errors"]) == (0, 7, 7, 2, [])
    assert total() == (157, 120, 127)
    assert total(breakdown="gender", category="f") == (20, 20, 20)
    assert total("PILOT-A", by="initiative") == (7, 0, 7)
    made = Round.objects.get(year=2022, period="YEAR")
    assert made.status == Round.Status.CLOSED
    report = Report.objects.get(organisation=plant)
    assert (report.status, report.revision, report.imported) == ("approved", 1, True)
    assert (report.approved_by, report.member_type) == (User.objects.system(), plant.member_type)
    trail = events.of(report).get()
    assert (trail.verb, trail.actor, trail.data["file"]) == ("report.approve_import", User.objects.system(), "past.csv")

    code, told = run(path, capsys, "--approve")
    assert (code, told["unchanged"], told["reports"]) == (0, 7, 0)
    assert Report.objects.count() == 2
    assert events.of(report).count() == 1


def test_a_file_with_any_error_writes_nothing_and_names_every_cell(plant, tmp_path, capsys):
    path = tmp_path / "past.csv"
    path.write_bytes(as_csv(said(plant, 1), said("ORG-99999", "n/a"), said(plant, 2, region="XX", whose="friends")))
    code, told = run(path, capsys)
    assert code == 1
    assert {(one["row"], one["column"]) for one in told["errors"]} == {
        (3, "organisation"), (3, "value"), (4, "region"), (4, "whose"),
    }  # fmt: skip
    assert "ORG-99999" in next(one["message"] for one in told["errors"] if one["column"] == "organisation")
    assert not Round.objects.exists()
    assert not Report.objects.exists()


@pytest.mark.parametrize("text", ["", "just words", "name,size\nAcme,12\n", "organisation,year\nORG-00001,2022\n"])
def test_a_file_that_is_no_table_of_figures_is_refused_with_the_reason(text, tmp_path, capsys):
    path = tmp_path / "past.csv"
    path.write_text(text)
    code, told = run(path, capsys)
    assert code == 1
    assert told["errors"][0]["row"] is None
    assert told["errors"][0]["message"]


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_workbooks_are_read_like_text(plant, ending):
    rows = [list(said(plant, 120).values()), list(said(plant, 5, region="DE").values())]
    if ending == "xlsx":
        data, _type = writing.written("xlsx", list(COLUMNS), rows, sheet="Figures")
    else:
        data = as_ods([list(COLUMNS), *rows])
    outcome = import_figures(data=data, name=f"past.{ending}", actor=User.objects.system())
    assert (outcome.errors, outcome.new, outcome.reports) == ([], 2, 1)


def as_ods(rows: list[list[str]]) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Figures">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return file.getvalue()


# -- What is refused ---------------------------------------------------------------------------------------------------
WRONG = [
    *(
        ("value", {"value": text})
        for text in ["n/a", "see note", "1.234,5", "1,234", "-5", "12.5", "1e300", "9" * 40, ""]
    ),
    ("value", {"value": "", "state": "value"}),
    ("value", {"value": "3", "state": "na"}),
    ("value", {"value": "3", "state": "zero"}),
    ("state", {"state": "maybe"}),
    ("year", {"year": "1066"}),
    ("year", {"year": "soon"}),
    ("round", {"round": "Q5"}),
    ("round", {"round": ""}),
    ("indicator", {"indicator": "K6"}),
    ("indicator", {"indicator": "K9"}),
    ("series", {"indicator": "K2", "series": "planned"}),
    ("whose", {"indicator": "K2", "whose": "not_employed"}),
    *(("region", {"region": code}) for code in ["GR", "CZ0", "CZ999", "FR24", ""]),
    ("whose", {"whose": ""}),
    ("others", {"whose": "others"}),
    ("others", {"others": "unknown"}),
    ("others", {"whose": "others", "others": "ORG-99999"}),
    ("initiative", {"initiative": "NOBODY"}),
    ("organisation", {"organisation": ""}),
    ("category", {"breakdown": "gender"}),
    ("breakdown", {"breakdown": "eqf", "category": "5"}),
    ("category", {"breakdown": "gender", "category": "women"}),
    ("breakdown", {"breakdown": "gender", "category": "f"}),  # without a row of the total
]


@pytest.mark.parametrize(("column", "wrong"), telling(WRONG, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33), ids=str)
def test_what_cannot_be_right_is_refused_at_its_cell(plant, column, wrong):
    outcome = import_figures(
        data=as_csv(said(plant, 5) | wrong), name="past.csv", actor=User.objects.system(), approve=True
    )
    assert faults(outcome) == {(2, column)}
    assert outcome.errors[0]["message"]
    assert not Report.objects.exists()


def test_greece_and_old_regions_are_explained(plant):
    outcome = load(said(plant, 5, region="GR"), said(plant, 5, region="FR24"))
    greek, french = (one["message"] for one in outcome.errors)
    assert "EL" in greek
    assert "FRB0" in french


def test_one_s_own_staff_are_not_others(plant):
    assert faults(load(said(plant, 5, whose="others", others=plant.code))) == {(2, "others")}


def test_parts_add_up_to_their_total_with_unknown(plant):
    women = said(plant, 3, breakdown="gender", category="F")
    assert faults(load(said(plant, 5), women)) == {(3, "value")}
    rest = said(plant, 2, breakdown="gender", category="unknown")
    assert faults(load(said(plant, 4), women, rest)) == {(4, "value")}
    assert faults(load(said(plant, state="na"), women)) == {(3, "value")}
    assert not load(said(plant, 5), women, rest).errors


def test_a_country_and_its_regions_are_not_both_given_in_the_file_or_with_what_is_on_record(plant):
    assert faults(load(said(plant, 5), said(plant, 2, region="CZ08"))) == {(3, "region")}
    assert not load(said(plant, 5), approve=True).errors
    assert faults(load(said(plant, 2, region="CZ08"))) == {(2, "region")}
    assert not load(said(plant, 2, region="CZ08", indicator="K2")).errors


def test_a_region_after_which_the_file_gives_the_country_is_named_too(plant):
    assert not load(said(plant, 2, region="CZ08"), approve=True).errors
    assert faults(load(said(plant, 5))) == {(2, "region")}


def test_a_figure_stands_once_in_a_file(plant):
    outcome = load(said(plant, 5), said(plant, 5))
    assert faults(outcome) == {(3, "organisation")}
    assert "row 2" in outcome.errors[0]["message"]


def test_a_round_that_does_not_ask_for_an_indicator_takes_none(plant):
    round = RoundFactory(year=2022)
    round.indicators.set(round.indicators.filter(indicator__code="K1"))
    assert faults(load(said(plant, 5, indicator="K3"))) == {(2, "indicator")}


# -- What asks for a reason --------------------------------------------------------------------------------------------
def test_figures_that_a_reporter_would_have_to_explain_are_marked_unless_a_note_does(plant):
    WorkforceFactory(organisation=plant, year=2022, people=100)
    outcome = load(said(plant, 80, round="Q2"), said(plant, 60), said(plant, 120, year=2023))
    assert not outcome.errors
    assert {(one["row"], one["column"]) for one in outcome.warnings} == {(3, "note"), (4, "note"), (4, "value")}
    Report.objects.all().delete()
    outcome = load(said(plant, 80, round="Q2"), said(plant, 60, note="Counted anew"), said(plant, 90, year=2023))
    assert not outcome.warnings
    assert Report.objects.get(round__year=2022, round__period="YEAR").reasons == {"fall-K1": "Counted anew"}


def test_what_the_file_does_not_explain_is_not_approved_at_once_but_waits_for_a_person(plant, tmp_path, capsys):
    other = MemberFactory()
    path = tmp_path / "past.csv"
    rows = [said(plant, 80, round="Q2"), said(plant, 60), said(other, 80, round="Q2")]
    path.write_bytes(as_csv(*rows, said(other, 60, note="Counted anew")))
    code, told = run(path, capsys, "--approve")
    assert (code, told["reports"], told["waiting"]) == (0, 4, 1)
    assert [(one["row"], one["column"]) for one in told["warnings"]] == [(3, "note")]
    assert total() == (140, 140, 140)  # of the plant those of the quarter
    left = Report.objects.get(organisation=plant, round__period="YEAR")
    assert (left.status, left.unexplained) == ("submitted", ["fall-K1"])

    path.write_bytes(as_csv(said(plant, 60, note="Two plants were sold")))
    code, told = run(path, capsys, "--approve")
    assert (code, told["changed"], told["waiting"], told["warnings"]) == (0, 1, 0, [])
    left.refresh_from_db()
    assert (left.status, left.reasons) == ("approved", {"fall-K1": "Two plants were sold"})
    assert total() == (120, 120, 120)


def test_a_question_about_a_line_on_record_is_asked_at_the_rows_of_the_file(plant):
    WorkforceFactory(organisation=plant, year=2022, people=100)
    old = ApprovedReportFactory(organisation=plant, round=RoundFactory(year=2022), lines=[line(90)])
    assert {(one["row"], one["column"]) for one in load(said(plant, 20, region="DE")).warnings} == {(2, "note")}
    Report.objects.exclude(pk=old.pk).delete()
    Report.objects.filter(pk=old.pk).update(reasons={"workforce": "Temporary staff"})
    assert not load(said(plant, 20, region="DE")).warnings  # the reason on record goes on
    assert Report.objects.get(revision=2).reasons == {"workforce": "Temporary staff"}


# -- Revisions ---------------------------------------------------------------------------------------------------------
def test_a_figure_that_replaces_an_approved_one_makes_a_new_revision_and_leaves_the_old_one_readable(plant):
    closed = RoundFactory(year=2022, status=Round.Status.CLOSED)
    old = ApprovedReportFactory(
        organisation=plant, round=closed, lines=[line(100, parts={"gender": {"f": 100}}), line(9, indicator="K2")]
    )
    Evidence.objects.create(
        report=old, indicator=Indicator.objects.get(code="K2"), file="evidence/k2.pdf", name="Proof.pdf", size=1,
        uploaded_by=User.objects.system(),
    )  # fmt: skip
    outcome = load(said(plant, 130, note="Corrected"), approve=True)
    assert (outcome.changed, outcome.reports) == (1, 1)
    old.refresh_from_db()
    new = Report.objects.get(organisation=plant, revision=2)
    assert old.superseded_at is not None
    assert [one.total.value for one in lines_of(old)] == [100, 9]
    assert {one.indicator: (one.total.value, one.parts) for one in lines_of(new)} == {"K1": (130, {}), "K2": (9, {})}
    assert [one.evidence.get().name for one in (old, new)] == ["Proof.pdf", "Proof.pdf"]
    assert total() == (130, 130, 130)
    assert CountedLine.objects.filter(report=new).count() == 2


def test_without_approval_the_figures_wait_and_the_approved_ones_count(plant, personas):
    ApprovedReportFactory(organisation=plant, round=RoundFactory(year=2022), lines=[line(100)])
    load(said(plant, 130), actor=personas.office)
    waiting = Report.objects.get(organisation=plant, revision=2)
    assert (waiting.status, waiting.submitted_by) == (Report.Status.SUBMITTED, personas.office)
    assert not Report.objects.get(organisation=plant, revision=1).superseded_at
    with pytest.raises(Denied, match="another person"):
        services.approve_report(report_id=waiting.pk, actor=personas.office)

    load(said(plant, 140), actor=personas.office)  # a later file corrects what waits, in place
    assert [one.total.value for one in lines_of(waiting)] == [140]
    assert Report.objects.filter(organisation=plant).count() == 2
    assert load(said(plant, 140), approve=True).unchanged == 1  # and the portal approves it
    waiting.refresh_from_db()
    assert waiting.status == Report.Status.APPROVED
    assert total() == (140, 140, 140)
    assert [one.verb for one in events.of(waiting)] == ["report.approve_import", "report.import", "report.import"]


@pytest.mark.parametrize("status", ["draft", "submitted", "returned"])
def test_a_report_that_somebody_works_on_is_not_overwritten(plant, status):
    draft = ReportFactory(organisation=plant, round=RoundFactory(year=2022), status=status, lines=[line(55)])
    outcome = load(said(plant, 60), approve=True)
    assert faults(outcome) == {(2, "organisation")}
    assert str(draft) in outcome.errors[0]["message"]
    assert [one.total.value for one in lines_of(draft)] == [55]


def test_a_report_in_progress_is_no_obstacle_to_a_file_that_changes_nothing(plant, personas):
    round = RoundFactory(year=2022)
    old = ApprovedReportFactory(organisation=plant, round=round, lines=[line(100)])
    services.reopen_report(report_id=old.pk, actor=personas.office, note="Please check.")
    assert load(said(plant, 100)).unchanged == 1
    assert faults(load(said(plant, 101))) == {(2, "organisation")}


def test_a_report_that_nobody_has_begun_takes_the_figures_of_the_file(plant):
    empty = ReportFactory(organisation=plant, round=RoundFactory(year=2022), status=Report.Status.NOT_STARTED)
    assert load(said(plant, 60), approve=True).reports == 1
    empty.refresh_from_db()
    assert (empty.status, empty.revision) == (Report.Status.APPROVED, 1)
    assert total() == (60, 60, 60)


def test_a_member_who_saves_over_imported_figures_makes_them_their_own(personas):
    one = personas.organisation
    RoundFactory(year=2022)
    load(said(one, 60))
    report = Report.objects.get(organisation=one)
    services.return_report(report_id=report.pk, actor=personas.office, note="Please look at it.")
    services.save_figures(report_id=report.pk, lines=[line(61)], actor=personas.reporter)
    assert not Report.objects.get(pk=report.pk).imported
    assert faults(load(said(one, 62))) == {(2, "organisation")}


def test_a_locked_report_gets_a_new_revision_and_the_reader_is_told(plant):
    ApprovedReportFactory(
        organisation=plant, round=RoundFactory(year=2022), status=Report.Status.LOCKED, lines=[line(100)]
    )
    outcome = load(said(plant, 130), approve=True)
    assert [one["row"] for one in outcome.warnings] == [2]
    assert Report.objects.get(organisation=plant, revision=2).counts


def test_figures_of_organisations_that_are_no_members_and_of_quarters_are_welcome(plant):
    outsider = OrganisationFactory()
    outcome = load(said(outsider, 5), said(plant, 3, round="Q1"), said(plant, 4, round="Q2"), approve=True)
    assert not outcome.errors
    assert total() == (9, 9, 9)  # of the plant the latest quarter
    assert Round.objects.filter(year=2022).count() == 3


def test_only_the_office_imports_and_only_the_portal_approves_at_once(plant, personas):
    with pytest.raises(Denied):
        load(said(plant, 5), actor=personas.primary)
    with pytest.raises(Denied):
        load(said(plant, 5), actor=personas.office, approve=True)
    assert not Report.objects.exists()


def test_a_file_takes_as_many_queries_however_many_reports_it_has(django_assert_max_num_queries):
    members = [MemberFactory() for _n in range(40)]
    load(said(members[0], 5, year=2021))  # content types are read once
    with django_assert_max_num_queries(60):
        assert load(*(said(one, 5, round=round) for one in members for round in ("Q1", "YEAR"))).reports == 80


def test_what_a_member_saved_after_the_check_is_not_overwritten(personas):
    """Between the dry run of the import and its writing, a returned report was corrected by its reporter."""
    organisation = personas.organisation
    load(said(organisation, 10), actor=personas.office)
    report = Report.objects.get(organisation=organisation)
    services.return_report(report_id=report.pk, actor=personas.office, note="Please look again.")
    planner = Planner(read_rows(as_csv(said(organisation, 20))))
    planner.plan(lambda done, total, message: None)
    services.save_figures(report_id=report.pk, lines=[line(30)], actor=personas.office)
    with pytest.raises(jobs.JobFailed, match="has been changed"):
        write(planner.reports, actor=personas.office, source="past.csv")
    assert [one.total.value for one in lines_of(report)] == [30]
