"""Work plans: writing, handing in, deciding, and recording how it goes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees import register
from committees.models import Decision
from core import permissions, workflow
from core.models import ActivityType
from core.workflow import NotPossible
from groups import comparison, selectors, steps
from groups.errors import ChangedMeanwhile, Incomplete
from groups.models import Activity, Group, Meeting, PlanSubmission, WorkPlan
from groups.planning import date_problems, day_of_meeting_problem, meetings_about, missing
from members.models import User


def editable(plan_id: int, actor: User) -> WorkPlan:
    """The plan, locked, so that nobody submits it half way through a change."""
    plan = WorkPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
    permissions.require(actor, "groups.change_workplan", plan)
    plan.authors.add(actor)
    return plan


@transaction.atomic
def start_plan(*, group_id: int, year: int, actor: User) -> WorkPlan:
    """A draft for the year. Where a plan is approved, the draft is its next version and starts as its copy. Raises
    NotPossible while another version of the year is in the making."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
    permissions.require(actor, "groups.start_workplan", group)
    versions = group.plans.filter(year=year)
    if versions.exclude(status__in=WorkPlan.SETTLED).exists():
        raise NotPossible(_("There is a work plan for %(year)s in the making already.") % {"year": year})
    if versions.filter(status=WorkPlan.Status.COMPLETED).exists():
        raise NotPossible(_("The work plan for %(year)s is completed.") % {"year": year})
    if (group.ends and year > group.ends.year) or year < group.starts.year:
        raise NotPossible(_("The group does not exist in %(year)s.") % {"year": year})
    last = versions.order_by("-version").first()
    plan = WorkPlan.objects.create(
        group=group, year=year, version=last.version + 1 if last else 1, created_at=timezone.now()
    )
    plan.authors.add(actor)
    if last:
        _copy(last, plan)
    workflow.act(steps.START_PLAN, plan, actor=actor, to_state=plan.status)
    return plan


def _copy(source: WorkPlan, plan: WorkPlan) -> None:
    """The contents of the version before, with how far each activity has come. The keys stay: they tie the versions."""
    plan.objectives, plan.meetings, plan.resources = source.objectives, source.meetings, source.resources
    plan.save(update_fields=["objectives", "meetings", "resources"])
    copies = list(source.activities.all())
    for row in copies:
        row.pk, row.plan, row.revision = None, plan, 1
        row._state.adding = True
    Activity.objects.bulk_create(copies)


@transaction.atomic
def change_plan(*, plan_id: int, revision: int, actor: User, **fields: Any) -> WorkPlan:
    """Save objectives, meetings, resources. Raises ChangedMeanwhile when somebody saved them since."""
    plan = editable(plan_id, actor)
    if plan.revision != revision:
        raise ChangedMeanwhile(plan)
    for name, value in fields.items():
        setattr(plan, name, value)
    plan.revision += 1
    plan.save(update_fields=[*fields, "revision"])
    return plan


@transaction.atomic
def add_activity(*, plan_id: int, actor: User, activity_type: ActivityType, **fields: Any) -> Activity:
    """Raises Incomplete with the dates that do not fit the group or the year."""
    plan = editable(plan_id, actor)
    activity = Activity(plan=plan, activity_type=activity_type, **fields)
    if problems := date_problems(plan, activity.starts, activity.ends, activity.deliverable_date):
        raise Incomplete(problems)
    activity.save()
    return activity


@transaction.atomic
def change_activity(*, activity_id: int, revision: int, actor: User, **fields: Any) -> Activity:
    """Raises ChangedMeanwhile when somebody saved this activity since, Incomplete with dates that do not fit."""
    plan = editable(Activity.objects.get(pk=activity_id).plan_id, actor)
    activity = Activity.objects.get(pk=activity_id)
    if activity.revision != revision:
        raise ChangedMeanwhile(activity)
    for name, value in fields.items():
        setattr(activity, name, value)
    if problems := date_problems(plan, activity.starts, activity.ends, activity.deliverable_date):
        raise Incomplete(problems)
    activity.revision += 1
    activity.save(update_fields=[*fields, "revision"])
    return activity


@transaction.atomic
def remove_activity(*, plan_id: int, activity_id: int, revision: int, actor: User) -> bool:
    """Whether it was there: somebody else may have removed it. Raises ChangedMeanwhile where somebody changed it since
    `revision` was read."""
    plan = editable(plan_id, actor)
    activity = plan.activities.filter(pk=activity_id).first()
    if activity is None:
        return False
    if activity.revision != revision:
        raise ChangedMeanwhile(activity)
    workflow.act(steps.REMOVE_ACTIVITY, plan, actor=actor, data={"activity": str(activity)})
    activity.delete()
    return True


@transaction.atomic
def submit_plan(*, plan_id: int, actor: User) -> WorkPlan:
    """Hand the plan to the committee, with a picture of what it says. Raises Incomplete with what is missing."""
    plan: WorkPlan = workflow.perform(
        WorkPlan.objects.all(), plan_id, steps.SUBMIT_PLAN, actor=actor, submitted_at=timezone.now()
    )
    if problems := missing(plan):
        raise Incomplete(problems)
    plan.authors.add(actor)
    PlanSubmission.objects.create(
        plan=plan, number=plan.submissions.count() + 1, at=timezone.now(), by=actor, snapshot=comparison.snapshot(plan)
    )
    return plan


@transaction.atomic
def return_plan(*, plan_id: int, actor: User, note: str) -> WorkPlan:
    return workflow.perform(WorkPlan.objects.all(), plan_id, steps.RETURN_PLAN, actor=actor, note=note)


@transaction.atomic
def approve_plan(
    *,
    plan_id: int,
    actor: User,
    note: str = "",
    manner: str = "",
    meeting_id: int | None = None,
    held_on: date | None = None,
) -> WorkPlan:
    """From now on the plan stands; the version before it is superseded. A change of scope is approved by the committee:
    the portal carries out its written procedure, or the chair records the meeting (one of the portal, or its day) at
    which it decided. Raises Denied where a chair decides alone on that, Incomplete where the meeting does not fit."""
    plan = WorkPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
    permissions.require(actor, "groups.approve_workplan", plan)
    before = plan.version_in_force
    at_meeting = manner == Decision.Manner.MEETING
    is_with_it = plan.status == WorkPlan.Status.SUBMITTED
    meeting = _meeting(plan, meeting_id, held_on) if at_meeting and is_with_it else None
    if before and is_with_it:
        if not (at_meeting or actor.is_system):
            _require_the_committee(plan, before)
        workflow.perform(WorkPlan.objects.all(), before.pk, steps.SUPERSEDE_PLAN, actor=actor)
        _go_on_where_it_stands(before, plan)
    plan = workflow.perform(
        WorkPlan.objects.all(),
        plan_id,
        steps.APPROVE_PLAN,
        actor=actor,
        note=note,
        decided_at=timezone.now(),
        decided_in=meeting,
        decided_on=(meeting.local_start.date() if meeting else held_on) if at_meeting else None,
    )
    register.enter(
        plan,
        steps.APPROVE_PLAN,
        committee=plan.group.committee,
        kind=Decision.Kind.PLAN,
        outcome=Decision.Outcome.ADOPTED,
        manner=manner,
    )
    return plan


def _require_the_committee(plan: WorkPlan, before: WorkPlan) -> None:
    """Refuses a change of scope that the chair would approve alone."""
    if why := "; ".join(str(cause) for cause in selectors.causes_of(before, plan)):
        raise permissions.Denied(
            _(
                "This version changes the scope of the plan (%(why)s), so the committee decides: in a written"
                " procedure, or at a meeting that you name."
            )
            % {"why": why}
        )


def _meeting(plan: WorkPlan, meeting_id: int | None, held_on: date | None) -> Meeting | None:
    if meeting_id is None:
        if problem := day_of_meeting_problem(plan, held_on):
            raise Incomplete({"held_on": problem})
        return None
    meeting = meetings_about(plan).filter(pk=meeting_id).first()
    if meeting is None:
        raise Incomplete({"meeting_id": _("At that meeting the committee cannot have decided on this plan.")})
    return meeting


def _go_on_where_it_stands(before: WorkPlan, plan: WorkPlan) -> None:
    """How far activities came in the version before while this one was written and decided on."""
    reported = {row.key: row for row in before.activities.all()}
    for row in plan.activities.filter(key__in=reported):
        if any(getattr(row, name) != getattr(reported[row.key], name) for name in Activity.RUNNING):
            workflow.take_over(row, reported[row.key], Activity.RUNNING)
