"""The long parts of an import, as jobs: the dry run, the writing, and undoing it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.imports import steps
from core.imports.kinds import PlannedRow
from core.imports.models import Import, ImportRow
from core.imports.reading import source_rows
from core.imports.rows import confirmed, decisions_of, keep_rows, preview_of, stored_rows, tell_rows
from core.processes import most_memory
from core.spreadsheets.errors import UnreadableFile
from core.workflow import InvalidTransition, Transition, perform

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

O = ImportRow.Outcome  # noqa: E741
D = ImportRow.Decision


@jobs.handler("import.check")
def check(run: jobs.Run) -> dict[str, Any]:
    """The dry run: reads and judges every row, and writes nothing but what it found."""
    batch = Import.objects.get(pk=run.payload["batch"])
    if batch.status != Import.Status.CHECKING:  # an earlier attempt got through
        return {}
    return _guarded(run, batch, steps.STOP, _check)


def _check(run: jobs.Run, batch: Import) -> dict[str, Any]:
    began = time.monotonic()
    rows = source_rows(batch)
    if not rows:
        raise jobs.JobFailed(_("Below the header there is no row with content."))
    planned = batch.of_kind.plan(rows, batch.options, {}, run.progress)
    counts = _counts(planned)
    counts["seconds"] = round(time.monotonic() - began, 2)
    counts["memory_mb"] = most_memory()
    with transaction.atomic():
        job = run.fence()
        batch.rows.all().delete()
        keep_rows(batch, rows, planned)
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
    seen = preview_of(batch)
    count = len(seen)

    def judging(done: int, _total: int, message: str) -> None:
        run.progress(done, 2 * count, message)

    def writing(done: int, _total: int, message: str) -> None:
        run.progress(count + done, 2 * count, message)

    # Judged anew: another import or a person may have changed records since the preview was shown.
    planned = batch.of_kind.plan(stored_rows(batch), batch.options, decisions_of(batch), judging)
    to_write = confirmed(planned, seen)
    agreed = {row.number for row in planned if row.outcome == O.UNCHANGED}  # nothing of these was to be written
    del planned, seen
    written = batch.of_kind.write(batch, to_write, job.created_by, writing)
    results = {row.number: O(row.outcome) for row in to_write}
    tell_rows(batch, written, {row.number: row for row in to_write}, agreed)
    counts = {
        **batch.counts,
        "applied": len(written),
        "created": sum(results[number] == O.NEW for number in written),
        "updated": sum(results[number] == O.CHANGED for number in written),
        "memory_mb": max(most_memory(), batch.counts.get("memory_mb", 0)),
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
    run.progress(2 * count, 2 * count, "")
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
