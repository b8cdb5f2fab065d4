"""The figures of a chart as files."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.http import Http404
from django.utils import translation
from openpyxl import load_workbook

from core.charts import BarRow, GanttRow, bar_chart, chart_response, download, gantt_chart

DAY = date(2026, 9, 30)


@pytest.fixture
def chart():
    rows = [BarRow("=HYPERLINK(1)", 5), BarRow("+49", -7), BarRow("@home", None), BarRow("Spain", 12.5, url="/es/")]
    return bar_chart(id="by-country", title="=Workers", unit="persons", source="Reports", as_of=DAY, rows=rows)


def test_the_csv_is_the_table_with_formulas_made_harmless_and_numbers_kept(chart):
    answer = chart_response(chart, "csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="by-country-2026-09-30.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["Name", "persons"], ["Spain", "12.5"], ["'=HYPERLINK(1)", "5"], ["'+49", "-7"], ["'@home", ""]]
    assert len(rows) == len(chart.table.rows) + 1


def test_the_csv_of_a_language_with_decimal_commas_has_semicolons(chart):
    with translation.override("de"):
        text = chart_response(chart, "csv").content.decode("utf-8-sig")
    assert "Spain;12,5" in text


def test_the_workbook_holds_text_and_numbers_and_no_formula(chart):
    sheet = load_workbook(io.BytesIO(chart_response(chart, "xlsx").content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=8, max_col=2)]
    assert cells == [["Name", "persons"], ["Spain", 12.5], ["'=HYPERLINK(1)", 5], ["'+49", -7], ["'@home", None]]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_dates_stay_dates():
    chart = gantt_chart(id="plan", title="Plan", rows=[GanttRow("a", DAY, None)], today=DAY)
    assert "a,2026-09-30,," in chart_response(chart, "csv").content.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(chart_response(chart, "xlsx").content)).active
    assert sheet["B5"].value.date() == DAY


def test_drawing_and_picture_have_their_types(chart):
    assert chart_response(chart, "svg").headers["Content-Type"] == "image/svg+xml"
    picture = chart_response(chart, "png")
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_a_page_answers_with_the_chart_that_is_asked_for(rf, chart):
    other = bar_chart(id="other", title="Other", rows=[BarRow("x", 1)])
    assert download(rf.get("/"), [chart, other]) is None
    answer = download(rf.get("/?download=csv&chart=other"), [chart, other])
    assert answer is not None
    assert b"x,1" in answer.content


@pytest.mark.parametrize(
    "query", ["download=exe&chart=by-country", "download=csv&chart=none", "download=csv", "download="]
)
def test_what_is_not_there_is_not_found(rf, chart, query):
    with pytest.raises(Http404):
        download(rf.get("/?" + query), [chart])


def test_a_chart_without_figures_has_a_table_and_no_drawing():
    nothing = bar_chart(id="nothing", title="Nothing", rows=[])
    assert chart_response(nothing, "csv").status_code == 200
    with pytest.raises(Http404):
        chart_response(nothing, "png")
