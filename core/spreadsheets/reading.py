"""Reads any workbook or text table into sheets of rows. Knows nothing of what the rows mean."""

from __future__ import annotations

import csv
import io
import logging
import pickle
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.spreadsheets import safety, workbook_process
from core.spreadsheets.cells import Cell, as_text
from core.spreadsheets.errors import UnreadableFile

log = logging.getLogger("portal.spreadsheets")
DELIMITERS = ";\t,|"


@dataclass(frozen=True)
class Sheet:
    """A sheet from its first row and column on, so that row 3 here is row 3 for whoever opens the file."""

    name: str
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Workbook:
    sheets: list[Sheet]

    def sheet(self, name: str) -> Sheet:
        for one in self.sheets:
            if one.name == name:
                return one
        raise UnreadableFile(_("The file has no sheet “%(sheet)s”.") % {"sheet": name})


def read(data: bytes, rows: int = safety.ROW_LIMIT) -> Workbook:
    """The sheets of a file, empty ones left out. `rows`: a sheet with more of them is refused before it is read. Raises
    UnreadableFile with a sentence for the person who sent it."""
    safety.check_size(len(data))
    kind = safety.kind_of(data, rows)
    sheets = [_read_text(data, rows)] if kind == "text" else list(_read_workbook(data, rows))
    sheets = [sheet for sheet in sheets if any(_has_words(cell) for row in sheet.rows for cell in row)]
    if not sheets:
        raise UnreadableFile(_("The file has no content: every sheet is empty."))
    return Workbook(sheets)


def _has_words(cell: Cell) -> bool:
    return any(map(str.isalnum, as_text(cell)))


def formulas(data: bytes) -> list[tuple[str, str]]:
    """(sheet, cell) of the first formulas of an .xlsx that `read` has taken; those of lists and colours are none."""
    kind, said = _in_own_process(data, safety.ROW_LIMIT, "formulas")
    if kind != "formulas":
        raise UnreadableFile(_("The file is damaged and cannot be opened. Save it anew as .xlsx, and send that."))
    found: list[tuple[str, str]] = said
    return found


def _read_workbook(data: bytes, rows: int) -> Iterable[Sheet]:
    kind, said = _in_own_process(data, rows)
    if kind == "password":
        raise UnreadableFile(
            _("The file is protected by a password. Open it, save it without a password, and send it again.")
        )
    if kind == "extent":
        height, width = said
        safety.check_extent(height, width, rows)
    if kind != "sheets":
        raise UnreadableFile(
            _(
                "The file is damaged and cannot be opened. Open it in your spreadsheet program, save it anew, and send "
                "that."
            )
        )
    for name, cells, merged in said:
        yield _sheet(name, cells, merged)


def _in_own_process(data: bytes, rows: int, *wanted: str) -> tuple[str, Any]:
    """What `workbook_process` answers. A file that it cannot bear harms nobody else."""
    limits = (safety.CELL_LIMIT, safety.COLUMN_LIMIT, rows)
    command = [sys.executable, "-I", workbook_process.__file__, *map(str, limits), *wanted]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=data, capture_output=True, timeout=2 * workbook_process.SECONDS, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise safety.too_large_inside() from problem
    if done.returncode:
        log.warning("a workbook was too much for its reader (%s): %s", done.returncode, done.stderr[-300:])
        raise safety.too_large_inside()
    answer: tuple[str, Any] = pickle.loads(done.stdout)  # noqa: S301 (our own process wrote it)
    return answer


def _sheet(name: str, rows: list[list[Cell]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> Sheet:
    for (top, left), (bottom, right) in merged:
        if top >= len(rows) or left >= len(rows[top]) or not as_text(rows[top][left]):
            continue
        # One value for several rows holds for each of them; a title across columns stays where it is.
        for index in range(top + 1, min(bottom + 1, len(rows))) if left == right else ():
            rows[index][left] = rows[top][left]
    return Sheet(name, rows)


# -- Text tables -------------------------------------------------------------------------------------------------------
def decode(data: bytes) -> str:
    """The text of a .csv or .tsv: by its byte order mark, else UTF-8, UTF-16 by its zeros, else the Western code page
    of Windows, which is what Excel writes there."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding)
    if safety.looks_like_utf16(data):
        return _decoded(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise UnreadableFile(
            _("The text of the file is damaged (its encoding breaks off in the middle). Save it anew as CSV UTF-8.")
        ) from problem


def _read_text(data: bytes, most: int) -> Sheet:
    text = decode(data)
    if sum(c < " " and c not in "\t\r\n\f\v" for c in text[:20_000]) > 20:
        raise UnreadableFile(
            _("This is no spreadsheet, whatever its name says. Please send .xlsx, .xls, .ods or .csv.")
        )
    first, _newline, rest = text.partition("\n")
    delimiter = ""
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own hint
        delimiter, text = first.strip()[4], "\n" + rest  # its row stays counted
    delimiter = delimiter or _delimiter(text)
    rows: list[list[Cell]] = []
    cells = 0
    limit = csv.field_size_limit(1_000_000)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(list(row))
            cells += len(row)
            if cells > safety.CELL_LIMIT or len(row) > safety.COLUMN_LIMIT or len(rows) > most:
                safety.check_extent(len(rows), max(cells, len(row)), most)
    except csv.Error as problem:
        raise UnreadableFile(
            _("Row %(row)s cannot be read: %(why)s. A quotation mark may be missing.")
            % {"row": len(rows) + 1, "why": problem}
        ) from problem
    finally:
        csv.field_size_limit(limit)
    return Sheet("", rows)


def _delimiter(text: str) -> str:
    """The character that splits the most rows into the same number of cells; more cells win over fewer."""
    sample = text[:200_000]
    if len(text) > len(sample):
        sample = sample.rpartition("\n")[0] or sample
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(row)]
        except csv.Error:
            continue
        widths = widths[:500]
        if not widths:
            continue
        common = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width))
        score = 0.0 if common < 2 else widths.count(common) / len(widths) * (1 + min(common, 30) / 100)
        if score > best_score:
            best, best_score = delimiter, score
    return best
