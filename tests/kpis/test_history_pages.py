"""The Office loads past figures on pages, with the wizard that rosters have, and takes them back."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from core import jobs
from core.imports.models import Import
from kpis import services
from kpis.lines import lines_of
from kpis.models import Report, Round
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory

pytestmark = pytest.mark.django_db
HEADER = "Reporting organisation;Year;Quarter;KPI;NUTS code;Whose workers;Breakdown;Category;Number;Notes\n"


@pytest.fixture
def office(personas, client_for):
    return client_for(personas.office)


def upload(office, *rows: str) -> Import:
    file = io.BytesIO((HEADER + "\n".join(rows) + "\n").encode())
    file.name = "past.csv"
    answer = office.post(reverse("kpis:history_list"), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("pk")


def act(office, batch: Import, name: str, **said: str) -> Import:
    """Take a step on the page, and let the worker do its job."""
    assert office.post(reverse(f"kpis:history_{name}", args=[batch.pk]), said).status_code == 302
    found = Import.objects.get(pk=batch.pk)
    if found.is_running and found.job:
        jobs.run(found.job.pk)
    return Import.objects.get(pk=batch.pk)


def checked(office, *rows: str) -> Import:
    batch = upload(office, *rows)
    columns = {f"column_{position}": name for position, name in batch.mapping.items()}
    return act(office, batch, "columns", **columns)


def test_from_the_upload_to_approved_figures_and_back(personas, office, client_for):
    plant, other = MemberFactory(legal_name="The plant"), MemberFactory()
    figures = [line(100), line(5, indicator="K2")]
    old = ApprovedReportFactory(organisation=plant, round=RoundFactory(year=2022), lines=figures)
    empty = ReportFactory(organisation=other, round=RoundFactory(year=2022), status=Report.Status.NOT_STARTED)
    batch = checked(
        office,
        f"{plant.code};2022;YEAR;K1;CZ;own;;;130;Counted anew",
        f"{plant.code};2022;YEAR;K2;CZ;own;;;5;",
        f"{other.code};2022;YEAR;K1;CZ;own;;;40;",
        f"{other.code};2022;YEAR;K1;CZ;own;gender;f;40;",
        f"{other.code};2021;Q2;K1;CZ;own;;;7;",
    )
    assert batch.mapping == {
        "0": "organisation", "1": "year", "2": "round", "3": "indicator", "4": "region", "5": "whose",
        "6": "breakdown", "7": "category", "8": "value", "9": "note",
    }  # fmt: skip
    assert batch.status == "checked"
    assert [batch.counts[outcome] for outcome in ("new", "changed", "unchanged")] == [3, 1, 1]
    assert Report.objects.count() == 2
    page = office.get(batch.get_absolute_url() + "?rows=changed").content.decode()
    assert "<del>100</del>" in page
    assert "<ins>130</ins>" in page
    assert "Counted anew" in page

    batch = act(office, batch, "confirm")
    assert (batch.status, batch.counts["applied"]) == ("applied", 4)
    assert Round.objects.get(year=2021, period="Q2").status == Round.Status.CLOSED
    new = Report.objects.get(organisation=plant, revision=2)
    assert (new.status, new.submitted_by) == (Report.Status.SUBMITTED, personas.office)
    assert [one.total.value for one in lines_of(new)] == [130, 5]
    empty.refresh_from_db()
    assert empty.status == Report.Status.SUBMITTED
    assert "rows were written" in office.get(batch.get_absolute_url()).content.decode()

    services.approve_report(report_id=new.pk, actor=StaffRoleFactory().user)
    batch = act(office, batch, "undo")
    assert (batch.status, batch.counts["reversed"], batch.counts["kept"]) == ("undone", 3, 1)
    empty.refresh_from_db()
    assert (empty.status, empty.imported, lines_of(empty)) == (Report.Status.NOT_STARTED, False, [])
    assert not Report.objects.filter(round__year=2021).exists()
    assert Report.objects.get(pk=new.pk).counts
    assert not Report.objects.get(pk=old.pk).counts
    page = office.get(batch.get_absolute_url()).content.decode()
    assert "approved since" in page


def test_a_file_with_an_error_cannot_be_confirmed_and_comes_back_with_what_to_correct(office):
    plant = MemberFactory()
    batch = checked(office, f"{plant.code};2022;YEAR;K1;CZ;own;;;130;", f"{plant.code};2022;YEAR;K3;CZ;own;;;n/a;")
    page = office.get(batch.get_absolute_url()).content.decode()
    assert "“n/a” is not a number" in page
    assert reverse("kpis:history_confirm", args=[batch.pk]) not in page
    batch = act(office, batch, "confirm")
    assert batch.status == "checked"
    assert not Report.objects.exists()
    file = office.get(reverse("kpis:history_errors", args=[batch.pk, "csv"])).content.decode("utf-8-sig")
    assert "n/a" in file.splitlines()[1]
    assert "is not a number" in file.splitlines()[1]
    assert len(file.splitlines()) == 2


def test_a_header_that_somebody_mapped_is_known_the_next_time(office):
    batch = upload(office, "ORG-00001;2022;YEAR;K1;CZ;own;;;130;")
    columns = {f"column_{position}": name for position, name in batch.mapping.items()} | {"column_9": ""}
    act(office, batch, "columns", **columns)
    assert "9" not in upload(office, "ORG-00002;2022;YEAR;K1;CZ;own;;;130;").mapping


def test_what_is_no_spreadsheet_is_refused_on_the_page(office):
    file = io.BytesIO(b"\x00\x01\x02 not a table")
    file.name = "past.xlsx"
    answer = office.post(reverse("kpis:history_list"), {"file": file})
    assert answer.status_code == 422
    assert not Import.objects.exists()


def test_a_report_begun_after_the_dry_run_stops_the_whole_import(office, personas):
    one = personas.organisation
    report = ReportFactory(organisation=one, round=RoundFactory(year=2022), status=Report.Status.NOT_STARTED)
    batch = checked(office, f"{one.code};2022;YEAR;K1;CZ;own;;;130;")
    services.save_figures(report_id=report.pk, lines=[line(61)], actor=personas.reporter)
    batch = act(office, batch, "confirm")
    assert batch.status == "failed"
    assert "Nothing was written" in batch.error
    assert [one.total.value for one in lines_of(report)] == [61]


@pytest.mark.thorough
def test_the_list_and_the_preview_take_the_same_queries_however_long(office, django_assert_max_num_queries):
    plant = MemberFactory()
    for year in range(2001, 2007):
        upload(office, f"{plant.code};{year};YEAR;K1;CZ;own;;;130;")
    batch = checked(office, *(f"{plant.code};{year};YEAR;K1;CZ;own;;;130;" for year in range(2001, 2041)))
    with django_assert_max_num_queries(14):
        assert "past.csv" in office.get(reverse("kpis:history_list")).content.decode()
    with django_assert_max_num_queries(14):
        assert "2040" in office.get(batch.get_absolute_url()).content.decode()
