"""Last year's plan as the beginning of this year's."""

from __future__ import annotations

import uuid
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import workflow
from core.models import ActivityType
from core.workflow import NotPossible
from groups import selectors, steps
from groups.models import Activity, GroupMembership, WorkPlan
from groups.services.plans import editable
from members.models import User


@dataclass
class Copied:
    """The plan, and by title what did not come along as it was."""

    plan: WorkPlan
    left_out: list[str] = field(default_factory=list)  # dropped then, or beyond the end of the group
    without_owner: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)  # of a type that is not in the catalogue any more


@transaction.atomic
def copy_last_year(*, plan_id: int, actor: User) -> Copied:
    """Fill an empty draft with the plan of the year before: dates a year later and inside the life of the group,
    nothing done yet, whoever is responsible if they still take part, types in their current version. Raises NotPossible
    when something is written already, or there is no such plan."""
    plan = editable(plan_id, actor)
    source = selectors.plan_to_copy(plan)
    if source is None:
        raise NotPossible(_("Only an empty plan can be filled from the plan of the year before."))
    result = Copied(plan)
    plan.objectives, plan.meetings, plan.resources = source.objectives, source.meetings, source.resources
    plan.revision += 1
    plan.save(update_fields=["objectives", "meetings", "resources", "revision"])
    people = set(selectors.people_in(plan.group).values_list("pk", flat=True))
    members = set(
        GroupMembership.objects.active().filter(group=plan.group_id).values_list("organisation_id", flat=True)
    )
    types = {one.code: one for one in ActivityType.objects.current()}
    rows = []
    for row in source.activities.select_related("activity_type"):
        if (copy := _next_year(row, plan)) is None:
            result.left_out.append(row.title)
            continue
        copy.activity_type = types.get(row.activity_type.code, row.activity_type)
        copy.owner_id = row.owner_id if row.owner_id in people else None
        copy.organisation_id = row.organisation_id if row.organisation_id in members else None
        if (row.owner_id, row.organisation_id) != (copy.owner_id, copy.organisation_id):
            result.without_owner.append(row.title)
        if row.activity_type.code not in types:
            result.retired.append(row.title)
        rows.append(copy)
    Activity.objects.bulk_create(rows)
    workflow.act(steps.COPY_PLAN, plan, actor=actor, data={"from": source.pk})
    return result


def _next_year(row: Activity, plan: WorkPlan) -> Activity | None:
    """None for what was dropped, and for what would begin after the end of the group."""
    group = plan.group
    starts, ends = max(_a_year_later(row.starts), group.starts), _a_year_later(row.ends)
    if group.ends:
        ends = min(ends, group.ends)
    if row.status == Activity.Status.DROPPED or ends < starts:
        return None
    due = _a_year_later(row.deliverable_date) if row.deliverable_date else None
    return Activity(
        plan=plan,
        key=uuid.uuid4(),
        title=row.title,
        starts=starts,
        ends=ends,
        deliverable=row.deliverable,
        deliverable_date=min(max(due, starts), ends) if due else None,
        indicator=row.indicator,
        target=row.target,
    )


def _a_year_later(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, monthrange(day.year + 1, day.month)[1]))
