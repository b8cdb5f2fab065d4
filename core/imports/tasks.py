"""The long parts of an import, as jobs: the dry run, the writing, and undoing it."""

from __future__ import annotations

import contextlib
import resource
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import jobs
from core.imports import services, steps
from core.imports.kinds import Decision, PlannedRow, SourceRow
from core.imports.models import Import, ImportRow
from core.spreadsheets.errors import UnreadableFile
from core.workflow import InvalidTransition, Transition, perform

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

O = ImportRow.Outcome  # noqa: E741
WRITES = frozenset({O.NEW, O.CHANGED})


@jobs.handler("import.check")
def check(run: jobs.Run) -> dict[str, Any]:
    """The dry run: reads and judges every row, and writes nothing but what it found."""
    batch = Import.objects.get(pk=run.payload["batch"])
    if batch.status != Import.Status.CHECKING:  # an earlier attempt got through
        return {}
    return _guarded(run, batch, steps.STOP, _check)


def _check(run: jobs.Run, batch: Import) -> dict[str, Any]:
    began = time.monotonic()
    rows = services.source_rows(batch)
    if not rows:
        raise jobs.JobFailed(_("Below the header there is no row with content."))
    planned = batch.of_kind.plan(rows, batch.options, {}, run.progress)
    counts = _counts(planned)
    counts["seconds"] = round(time.monotonic() - began, 2)
    counts["memory_mb"] = _memory()
    cells = {row.number: row.cells for row in rows}
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
        for row in planned
    ]
    with transaction.atomic():
        job = run.fence()
        batch.rows.all().delete()
        ImportRow.objects.bulk_create(found, batch_size=1000)
        perform(
            Import.objects.all(),
            batch.pk,
            steps.FINISH,
            actor=job.created_by,
            counts=counts,
            checked_at=timezone.now(),
            data=counts,
        )
    return counts


@jobs.handler("import.apply")
def apply(run: jobs.Run) -> dict[str, Any]:
    """The writing: all that was confirmed, or nothing."""
    batch = Import.objects.get(pk=run.payload["batch"])
    if batch.status != Import.Status.APPLYING:
        return {}
    return _guarded(run, batch, steps.WITHDRAW, _apply)


@transaction.atomic
def _apply(run: jobs.Run, batch: Import) -> dict[str, Any]:
    job = run.fence()
    stored = {row.number: row for row in batch.rows.all()}
    decisions = {row.number: Decision(row.decision, row.decided_match) for row in stored.values() if row.decision}
    total = 2 * len(stored)

    def judging(done: int, _total: int, message: str) -> None:
        run.progress(done, total, message)

    def writing(done: int, _total: int, message: str) -> None:
        run.progress(len(stored) + done, total, message)

    # Judged anew: another import or a person may have changed records since the preview was shown.
    source = [SourceRow(row.number, row.cells) for row in stored.values()]
    planned = batch.of_kind.plan(source, batch.options, decisions, judging)
    to_write = _confirmed(planned, stored)
    written = batch.of_kind.write(batch, to_write, job.created_by, writing)
    results = {row.number: O(row.outcome) for row in to_write}
    for number, row in stored.items():
        row.object_id = written.get(number)
        if number in written:
            row.result = ImportRow.Result.CREATED if results[number] == O.NEW else ImportRow.Result.CHANGED
        elif row.outcome != O.UNCHANGED:
            row.result = ImportRow.Result.SKIPPED
    ImportRow.objects.bulk_create(
        stored.values(),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["object_id", "result"],
    )
    counts = {
        **batch.counts,
        "applied": len(written),
        "created": sum(results[number] == O.NEW for number in written),
        "updated": sum(results[number] == O.CHANGED for number in written),
        "memory_mb": max(_memory(), batch.counts.get("memory_mb", 0)),
    }
    perform(
        Import.objects.all(),
        batch.pk,
        batch.of_kind.apply,
        actor=job.created_by,
        counts=counts,
        applied_at=timezone.now(),
        data=counts,
    )
    run.progress(total, total, "")
    return counts


@jobs.handler("import.undo")
def undo(run: jobs.Run) -> dict[str, Any]:
    """Take back what the import wrote, but for records that somebody has used or changed since."""
    batch = Import.objects.get(pk=run.payload["batch"])
    if batch.status != Import.Status.UNDOING:
        return {}
    return _guarded(run, batch, steps.LEAVE, _undo)


@transaction.atomic
def _undo(run: jobs.Run, batch: Import) -> dict[str, Any]:
    job = run.fence()
    rows = list(batch.rows.written())
    found = batch.of_kind.reverse(batch, rows, job.created_by, run.progress)
    for row in rows:
        row.result, row.note = found[row.number].result, found[row.number].why
    ImportRow.objects.bulk_update(rows, ["result", "note"], batch_size=500)
    results = [row.result for row in rows]
    told = {
        "reversed": results.count(ImportRow.Result.REVERSED),
        "kept": results.count(ImportRow.Result.KEPT),
        "failed": results.count(ImportRow.Result.FAILED),
    }
    perform(
        Import.objects.all(),
        batch.pk,
        batch.of_kind.undo,
        actor=job.created_by,
        counts={**batch.counts, **told},
        data=told,
    )
    run.progress(len(rows), len(rows), "")
    return told


def _confirmed(planned: list[PlannedRow], stored: dict[int, ImportRow]) -> list[PlannedRow]:
    """The rows to write: those that would still be handled as a person saw and confirmed it. A row that has become
    unchanged in the meantime needs nothing; any other difference stops the whole import."""
    moved = []
    to_write = []
    for row in planned:
        seen = stored[row.number]
        if row.outcome == O.UNCHANGED or (seen.outcome in {O.ERROR, O.DOUBTFUL} and not seen.decision):
            continue
        if seen.decision == ImportRow.Decision.SKIP:
            continue
        expected = WRITES if seen.decision else {seen.outcome}
        if row.outcome not in expected or (not seen.decision and row.changes != seen.changes):
            moved.append(row.number)
        elif row.outcome in WRITES:
            to_write.append(row)
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


def _memory() -> int:
    """The most memory (MB) that this worker has held since it started; the kernel tells it in KB, on macOS in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def _counts(planned: list[PlannedRow]) -> dict[str, Any]:
    outcomes = [row.outcome for row in planned]
    return {
        "rows": len(planned),
        "new": outcomes.count(O.NEW),
        "changed": outcomes.count(O.CHANGED),
        "unchanged": outcomes.count(O.UNCHANGED),
        "doubtful": outcomes.count(O.DOUBTFUL),
        "errors": outcomes.count(O.ERROR),
        "warnings": sum(bool(row.warnings) for row in planned),
        "applied": 0,
    }


def _guarded(
    run: jobs.Run, batch: Import, back: Transition, work: Callable[[jobs.Run, Import], dict[str, Any]]
) -> dict[str, Any]:
    """Do the work; whatever ends it early also takes the import to the state that says so. An import that could not be
    undone stays applied."""
    failed = back if back is steps.LEAVE else steps.FAIL
    try:
        return work(run, batch)
    except jobs.Cancelled:
        _step(batch, back)
        raise
    except (jobs.Superseded, OperationalError):  # another attempt is under way, or will be made
        raise
    except UnreadableFile as problem:
        _step(batch, failed, error=str(problem))
        raise jobs.JobFailed(str(problem)) from problem
    except jobs.JobFailed as problem:
        _step(batch, failed, error=str(problem))
        raise
    except Exception:
        _step(batch, failed, error=_("The portal itself failed. Nothing was written. Please tell the administrator."))
        raise


def _step(batch: Import, step: Transition, **fields: Any) -> None:
    system: User = get_user_model().objects.system()
    with contextlib.suppress(InvalidTransition):  # a person was faster
        perform(Import.objects.all(), batch.pk, step, actor=system, note=fields.get("error", ""), **fields)
