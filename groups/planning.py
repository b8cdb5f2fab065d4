"""What a work plan must have, and where its dates may lie."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import WorkPlan


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


def missing(plan: WorkPlan) -> dict[str, str]:
    """What stands against submitting the plan: {what: sentence}."""
    found: dict[str, str] = {}
    if not plan.objectives.strip():
        found["objectives"] = _("Say what the group wants to reach in the year.")
    activities = list(plan.activities.select_related("organisation"))
    if not activities:
        found["activities"] = _("Add at least one activity.")
    ownerless = [row.title for row in activities if row.organisation_id is None and row.owner_id is None]
    if ownerless:
        found["owners"] = ngettext(
            "One activity has nobody responsible: %(titles)s.",
            "%(n)s activities have nobody responsible: %(titles)s.",
            len(ownerless),
        ) % {"n": len(ownerless), "titles": ", ".join(ownerless)}
    for row in activities:
        if problems := date_problems(plan, row.starts, row.ends, row.deliverable_date):
            found[f"activity-{row.pk}"] = f"{row.title}: {' '.join(problems.values())}"
    return found
