"""A report as a spreadsheet: handed out, filled in offline, taken back, compared, written as if typed."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core.models import IndicatorVersion
from kpis import services
from kpis.models import Report
from kpis.services.profiles import add_profile
from members.models import today
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory
from tests.variants import telling

pytestmark = pytest.mark.django_db


def template(client, report) -> bytes:
    answer = client.get(reverse("kpis:report_template", args=[report.pk]))
    assert answer.status_code == 200
    return answer.content


def opened(data: bytes):
    return load_workbook(io.BytesIO(data))


def download(client, report):
    return opened(template(client, report))


def column(sheet, code: str) -> int:
    return next(cell.column for cell in sheet[3] if cell.value == code)


def put(book, code: str, value, row: int = 5, sheet: str = "K1"):
    book[sheet].cell(row=row, column=column(book[sheet], code)).value = value


def send(client, report, book, name="report.xlsx"):
    data = book
    if not isinstance(book, bytes):
        out = io.BytesIO()
        book.save(out)
        data = out.getvalue()
    return client.post(reverse("kpis:report_upload", args=[report.pk]), {"file": SimpleUploadedFile(name, data)})


def confirm(client, report, page):
    context = page.context
    return client.post(
        reverse("kpis:report_upload", args=[report.pk]), {"confirmed": context["confirmed"], "seen": context["seen"]}
    )


@pytest.fixture
def report(personas) -> Report:
    lines = [line(120, region="CZ01", parts={"gender": {"f": 20, "m": 100}}), line(60, region="CZ02")]
    return ReportFactory(organisation=personas.organisation, lines=lines)


@pytest.fixture
def reporter(personas, client_for):
    return client_for(personas.reporter)


def test_the_template_is_filled_in_protected_and_checks_what_is_typed(report, reporter):
    book = download(reporter, report)
    assert book.sheetnames == ["Read me", "K1", "K2", "K3", "K4", "K5", "_lists", "_stamp"]
    assert book["_stamp"].sheet_state == "veryHidden"
    sheet = book["K1"]
    assert sheet.protection.sheet
    cells = {code: sheet.cell(row=5, column=column(sheet, code)) for code in ("region", "total", "gender.f", "note")}
    assert cells["region"].value == "CZ01 Praha"
    assert (cells["total"].value, cells["gender.f"].value) == (120, 20)
    assert {code: cell.protection.locked for code, cell in cells.items()} == {
        "region": True,
        "total": False,
        "gender.f": False,
        "note": False,
    }
    kinds = {(one.type, one.operator) for one in sheet.data_validations.dataValidation}
    assert {("list", None), ("whole", None)} <= {(kind, None) for kind, _operator in kinds}


def test_what_was_changed_offline_is_shown_confirmed_and_written_as_if_typed(report, reporter, personas):
    book = download(reporter, report)
    put(book, "total", 130)
    put(book, "gender.m", 110)
    put(book, "note", "With the new plant")
    put(book, "region", "AT13 Wien", row=7)
    put(book, "whose", "Staff of other organisations", row=7)
    put(book, "others", personas.other_organisation.code, row=7)
    put(book, "total", 9, row=7)
    put(book, "state", "not collected", row=5, sheet="K2")
    page = send(reporter, report, book)
    assert page.status_code == 200
    told = [(one.indicator, one.cell, one.old, one.new) for one in page.context["changes"]]
    assert ("K1", "Total", "120", "130") in told
    assert ("K1", "Gender: Men", "100", "110") in told
    assert ("K1", "Total", "–", "9") in told
    assert report.figures.get(region__code="CZ01").value == 120  # nothing is written before it is confirmed
    assert confirm(reporter, report, page).status_code == 302
    found = {(one.region.code, one.whose): (one.state, one.value) for one in report.figures.all()}
    assert found == {
        ("CZ01", "own"): ("value", 130),
        ("CZ02", "own"): ("value", 60),
        ("AT13", "others"): ("value", 9),
        ("CZ", "own"): ("not_collected", None),
    }
    assert send(reporter, report, book).context["changes"] == []


@pytest.mark.parametrize(
    ("code", "value", "reason"),
    telling(
        [
            ("total", -3, "never below zero"),
            ("total", 12.5, "whole numbers"),
            ("total", 1e20, "too large"),
            ("total", "n/a", "is not a number"),
            ("total", "see note", "is not a number"),
            ("total", "1.234,5", "whole numbers"),
            ("total", True, "is not a number"),
            ("gender.m", 500, "more than the total"),
            ("state", "perhaps", "Choose whether"),
            ("state", "not collected", "There is a number in this row"),
            ("region", "DE21 Oberbayern", "cannot be changed"),
        ],
        0,
        7,
        8,
        10,
    ),
)
def test_what_is_wrong_is_told_by_sheet_and_cell(report, reporter, code, value, reason):
    book = download(reporter, report)
    put(book, code, value)
    page = send(reporter, report, book)
    assert page.status_code == 422
    place = book["K1"].cell(row=5, column=column(book["K1"], code)).coordinate
    first = page.context["faults"][0]
    assert (first.sheet, first.cell) == ("K1", place)
    assert reason in first.message
    assert "confirmed" not in page.context


@pytest.mark.parametrize(
    ("region", "reason"),
    telling([("CZ99 Nowhere", "CZ99"), ("CZ Czechia", "not both"), ("CZ01 Praha", "stand in line")], 0),
)
def test_further_rows_are_held_to_the_same_rules(report, reporter, region, reason):
    book = download(reporter, report)
    put(book, "region", region, row=8)
    put(book, "total", 5, row=8)
    page = send(reporter, report, book)
    assert page.status_code == 422
    assert any(reason in one.message for one in page.context["faults"])
    assert report.figures.count() == 2


def test_a_formula_is_refused_where_it_stands(report, reporter):
    book = download(reporter, report)
    put(book, "total", "=60+60")
    page = send(reporter, report, book)
    assert page.status_code == 422
    assert "Sheet K1, cell H5 has a formula" in page.text


def test_an_empty_cell_is_missing_and_never_zero(report, reporter):
    book = download(reporter, report)
    put(book, "total", None, row=6)
    confirm(reporter, report, send(reporter, report, book))
    assert report.figures.get(region__code="CZ02").state == "missing"


def test_templates_of_other_reports_are_refused_with_the_reason(report, reporter, personas, client_for):
    other = ReportFactory(organisation=personas.other_organisation, lines=[line(5)])
    theirs = download(client_for(personas.outsider), other)
    assert "another organisation" in send(reporter, report, theirs).text
    year = ReportFactory(organisation=personas.organisation, round=RoundFactory(year=2023), lines=[line(5)])
    assert "for 2023; this report is for 2024" in send(reporter, report, download(reporter, year)).text


def test_a_template_of_an_earlier_revision_is_refused(personas, client_for, reporter):
    old = ReportFactory(organisation=personas.organisation, lines=[line(5)])
    book = download(reporter, old)
    services.submit_report(report_id=old.pk, actor=personas.primary)
    services.approve_report(report_id=old.pk, actor=personas.office)
    new = services.reopen_report(report_id=old.pk, actor=personas.office, note="A plant was forgotten.")
    page = send(reporter, new, book)
    assert page.status_code == 422
    assert "template of revision 1" in page.text


def test_a_template_from_before_a_definition_was_changed_is_refused_with_the_indicator(report, reporter):
    book = download(reporter, report)
    old = report.round.indicators.get(indicator__code="K3")
    new = IndicatorVersion.objects.get(pk=old.pk)
    new.pk, new.version, new._state.adding = None, old.version + 1, True
    new.save()
    new.breakdowns.set(old.breakdowns.all())
    report.round.indicators.remove(old)
    report.round.indicators.add(new)
    page = send(reporter, report, book)
    assert page.status_code == 422
    assert "What is asked for K3 has changed since this file was made. Please download a new template." in page.text
    report.round.indicators.remove(new)
    assert "What is asked for K3 has changed" in send(reporter, report, book).text


def test_a_template_from_before_a_profile_was_added_still_holds_and_takes_nothing_away(report, reporter, personas):
    book = download(reporter, report)
    add_profile(
        code="cell-operator", label="battery cell operator", source="hub", uri="", version="", actor=personas.office
    )
    more = [line(120, region="CZ01", parts={"gender": {"f": 20, "m": 100}, "profile": {"cell-operator": 120}})]
    services.save_figures(report_id=report.pk, actor=personas.reporter, lines=[*more, line(60, region="CZ02")])
    put(book, "total", 65, row=6)
    page = send(reporter, report, book)
    assert page.status_code == 200, page.text
    confirm(reporter, report, page)
    assert report.figures.get(region__code="CZ02").value == 65
    part = report.figures.get(region__code="CZ01").parts.get(category__code="cell-operator")
    assert part.value == 120


def test_a_file_whose_structure_or_stamp_was_changed_is_refused(report, reporter):
    data = template(reporter, report)
    book = opened(data)
    book["_stamp"]["A1"].value = book["_stamp"]["A1"].value[:-4] + "AAAA"
    assert "hidden part of the file" in send(reporter, report, book).text
    book = opened(data)
    del book["_stamp"]
    assert "no template of a report" in send(reporter, report, book).text
    book = opened(data)
    book["K1"].delete_cols(9)
    assert "columns of sheet K1" in send(reporter, report, book).text
    book = opened(data)
    book["K1"].delete_rows(6)
    assert "row of sheet K1 was deleted" in send(reporter, report, book).text
    book = opened(data)
    book["K1"]["A6"].value = "1"
    assert "copied or moved" in send(reporter, report, book).text
    assert "no spreadsheet" in send(reporter, report, b"%PDF-1.7").text
    assert "is empty" in send(reporter, report, b"").text


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_file_that_is_far_longer_than_a_template_is_refused_before_it_is_read(report, reporter, ending):
    if ending == "csv":
        data = b"region,total\n" + b"CZ,1\n" * 200_000
    else:
        rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 200_001))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.xml", "<workbook/>")
            packed.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
        data = out.getvalue()
    page = send(reporter, report, data)
    assert page.status_code == 422
    assert "far beyond any list" in page.text


def test_a_cell_in_the_last_row_of_a_sheet_is_refused(report, reporter):
    book = download(reporter, report)
    book["K1"].cell(row=1_048_576, column=1).value = "x"
    page = send(reporter, report, book)
    assert page.status_code == 422
    assert "row 1048576" in page.text


def test_a_stale_file_changes_only_what_its_person_changed_and_says_where_both_did(report, reporter, personas):
    book = download(reporter, report)
    now = [line(125, region="CZ01", parts={"gender": {"f": 25, "m": 100}}), line(70, region="CZ02")]
    now.append(line(8, region="CZ03"))
    services.save_figures(report_id=report.pk, lines=now, actor=personas.primary)
    put(book, "total", 65, row=6)
    page = send(reporter, report, book)
    assert [(one.cell, one.old, one.new) for one in page.context["changes"]] == [("Total", "70", "65")]
    assert [(one.sheet, one.cell) for one in page.context["conflicts"]] == [("K1", "H6")]
    assert "from “60” to “70”" in page.context["conflicts"][0].message
    confirm(reporter, report, page)
    values = dict(report.figures.values_list("region__code", "value"))
    assert values == {"CZ01": 125, "CZ02": 65, "CZ03": 8}


def test_what_was_saved_after_the_preview_is_not_overwritten(report, reporter, personas):
    book = download(reporter, report)
    put(book, "total", 130)
    page = send(reporter, report, book)
    services.save_figures(report_id=report.pk, lines=[line(1)], actor=personas.primary)
    confirm(reporter, report, page)
    assert report.figures.get().value == 1


def test_a_confirmation_of_somebody_else_or_made_up_writes_nothing(report, reporter, personas, client_for):
    book = download(reporter, report)
    put(book, "total", 130)
    page = send(reporter, report, book)
    confirm(client_for(personas.primary), report, page)
    assert report.figures.get(region__code="CZ01").value == 120


def test_a_closed_round_takes_no_file_and_says_so(personas, reporter):
    past = RoundFactory(opens=today() - timedelta(days=60), closes=today() - timedelta(days=1))
    report = ReportFactory(organisation=personas.organisation, round=past, lines=[line(5)])
    page = send(reporter, report, b"anything")
    assert page.status_code == 403
    assert "The round is closed" in page.text
    assert SubmittedReportFactory(organisation=personas.other_organisation).pk


@pytest.mark.thorough
def test_the_upload_takes_as_many_queries_for_one_row_as_for_thirty(personas, reporter):
    taken = []
    for year, count in ((2019, 1), (2020, 1), (2021, 30)):  # the first fills what is kept in the process
        report = ReportFactory(organisation=personas.organisation, round=RoundFactory(year=year), lines=[line(9)])
        book = download(reporter, report)
        for number in range(count):
            other = MemberFactory(legal_name=f"Named {year} {number}")
            for code, value in (("region", "DE21"), ("whose", "others"), ("total", 5)):
                put(book, code, value, row=6 + number)
            put(book, "others", f"named {year} {number}" if number % 2 else f"Named ({other.code})", row=6 + number)
        with CaptureQueriesContext(connection) as asked:
            page = send(reporter, report, book)
        assert page.status_code == 200, page.context["faults"]
        assert len({change.where for change in page.context["changes"]}) == count
        taken.append(len(asked))
    assert taken[1] == taken[2] <= 40


def test_last_year_stands_beside_and_its_rows_are_offered(personas, reporter):
    before = ApprovedReportFactory(
        organisation=personas.organisation, round=RoundFactory(year=2023), lines=[line(4321, region="DE21")]
    )
    report = ReportFactory(organisation=personas.organisation, status="not_started")
    book = download(reporter, report)
    sheet = book["K1"]
    assert sheet.cell(row=5, column=column(sheet, "region")).value.startswith("DE21")
    assert sheet.cell(row=5, column=column(sheet, "total")).value is None
    assert sheet.cell(row=5, column=column(sheet, "before")).value == 4321
    page = send(reporter, report, book)
    assert page.context["changes"] == []
    assert before.figures.count() == 1
