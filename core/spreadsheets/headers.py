"""Finds the table in a workbook: the right sheet, the row of headers, and which column is which field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from core.spreadsheets.cells import Cell, as_text
from core.spreadsheets.errors import UnreadableFile
from core.spreadsheets.reading import Sheet, Workbook
from core.text import fold

HEADER_WITHIN = 40  # rows: titles, logos, notes and legends above a table are rarely longer
ALIKE = 88  # of 100: "Legal nmae" is still the legal name, "region" is not "religion"


@dataclass(frozen=True)
class Field:
    """A field that a file may have. `synonyms` are header texts in any language, compared after folding. `literal`: a
    typed "n/a" or "-" is not taken for a blank."""

    name: str
    label: str | Promise
    synonyms: tuple[str, ...] = ()
    required: bool = False
    hint: str | Promise = ""
    literal: bool = False


@dataclass(frozen=True)
class Table:
    """Where the data are: sheet, header row (numbered from 1 as in the sheet), the headers, and column → field."""

    sheet: str
    header_row: int
    columns: list[str]
    mapping: dict[int, str]


@lru_cache(5_000)
def header_key(text: str) -> str:
    """A header as it is compared: folded, without units or hints in brackets ("Workforce (persons)")."""
    return fold(re.sub(r"[(\[].*?[)\]]", " ", text)) or fold(text)


def _likeness(header: str, field: Field) -> float:
    """0 to 100: how sure we are that the header names the field."""
    if not header:
        return 0
    best = 0.0
    for word in (field.name.replace("_", " "), str(field.label), *field.synonyms):
        key = header_key(word)
        if key == header:
            return 100
        # Short words ("vat", "pic", "name") must be whole: one letter more makes another word of them.
        if min(len(key), len(header)) >= 5:
            best = max(best, fuzz.ratio(key, header), 0.97 * fuzz.token_sort_ratio(key, header))
    return best if best >= ALIKE else 0


def map_columns(
    columns: Sequence[str], fields: Sequence[Field], remembered: Mapping[str, str] | None = None
) -> dict[int, str]:
    """{column position: field name}. Each field is given to one column, the surest pairs first; what a person chose for
    a header before (`remembered`: header key → field name, or "" for none) goes before any guess."""
    names = {field.name for field in fields}
    mapping: dict[int, str] = {}
    left_aside: set[int] = set()
    keys = [header_key(column) for column in columns]
    for position, key in enumerate(keys):
        if key and remembered and key in remembered:
            chosen = remembered[key]
            if chosen in names and chosen not in mapping.values():
                mapping[position] = chosen
            elif not chosen:
                left_aside.add(position)
    pairs = sorted(
        (
            (-score, position, field.name)
            for position, key in enumerate(keys)
            if position not in mapping and position not in left_aside
            for field in fields
            if (score := _likeness(key, field))
        ),
    )
    for _score, position, name in pairs:
        if position not in mapping and name not in mapping.values():
            mapping[position] = name
    return mapping


def header_texts(row: Sequence[Cell]) -> list[str]:
    return [" ".join(as_text(cell).split()) for cell in row]


def _weight(row: Sequence[Cell], fields: Sequence[Field], remembered: Mapping[str, str] | None) -> float:
    """How much a row looks like the headers of these fields; required ones count more."""
    if sum(bool(as_text(cell)) for cell in row) < 1:
        return 0
    found = map_columns(header_texts(row), fields, remembered).values()
    required = {field.name for field in fields if field.required}
    return len(found) + 2 * len(required.intersection(found))


def find_table(
    workbook: Workbook, fields: Sequence[Field], remembered: Mapping[str, str] | None = None, *, sheet: str = ""
) -> Table:
    """The sheet and row that look most like the headers of the fields; the first one of several equal. With `sheet`
    only that one is looked at. Raises UnreadableFile when no row does; the wizard then lets a person point at it."""
    best: tuple[float, Sheet, int] | None = None
    for one in workbook.sheets:
        if sheet and one.name != sheet:
            continue
        for index, row in enumerate(one.rows[:HEADER_WITHIN]):
            weight = _weight(row, fields, remembered)
            if weight and any(any(as_text(cell) for cell in later) for later in one.rows[index + 1 : index + 20]):
                weight += min(len(one.rows), 1000) / 10_000  # of two equal sheets the longer one is the data
                if best is None or weight > best[0]:
                    best = weight, one, index
    if best is None or best[0] < 2:
        raise UnreadableFile(
            _("No row of the file looks like column headers. Put names such as %(names)s into the first row.")
            % {"names": ", ".join(f"“{field.label}”" for field in fields if field.required)}
        )
    return table_at(best[1], best[2] + 1, fields, remembered)


def table_at(
    sheet: Sheet, header_row: int, fields: Sequence[Field], remembered: Mapping[str, str] | None = None
) -> Table:
    """The table whose headers are in this row, as numbered in the sheet from 1."""
    if not 1 <= header_row <= len(sheet.rows):
        raise UnreadableFile(
            _("The sheet “%(sheet)s” has %(n)s rows; there is no row %(row)s.")
            % {"sheet": sheet.name, "n": len(sheet.rows), "row": header_row}
        )
    columns = header_texts(sheet.rows[header_row - 1])
    while columns and not columns[-1]:
        columns.pop()
    return Table(sheet.name, header_row, columns, map_columns(columns, fields, remembered))
