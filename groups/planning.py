"""What a work plan must have, and where its dates may lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from groups.models import Activity, Meeting, WorkPlan
from members.models import today


def date_problems(plan: WorkPlan, starts: date, ends: date, deliverable_date: date | None) -> dict[str, str]:
    """{field: sentence} for dates out of order, outside the life of the group, or that do not touch the plan's year."""
    group, found = plan.group, {}
    if ends < starts:
        found["ends"] = _("It ends before it starts.")
    if starts < group.starts:
        found["starts"] = _("The group was founded on %(day)s: nothing can start before.") % {
            "day": date_format(group.starts, "SHORT_DATE_FORMAT")
        }
    if group.ends and ends > group.ends:
        found["ends"] = _("The group ends on %(day)s: nothing can end after.") % {
            "day": date_format(group.ends, "SHORT_DATE_FORMAT")
        }
    if starts.year > plan.year:
        found.setdefault("starts", _("This is the plan for %(year)s: it starts later.") % {"year": plan.year})
    if ends.year < plan.year:
        found.setdefault("ends", _("This is the plan for %(year)s: it ends earlier.") % {"year": plan.year})
    if deliverable_date and not starts <= deliverable_date <= ends:
        found["deliverable_date"] = _("The deliverable falls due between the start and the end of the activity.")
    return found


@dataclass(frozen=True)
class Gap:
    """Something that the plan lacks, and where to mend it. What does not stand against submitting is advice."""

    key: str
    text: str
    url: str
    is_advice: bool = False


def gaps(plan: WorkPlan) -> list[Gap]:
    """What is missing or does not fit, in the order of the editor, and then what the committee is likely to ask for."""
    editor = reverse("groups:plan_edit", args=[plan.pk])
    found: list[Gap] = []
    if not plan.objectives.strip():
        found.append(Gap("objectives", _("Say what the group wants to reach in the year."), f"{editor}#id_objectives"))
    activities = list(plan.activities.select_related("activity_type"))
    if not activities:
        add = reverse("groups:activity_add", args=[plan.pk])
        found.append(Gap("activities", _("Add at least one activity."), add))
    advice = []
    for row in activities:
        here = reverse("groups:activity_edit", args=[row.pk])
        found += [
            Gap(f"activity-{row.pk}-{field}", f"“{row.title}”: {text}", f"{here}#id_{field}")
            for field, text in _problems_of(plan, row).items()
        ]
        if not row.deliverable:
            text = _("“%(title)s” names no deliverable.") % {"title": row.title}
            advice.append(Gap(f"activity-{row.pk}-deliverable", text, f"{here}#id_deliverable", is_advice=True))
    if plan.meetings is None:
        text = _("It does not say how many meetings are foreseen.")
        advice.append(Gap("meetings", text, f"{editor}#id_meetings", is_advice=True))
    return [*found, *advice]


def _problems_of(plan: WorkPlan, row: Activity) -> dict[str, str]:
    found: dict[str, str] = {}
    if row.activity_type.retired_at:
        found["activity_type"] = _("“%(name)s” is not in the catalogue any more: choose a type that is.") % {
            "name": row.activity_type.name
        }
    if row.organisation_id is None and row.owner_id is None:
        found["organisation"] = _("nobody is responsible for it.")
    return found | date_problems(plan, row.starts, row.ends, row.deliverable_date)


def missing(plan: WorkPlan) -> dict[str, str]:
    """What stands against submitting the plan: {what: sentence}."""
    return {gap.key: gap.text for gap in gaps(plan) if not gap.is_advice}


def meetings_about(plan: WorkPlan) -> QuerySet[Meeting]:
    """Those at which the committee can have decided on what was handed in: begun, and not before it had the plan."""
    handed_in = timezone.localtime(plan.submitted_at or timezone.now()).replace(hour=0, minute=0, second=0)
    planned = Meeting.objects.planned().of(plan.group.committee)
    return planned.filter(starts_at__gte=handed_in, starts_at__lte=timezone.now())


def day_of_meeting_problem(plan: WorkPlan, day: date | None) -> str:
    """Why the committee cannot have decided on it that day; empty when it can. A first version needs no day."""
    if day is None:
        return _("Choose the meeting, or give its day.") if plan.version_in_force else ""
    if day > today():
        return _("That day is still to come.")
    if plan.submitted_at and day < timezone.localdate(plan.submitted_at):
        return _("The committee has had this plan since %(day)s: it cannot have decided before.") % {
            "day": date_format(timezone.localdate(plan.submitted_at), "SHORT_DATE_FORMAT")
        }
    return ""
