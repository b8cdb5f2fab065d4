"""The figures of a chart as files: a page answers `?download=csv&chart=by-country` through `download`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import xlsxwriter
from babel.numbers import get_decimal_symbol
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext

from core.charts.base import Cell, Chart
from core.charts.drawing import png_file, svg_file
from core.charts.scales import locale
from core.spreadsheets.writing import neutralise

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
}


def _csv(chart: Chart) -> bytes:
    """With the separators that the spreadsheets of the reader's country expect; the mark at the start says UTF-8."""
    comma = get_decimal_symbol(locale()) == ","
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if comma else ",", lineterminator="\r\n")

    def words(cell: Cell) -> str:
        if cell.value is None:
            return ""
        if isinstance(cell.value, int | float | Decimal):
            return str(cell.value).replace(".", ",") if comma else str(cell.value)
        return cell.value.isoformat() if isinstance(cell.value, date) else str(neutralise(cell.value))

    writer.writerow([neutralise(column) for column in chart.table.columns])
    writer.writerows([[words(cell) for cell in row] for row in chart.table.rows])
    return file.getvalue().encode("utf-8-sig")


def _xlsx(chart: Chart) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(gettext("Figures")[:31])
        head, title = book.add_format({"bold": True, "bottom": 1}), book.add_format({"bold": True, "font_size": 13})
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_string(0, 0, str(neutralise(chart.title)), title)
        sheet.write_string(1, 0, str(neutralise(chart.unit)))
        for column, name in enumerate(chart.table.columns):
            sheet.write_string(3, column, str(neutralise(name)), head)
        for number, row in enumerate(chart.table.rows, start=4):
            for column, cell in enumerate(row):
                if isinstance(cell.value, int | float | Decimal):
                    sheet.write_number(number, column, float(cell.value))
                elif isinstance(cell.value, date):
                    sheet.write_datetime(number, column, cell.value, dated)
                elif cell.value is not None:
                    sheet.write_string(number, column, str(neutralise(cell.value)))
        below = 5 + len(chart.table.rows)
        remarks = [chart.note, chart.source, chart.as_of.isoformat() if chart.as_of else "", chart.credit]
        for offset, remark in enumerate(remark for remark in remarks if remark):
            sheet.write_string(below + offset, 0, str(neutralise(remark)))
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, max(len(chart.table.columns) - 1, 1), 18)
        sheet.freeze_panes(4, 1)
    return file.getvalue()


def chart_response(chart: Chart, format: str) -> HttpResponse:
    """The chart as a file; Http404 for a format that there is not, or a chart without figures."""
    if format not in FORMATS or (chart.empty and format in {"svg", "png"}):
        raise Http404
    if format == "csv":
        body: bytes = _csv(chart)
    elif format == "xlsx":
        body = _xlsx(chart)
    elif format == "svg":
        body = svg_file(chart).encode()
    else:
        body = png_file(chart)
    name = "-".join(part for part in (slugify(chart.id), chart.as_of.isoformat() if chart.as_of else "") if part)
    return HttpResponse(
        body,
        content_type=FORMATS[format],
        headers={"Content-Disposition": f'attachment; filename="{name}.{format}"', "X-Content-Type-Options": "nosniff"},
    )


def download(request: HttpRequest, charts: Iterable[Chart]) -> HttpResponse | None:
    """In a page's view: `if file := download(request, [by_country]): return file`. None: no file is asked for."""
    format = request.GET.get("download")
    if format is None:
        return None
    wanted = request.GET.get("chart", "")
    for chart in charts:
        if chart.id == wanted:
            return chart_response(chart, format)
    raise Http404
