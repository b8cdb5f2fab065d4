"""The reports of one import of past figures, approved in one act by a second person of the Office."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from core import jobs, permissions
from core.imports.models import Import
from core.models import EventTarget, Job
from core.workflow import InvalidTransition, NotPossible, act
from kpis import steps
from kpis.lines import batched
from kpis.models import Report
from kpis.seen import of_reports, require_same
from kpis.services.reports import approve_report
from members.models import User

KIND = "kpis.approve_imported"
_AT_ONCE = 25  # reports in one transaction: whoever else writes waits no longer than these take
_UNDER_WAY = (Job.State.QUEUED, Job.State.RUNNING)


@dataclass(frozen=True)
class LeftOut:
    """A report of the import that waits on, since the person may not approve it."""

    report: Report
    why: str


def reports_of(batch: Import) -> list[int]:
    """Ids of the reports that the import wrote, in order."""
    written = batch.rows.written().values_list("object_id", flat=True)
    return sorted({pk for pk in written if pk is not None})


def approval_of(batch: Import) -> Job | None:
    """The last act of approving them, under way or over."""
    return Job.objects.filter(kind=KIND, key=str(batch.pk)).select_related("created_by").order_by("-pk").first()


@transaction.atomic
def ask_to_approve_import(*, import_id: int, actor: User, seen: str | None = None) -> Job:
    """Queue the approval of what waits of an import. Asked for twice, it is done once. Raises permissions.Denied,
    NotPossible where nothing waits that the actor may approve, or ChangedSinceShown where that is not what the page
    showed (`seen`, from kpis.seen)."""
    batch = Import.objects.select_for_update(of=("self",)).get(pk=import_id, kind="figures")
    permissions.require(actor, "imports.approve_figures", batch)
    if (job := approval_of(batch)) and job.state in _UNDER_WAY:
        return job
    mine, _left = sorted_out(batch, reports_of(batch), actor)
    if batch.status != Import.Status.APPLIED or not mine:
        raise NotPossible(_("Nothing of this import waits for your approval."))
    require_same(seen, of_reports(mine))
    return jobs.enqueue(KIND, actor=actor, key=str(batch.pk), batch=batch.pk)


def sorted_out(
    batch: Import, report_ids: Iterable[int], actor: User, *, locked: bool = False
) -> tuple[list[Report], list[LeftOut]]:
    """Which of the reports that wait the actor may approve, and which not, with the reason. In a fixed number of
    queries for some thousand reports. `locked`: nobody changes them until the transaction is over."""
    mine: list[Report] = []
    left: list[LeftOut] = []
    for ids in batched(list(report_ids), 2000):
        found = Report.objects.filter(pk__in=ids, status=Report.Status.SUBMITTED)
        if locked:
            found = found.select_for_update(of=("self",))
        waiting = list(found.select_related("organisation", "round").prefetch_related("authors").order_by("pk"))
        later = _changed_by_another(batch, [report.pk for report in waiting])
        for report in waiting:
            why = permissions.explain(actor, "kpis.approve_report", report)
            if not why and report.pk in later:
                why = _("Another file or person has changed these figures since: look at the report itself.")
            if not why and report.unexplained:
                why = _("A check asks for a reason that the file does not give: look at the report itself.")
            if why:
                left.append(LeftOut(report, why))
            else:
                mine.append(report)
    return mine, left


def _changed_by_another(batch: Import, report_ids: Collection[int]) -> set[int]:
    """Those whose figures are no longer what this import wrote."""
    said = (
        EventTarget.objects.filter(
            content_type=ContentType.objects.get_for_model(Report),
            object_id__in=report_ids,
            role=EventTarget.Role.SUBJECT,
            event__verb__in=[steps.IMPORT_REPORT.verb, steps.SUBMIT_REPORT.verb, steps.HAND_IN_REPORT.verb],
        )
        .order_by("event_id")
        .values_list("object_id", "event__verb", "event__data")
    )
    last = {pk: (verb, data) for pk, verb, data in said}
    ours = {
        pk for pk, (verb, data) in last.items() if verb == steps.IMPORT_REPORT.verb and data.get("import") == batch.pk
    }
    return set(report_ids) - ours


def approve_import(run: jobs.Run) -> None:
    """Payload: batch (id). Some reports at a time: killed half way, what was approved stays so, and the next attempt
    goes on with the rest."""
    batch, actor = Import.objects.get(pk=run.payload["batch"]), run.job.created_by
    ids = reports_of(batch)
    done = 0
    for some in batched(ids, _AT_ONCE):
        with transaction.atomic():
            run.fence()
            mine, _left = sorted_out(batch, some, actor, locked=True)
            for report in mine:
                with suppress(permissions.Denied, InvalidTransition):  # listed with those that are left
                    approve_report(report_id=report.pk, actor=actor)
        done += len(some)
        run.progress(done, len(ids), "")
    with transaction.atomic():
        job = run.fence()
        approved = Report.objects.filter(pk__in=ids, approved_by=actor, approved_at__gte=job.created_at)
        _mine, left = sorted_out(batch, ids, actor)
        told = {"approved": approved.count(), "left": len(left)}
        if told["approved"]:
            act(steps.APPROVE_PAST, batch, actor=actor, data=told)
        run.finish(told)
