"""Past figures from a file: all of it, or nothing. The command and the pages of the Office run the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.imports import reading as imports
from core.imports.kinds import SourceRow
from core.spreadsheets import headers, reading
from core.spreadsheets.errors import UnreadableFile
from kpis.history.fields import FIELDS
from kpis.history.planning import Planner
from kpis.history.writing import write
from kpis.refresh import run_waiting
from members.models import User


@dataclass
class Outcome:
    """What an import did, or why it did nothing: `errors` and `warnings` by row (as in the sheet) and column.
    `waiting`: reports that were to be approved at once and wait for a person, since the file gives no reason for what a
    check asks about."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    reports: int = 0
    approved: bool = False
    waiting: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)


def read_rows(data: bytes) -> list[SourceRow]:
    """The rows of the first table with the columns of figures. Raises UnreadableFile with what is wrong."""
    workbook = reading.read(data)
    table = headers.find_table(workbook, FIELDS)
    missing = [one.name for one in FIELDS if one.required and one.name not in table.mapping.values()]
    if missing:
        raise UnreadableFile(_("The file has no column %(names)s.") % {"names": ", ".join(missing)})
    return imports.rows_below(workbook.sheet(table.sheet), table.header_row, table.mapping, FIELDS)


def import_figures(*, data: bytes, name: str, actor: User, approve: bool = False) -> Outcome:
    """Judge every row of the file, and write it if none has an error. With `approve` the figures count at once, and
    the roll-up is made anew before this returns."""
    try:
        rows = read_rows(data)
    except UnreadableFile as problem:
        return Outcome(errors=[{"row": None, "column": None, "message": str(problem)}])
    with transaction.atomic():
        planner = Planner(rows)
        planned = planner.plan(lambda done, total, message: None)
        counts = Counter(row.outcome for row in planned)
        outcome = Outcome(rows=len(rows), new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"])
        for row in planned:
            outcome.errors += _told(row.number, row.errors)
            outcome.warnings += _told(row.number, row.warnings)
        if outcome.errors:
            return outcome
        outcome.reports = len(write(planner.reports, actor=actor, source=name, approve=approve))
        outcome.approved = approve
        if approve:
            left = [one for one in planner.reports if not one.is_explained]
            outcome.waiting = sum(one.changes or one.is_pending for one in left)
    if approve:
        run_waiting()
    return outcome


def _told(row: int, messages: dict[str, str]) -> list[dict[str, Any]]:
    return [{"row": row, "column": column, "message": message} for column, message in messages.items()]
