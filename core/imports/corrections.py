"""The rows that an import did not take, as a table to be corrected and uploaded again: every column of the file as it
was, and what is wrong with each row. The columns that this adds are passed over when the file comes back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.imports.models import Import, ImportRow
from core.imports.reading import workbook_of
from core.spreadsheets.cells import Cell, as_text, unguarded
from core.spreadsheets.errors import UnreadableFile
from core.spreadsheets.headers import header_key
from core.spreadsheets.writing import Value

ROW, WHY = _("Row in the file"), _("What to correct")
D = ImportRow.Decision


def is_added(header: str) -> bool:
    """Is it a column that the portal has put beside those of the file?"""
    return header_key(header) in {header_key(str(ROW)), header_key(str(WHY))}


def rows_to_correct(batch: Import) -> QuerySet[ImportRow]:
    """With errors, undecided, or left out; what was decided and what was written is not among them."""
    decided = Q(outcome=ImportRow.Outcome.DOUBTFUL, decision__in=[D.SAME, D.MERGE, D.NEW])
    rows = batch.rows.filter(outcome__in=[ImportRow.Outcome.ERROR, ImportRow.Outcome.DOUBTFUL])
    return rows.exclude(decided, ~Q(result=ImportRow.Result.SKIPPED))


def correction_table(batch: Import) -> tuple[list[str], list[list[Value]]]:
    """(headers, rows), for core.spreadsheets.writing."""
    source = _Source(batch)
    header = [*source.header, str(ROW), str(WHY)]
    return header, [[*source.cells(row), row.number, _why(batch, row)] for row in rows_to_correct(batch)]


def _why(batch: Import, row: ImportRow) -> str:
    why = [f"{batch.of_kind.label_of(name)}: {text}" for name, text in row.errors.items()]
    for one in row.evidence:
        who = one.get("code") or _t("row %(n)s") % {"n": one["row"]}
        why.append(f"{one['label']} ({who}): {one['reason']}")
    return " | ".join(why)


class _Source:
    """The columns of the file; where it has been deleted, what the import has kept of those that were mapped."""

    def __init__(self, batch: Import) -> None:
        try:
            self._rows: Sequence[Sequence[Cell]] | None = workbook_of(batch).sheet(batch.sheet).rows
        except UnreadableFile:
            self._rows = None
        if self._rows is None:
            positions = sorted(map(int, batch.mapping))
        else:
            width = max([len(batch.columns), *(len(row) for row in self._rows[batch.header_row :])])
            positions = [n for n in range(width) if n >= len(batch.columns) or not is_added(batch.columns[n])]
        self._positions, self._mapping = positions, batch.mapping
        self.header = [batch.columns[n] if n < len(batch.columns) else "" for n in positions]

    def cells(self, row: ImportRow) -> list[Value]:
        if self._rows is None:
            return [row.cells.get(self._mapping[str(n)], "") for n in self._positions]
        found = self._rows[row.number - 1]
        return [_value(found[n]) if n < len(found) else "" for n in self._positions]


def _value(cell: Cell) -> str:
    """As text, because every format must give back what the file had: 12345678.0 is a PIC."""
    return unguarded(cell) if isinstance(cell, str) else as_text(cell)
