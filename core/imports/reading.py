"""The uploaded file of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from core.imports.kinds import SourceRow
from core.imports.models import Import
from core.spreadsheets import headers, reading
from core.spreadsheets.cells import as_text, as_written
from core.spreadsheets.errors import UnreadableFile


def workbook_of(batch: Import) -> reading.Workbook:
    if not batch.file:
        raise UnreadableFile(_("The file has been deleted. Please upload it again."))
    with batch.file.open("rb") as file:
        return reading.read(file.read())


def source_rows(batch: Import) -> list[SourceRow]:
    """The rows below the header that have anything in a mapped column."""
    mapping = {int(position): name for position, name in batch.mapping.items()}
    return rows_below(workbook_of(batch).sheet(batch.sheet), batch.header_row, mapping, batch.of_kind.fields)


def rows_below(
    sheet: reading.Sheet, header_row: int, mapping: Mapping[int, str], fields: Sequence[headers.Field]
) -> list[SourceRow]:
    """The rows below the header that have anything in a mapped column, with the numbers that they have in the sheet."""
    literal = {field.name for field in fields if field.literal}
    readers = [(position, name, as_written if name in literal else as_text) for position, name in mapping.items()]
    rows = []
    for number, row in enumerate(sheet.rows[header_row:], start=header_row + 1):
        width = len(row)
        cells = {name: text for position, name, read in readers if position < width and (text := read(row[position]))}
        if cells:
            rows.append(SourceRow(number, cells))
    return rows
