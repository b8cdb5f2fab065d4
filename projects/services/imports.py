"""Results of projects from a file: all of it, or nothing. The command and the pages of the Office run the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import permissions
from core.imports import reading as imports
from core.imports.kinds import SourceRow
from core.imports.rows import WRITES
from core.spreadsheets import headers, reading
from core.spreadsheets.errors import UnreadableFile
from members.models import User
from projects.imports.fields import FIELDS
from projects.imports.planning import Planner
from projects.imports.writing import write_rows


@dataclass
class Outcome:
    """What an import did, or why it did nothing: `errors` and `warnings` by row (as in the sheet) and column."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    written: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)


def read_rows(data: bytes) -> list[SourceRow]:
    """The rows of the first table with the columns of results. Raises UnreadableFile with what is wrong."""
    workbook = reading.read(data)
    table = headers.find_table(workbook, FIELDS)
    missing = [str(one.label) for one in FIELDS if one.required and one.name not in table.mapping.values()]
    if missing:
        raise UnreadableFile(_("The file has no column %(names)s.") % {"names": ", ".join(missing)})
    return imports.rows_below(workbook.sheet(table.sheet), table.header_row, table.mapping, FIELDS)


def import_results(*, data: bytes, name: str, actor: User, dry_run: bool = False) -> Outcome:
    """Judge every row of the file, and write it if none has an error and it is no dry run."""
    permissions.require(actor, "projects.import_results")
    try:
        rows = read_rows(data)
    except UnreadableFile as problem:
        return Outcome(errors=[{"row": None, "column": None, "message": str(problem)}])
    with transaction.atomic():
        planned = Planner().plan(rows, _silent)
        counts = Counter(row.outcome for row in planned)
        outcome = Outcome(rows=len(rows), new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"])
        for row in planned:
            outcome.errors += _told(row.number, row.errors)
            outcome.warnings += _told(row.number, row.warnings)
        if not outcome.errors and not dry_run:
            to_write = [row for row in planned if row.outcome in WRITES]
            outcome.written = len(write_rows(to_write, actor=actor, source={"file": name}, progress=_silent))
    return outcome


def _silent(done: int, total: int, message: str) -> None:
    """Nobody looks on."""


def _told(row: int, messages: dict[str, str]) -> list[dict[str, Any]]:
    return [{"row": row, "column": column, "message": message} for column, message in messages.items()]
