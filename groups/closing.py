"""Progress notes, and the closing report of a year that is drafted from them. A note is an act in the trail: who, when,
what they wrote, and how far the activity was. Nothing changes it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Event, EventTarget
from groups import steps
from groups.models import Activity, WorkPlan

TOLD = [steps.REPORT_ACTIVITY, *(step.verb for step in steps.ACTIVITY_STEPS.values())]


@dataclass(frozen=True)
class Note:
    """`progress` in percent; None where it was not told."""

    event: Event
    progress: int | None

    @property
    def state(self) -> str:
        found = self.event.to_state
        return str(Activity.Status(found).label) if found in Activity.Status.values else ""

    @property
    def line(self) -> str:
        """For the draft of the report: the day, how far, and the words; no names."""
        head = date_format(timezone.localdate(self.event.at), "DATE_FORMAT")
        if self.progress is not None:
            head = f"{head}, {self.progress} %"
        return f"{head}: {self.event.note or self.state}"


def notes_of(plan: WorkPlan) -> dict[str, list[Note]]:
    """{key of the activity: its notes, the oldest first}, those on earlier versions of the plan included."""
    same_year = Activity.objects.filter(plan__group=plan.group_id, plan__year=plan.year)
    keys = {pk: str(key) for pk, key in same_year.values_list("pk", "key")}
    kind = ContentType.objects.get_for_model(Activity)
    subjects = EventTarget.objects.filter(role=EventTarget.Role.SUBJECT, content_type=kind, object_id__in=list(keys))
    events = (
        Event.objects.filter(pk__in=subjects.values("event"), verb__in=TOLD)
        .select_related("actor")
        .prefetch_related(Prefetch("targets", subjects, to_attr="about"))
        .order_by("at", "pk")
    )
    found: dict[str, list[Note]] = {}
    for event in events:
        for target in event.about:
            found.setdefault(keys[target.object_id], []).append(Note(event, event.data.get("progress")))
    return found


def draft_of(plan: WorkPlan, activities: list[Activity], notes: dict[str, list[Note]]) -> dict[str, Any]:
    """Where the report of a year begins: {"summary", "outcomes": {key: text}}."""
    done = [row for row in activities if row.status == Activity.Status.DONE]
    dropped = [row for row in activities if row.status == Activity.Status.DROPPED]
    there = [row.deliverable for row in done if row.deliverable]
    parts = [
        plan.objectives.strip(),
        ngettext("%(done)s of %(n)s activity is done.", "%(done)s of %(n)s activities are done.", len(activities))
        % {"done": len(done), "n": len(activities)},
        _("Dropped: %(titles)s.") % {"titles": ", ".join(row.title for row in dropped)} if dropped else "",
        _("Deliverables: %(names)s.") % {"names": "; ".join(there)} if there else "",
    ]
    return {
        "summary": "\n\n".join(filter(None, parts)),
        "outcomes": {
            str(row.key): "\n".join(note.line for note in notes.get(str(row.key), ()) if note.event.note)
            for row in activities
        },
    }


def missing(plan: WorkPlan, summary: str, outcomes: dict[str, str]) -> dict[str, str]:
    """What stands against closing the year: {field of the form: sentence}."""
    found = {} if summary.strip() else {"summary": _("Say what the group reached in the year.")}
    for row in plan.activities.all():
        if row.status in Activity.OPEN and not outcomes.get(str(row.key), "").strip():
            found[field_of(row)] = _("“%(title)s” is not finished: say what becomes of it.") % {"title": row.title}
    return found


def field_of(activity: Activity) -> str:
    """The name of its field in the form."""
    return f"outcome_{activity.key.hex}"
