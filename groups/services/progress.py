"""How the activities of a plan go, and the report that closes its year."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from core import permissions, workflow
from groups import closing, steps
from groups.errors import ChangedMeanwhile, Incomplete
from groups.models import Activity, ClosingReport, WorkPlan
from members.models import User


@transaction.atomic
def report_activity(*, activity_id: int, actor: User, status: str, progress: int, note: str = "") -> Activity:
    """Record how an activity of a plan in force goes (progress in %; what is done is at 100). The note stands in the
    trail with its author; the activity keeps the last one."""
    progress = 100 if status == Activity.Status.DONE else progress
    fields: dict[str, Any] = {"progress": progress, "reported_at": timezone.now()}
    if note.strip():
        fields["progress_note"] = note
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity_id)
    if activity.status != status:
        step = steps.ACTIVITY_STEPS[status]
        return workflow.perform(
            Activity.objects.all(), activity_id, step, actor=actor, note=note, data={"progress": progress}, **fields
        )
    permissions.require(actor, "groups.report_activity", activity)
    for name, value in fields.items():
        setattr(activity, name, value)
    activity.save(update_fields=list(fields))
    workflow.act(steps.REPORT_ACTIVITY, activity, actor=actor, note=note, to_state=status, data={"progress": progress})
    return activity


@transaction.atomic
def save_closing_report(
    *, plan_id: int, revision: int, actor: User, summary: str | None = None, outcomes: dict[str, str] | None = None
) -> ClosingReport:
    """Save the draft, or those parts of it that are given. Raises ChangedMeanwhile when somebody saved it since."""
    plan = WorkPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)  # nobody completes it meanwhile
    permissions.require(actor, "groups.write_closing_report", plan)
    report = ClosingReport.objects.filter(plan=plan).first() or ClosingReport(plan=plan)
    if report.revision != revision:
        raise ChangedMeanwhile(report)
    keys = {str(key) for key in plan.activities.values_list("key", flat=True)}
    report.summary = report.summary if summary is None else summary
    report.outcomes |= {key: text for key, text in (outcomes or {}).items() if key in keys}
    report.revision += 1
    report.changed_at = timezone.now()
    report.save()
    return report


@transaction.atomic
def complete_plan(*, plan_id: int, actor: User, note: str = "") -> WorkPlan:
    """Close the year with its report. Raises Incomplete while the report leaves something out."""
    plan: WorkPlan = workflow.perform(WorkPlan.objects.all(), plan_id, steps.COMPLETE_PLAN, actor=actor, note=note)
    report = ClosingReport.objects.filter(plan=plan).first() or ClosingReport(plan=plan)
    if problems := closing.missing(plan, report.summary, report.outcomes):
        raise Incomplete(problems)
    return plan
