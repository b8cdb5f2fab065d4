"""Writes tables as .csv, .xlsx and .ods. Whatever a person typed stays text: no cell becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

from core.spreadsheets import opendocument
from core.spreadsheets.cells import FORMULA, GUARDED

Value = str | int | float | Decimal | date | bool | None
_NO_DATE = datetime(2020, 1, 1)  # noqa: DTZ001 (the same table is the same file, byte for byte, whenever it is written)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def neutralise(value: Value) -> Value:
    """A text that a spreadsheet would run as a formula (it begins with = + - @) gets an apostrophe in front, which the
    reader of this package takes away again. Numbers and dates stay what they are."""
    if isinstance(value, str) and (FORMULA.match(value) or GUARDED.match(value)):
        return "'" + value
    return value


def written(
    ending: str, header: Sequence[str], rows: Iterable[Sequence[Value]], *, sheet: str = "Sheet1"
) -> tuple[bytes, str]:
    """(the file, its media type), by the ending of its name: csv, xlsx or ods."""
    if ending == "csv":
        return write_csv(header, rows), "text/csv; charset=utf-8"
    if ending == "ods":
        return write_ods(header, rows, sheet=sheet), opendocument.MIMETYPE
    return write_xlsx(header, rows, sheet=sheet), XLSX


def write_ods(header: Sequence[str], rows: Iterable[Sequence[Value]], *, sheet: str = "Sheet1") -> bytes:
    """One sheet with a bold header. Texts are neutralised as in the other formats: people save one as another."""
    return opendocument.table(
        [neutralise(one) for one in header], ([neutralise(cell) for cell in row] for row in rows), sheet=sheet
    )


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]], *, delimiter: str = ",") -> bytes:
    """UTF-8 with the mark by which Excel recognises it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([neutralise(one) for one in header])
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Value]], *, sheet: str = "Sheet1") -> bytes:
    """One sheet with a bold header that stays in view, and a filter over it."""
    out = io.BytesIO()
    # Formulas are written by nobody here; addresses stay text, because Excel takes at most 65,530 links in a sheet.
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": _NO_DATE})
    page = book.add_worksheet(sheet[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    widths = [len(str(name)) for name in header]
    for column, name in enumerate(header):
        page.write_string(0, column, str(neutralise(name)), bold)
    number = 0
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            value = neutralise(value)
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                page.write_boolean(number, column, value)
            elif isinstance(value, int | float | Decimal):
                page.write_number(number, column, float(value) if isinstance(value, Decimal) else value)
            elif isinstance(value, date):
                page.write_datetime(number, column, value, days)
            else:
                page.write_string(number, column, str(value))
            widths[column] = max(widths[column], min(len(str(value)), 60))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(max(width + 2, 8), 60))
    page.freeze_panes(1, 0)
    if header:
        page.autofilter(0, 0, number, len(header) - 1)
    book.close()
    return out.getvalue()
