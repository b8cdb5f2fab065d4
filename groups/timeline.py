"""A work plan as a timeline: its activities on a calendar, with deliverables and what is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from core.charts import Chart, GanttRow, Milestone, gantt_chart
from groups.models import Activity, WorkPlan
from members.models import today

STATES: dict[str, Literal["planned", "active", "done", "cancelled"]] = {
    Activity.Status.PLANNED: "planned",
    Activity.Status.RUNNING: "active",
    Activity.Status.DONE: "done",
    Activity.Status.DROPPED: "cancelled",
}


def timeline_of(plan: WorkPlan, activities: Iterable[Activity]) -> Chart:
    """Progress and lateness are told of plans that are or were in force; a draft has only dates."""
    tells = plan.status in {WorkPlan.Status.APPROVED, WorkPlan.Status.COMPLETED}
    rows = [
        GanttRow(
            label=row.title,
            start=row.starts,
            end=row.ends,
            progress=row.progress / 100 if tells else None,
            state=STATES[row.status] if tells else "planned",
            late=row.is_late if plan.status == WorkPlan.Status.APPROVED else False,
            owner=row.organisation.shown_name if row.organisation else str(row.owner or ""),
            url=f"#activity-{row.pk}",
            milestones=(Milestone(row.deliverable_date, row.deliverable, done=row.status == Activity.Status.DONE),)
            if row.deliverable_date
            else (),
        )
        for row in activities
    ]
    return gantt_chart(
        id="timeline",
        title=_("%(group)s: what the group does in %(year)s, and when") % {"group": plan.group.code, "year": plan.year},
        rows=rows,
        today=today(),
        start=date(plan.year, 1, 1),
        end=date(plan.year, 12, 31),
        source=_("%(plan)s (%(status)s)") % {"plan": plan, "status": plan.get_status_display()},
        as_of=today(),
        empty=_("There are no activities yet."),
    )
