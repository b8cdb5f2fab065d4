"""The rows of an import, kept and read in parts: a roster of any length is held in memory once, not once for each of
the steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from core import jobs
from core.imports.kinds import Decision, PlannedRow, SourceRow
from core.imports.models import Import, ImportRow

O = ImportRow.Outcome  # noqa: E741
D = ImportRow.Decision
WRITES = frozenset({O.NEW, O.CHANGED})
_PART = 1000


def _in_parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _PART):
        yield rows[start : start + _PART]


def keep_rows(batch: Import, rows: Sequence[SourceRow], planned: Sequence[PlannedRow]) -> None:
    """What the dry run found, row by row."""
    cells = {row.number: row.cells for row in rows}
    for part in _in_parts(planned):
        found = [
            ImportRow(
                batch=batch,
                number=row.number,
                outcome=row.outcome,
                label=row.label[:250],
                cells=cells[row.number],
                changes=row.changes,
                errors=row.errors,
                warnings=row.warnings,
                match_id=row.match_id,
                evidence=row.evidence,
            )
            for row in part
        ]
        ImportRow.objects.bulk_create(found)


@dataclass(frozen=True, slots=True)
class Seen:
    """How a person saw a row in the preview, and what they decided about it."""

    outcome: str
    decision: str
    match_id: int | None
    row: int | None
    changes: list[dict[str, Any]]


def preview_of(batch: Import) -> dict[int, Seen]:
    found: dict[int, Seen] = {}
    alike: dict[tuple[Any, ...], Seen] = {}  # most rows look like many others
    names = ("number", "outcome", "decision", "decided_match", "decided_row", "changes")
    for number, outcome, decision, match_id, row, changes in batch.rows.values_list(*names).iterator(_PART):
        one = Seen(outcome, decision, match_id, row, changes)
        found[number] = one if changes else alike.setdefault((outcome, decision, match_id, row), one)
    return found


def stored_rows(batch: Import) -> Iterator[SourceRow]:
    for number, cells in batch.rows.values_list("number", "cells").iterator(_PART):
        yield SourceRow(number, cells)


def decisions_of(batch: Import) -> dict[int, Decision]:
    decided = batch.rows.exclude(decision="")
    names = ("number", "decision", "decided_match", "decided_row", "decided_fields")
    return {number: Decision(*about) for number, *about in decided.values_list(*names)}


def tell_rows(
    batch: Import, written: Mapping[int, int], to_write: Mapping[int, PlannedRow], agreed: Collection[int]
) -> None:
    """Each row keeps what became of it."""
    for part in _in_parts(list(batch.rows.values_list("pk", flat=True))):
        rows = list(batch.rows.filter(pk__in=part))
        for row in rows:
            row.object_id = written.get(row.number)
            if row.number in written:
                mine = to_write[row.number]
                row.result = ImportRow.Result.CREATED if mine.outcome == O.NEW else ImportRow.Result.CHANGED
                row.changes, row.trail = mine.changes, mine.trail
            elif row.number not in agreed:
                row.result = ImportRow.Result.SKIPPED
        # Far faster than bulk_update, whose statement names every row once for each column.
        ImportRow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["object_id", "result", "changes", "trail"],
        )


def confirmed(planned: list[PlannedRow], stored: dict[int, Seen]) -> list[PlannedRow]:
    """The rows to write: those that would still be handled as a person saw and confirmed it. A row that has become
    unchanged in the meantime needs nothing; any other difference stops the whole import."""
    moved = []
    to_write = []
    for row in planned:
        seen = stored[row.number]
        if row.outcome == O.UNCHANGED or (seen.outcome in {O.ERROR, O.DOUBTFUL} and not seen.decision):
            continue
        if seen.decision == D.SKIP:
            continue
        if row.outcome in WRITES and _as_seen(row, seen):
            to_write.append(row)
        else:
            moved.append(row.number)
    if moved:
        raise jobs.JobFailed(
            ngettext(
                "Row %(rows)s would now be handled in another way than the preview says, because records have changed "
                "since. Nothing was written. Check the file again.",
                "Rows %(rows)s would now be handled in another way than the preview says, because records have changed "
                "since. Nothing was written. Check the file again.",
                len(moved),
            )
            % {"rows": ", ".join(map(str, moved[:10])) + (" …" if len(moved) > 10 else "")}
        )
    return to_write


def _as_seen(row: PlannedRow, seen: Seen) -> bool:
    """Would the row still be handled as a person saw it in the preview, or decided?"""
    if seen.decision == D.NEW:
        return row.outcome == O.NEW
    if seen.decision:
        if seen.row:  # what an earlier row says of the same record is written with it
            return row.outcome == O.CHANGED
        as_decided = row.outcome == O.CHANGED and row.match_id == seen.match_id
        return as_decided and (seen.decision == D.SAME or _same_changes(row, seen))
    return row.outcome == seen.outcome and _same_changes(row, seen)


def _same_changes(row: PlannedRow, seen: Seen) -> bool:
    """In any order: PostgreSQL gives the cells of a stored row back in an order of its own."""
    return sorted(row.changes, key=_field) == sorted(seen.changes, key=_field)


def _field(change: dict[str, Any]) -> str:
    return str(change["field"])
