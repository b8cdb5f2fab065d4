"""What a plan says, frozen; and what changed between two such pictures, by activity and field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from groups.models import Activity, WorkPlan
from members.models import User

PLAN_FIELDS: dict[str, Promise] = {
    "objectives": _("Objectives"),
    "meetings": _("Meetings foreseen"),
    "resources": _("Resources"),
}
ACTIVITY_FIELDS: dict[str, Promise] = {
    "title": _("Title"),
    "type": _("Type of activity"),
    "organisation": _("Responsible organisation"),
    "owner": _("Responsible person"),
    "starts": _("Starts"),
    "ends": _("Ends"),
    "deliverable": _("Deliverable"),
    "deliverable_date": _("Deliverable due"),
    "indicator": _("Target indicator"),
    "target": _("Target"),
}
Snapshot = dict[str, Any]


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def snapshot(plan: WorkPlan) -> Snapshot:
    """The contents of a plan as plain data: {"objectives", "meetings", "resources", "activities": [{"key", …}]}.
    Persons are in it by number alone, so that somebody who leaves and is made anonymous is so here too."""
    rows = plan.activities.select_related("activity_type", "organisation")
    return {
        "objectives": plan.objectives,
        "meetings": plan.meetings,
        "resources": plan.resources,
        "activities": [
            {
                "key": str(row.key),
                "title": row.title,
                "type": row.activity_type.name,
                "organisation": row.organisation.legal_name if row.organisation else "",
                "owner": row.owner_id,
                "starts": _day(row.starts),
                "ends": _day(row.ends),
                "deliverable": row.deliverable,
                "deliverable_date": _day(row.deliverable_date),
                "indicator": row.indicator,
                "target": row.target,
            }
            for row in rows
        ],
    }


@dataclass(frozen=True)
class Change:
    """One field: its words, and the value before and after in words. `name` is the field."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ActivityChange:
    key: str
    title: str
    changes: list[Change]


@dataclass
class Comparison:
    """What is different in the later picture."""

    fields: list[Change] = field(default_factory=list)
    added: list[ActivityChange] = field(default_factory=list)
    removed: list[ActivityChange] = field(default_factory=list)
    changed: list[ActivityChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fields or self.added or self.removed or self.changed)

    @property
    def count(self) -> int:
        return len(self.fields) + len(self.added) + len(self.removed) + len(self.changed)

    @property
    def of_activity(self) -> dict[str, list[Change]]:
        """{key of the activity: changes}; an added one has none."""
        return {row.key: row.changes for row in self.changed}

    @property
    def added_keys(self) -> set[str]:
        return {row.key for row in self.added}


def _words(name: str, value: Any, people: dict[int, str]) -> str:
    if value is None or value == "":
        return "–"
    if name == "owner":
        return people.get(value, _t("somebody who left"))
    if name in {"starts", "ends", "deliverable_date"}:
        day = parse_date(value)
        return date_format(day, "SHORT_DATE_FORMAT") if day else str(value)
    if name == "indicator":
        return str(Activity.Indicator(value).label) if value in Activity.Indicator.values else str(value)
    return str(value)


def _changes(
    names: Iterable[tuple[str, Promise]], before: Snapshot, after: Snapshot, people: dict[int, str]
) -> list[Change]:
    return [
        Change(name, str(label), _words(name, before.get(name), people), _words(name, after.get(name), people))
        for name, label in names
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """What changed from one picture to a later one."""
    old = {row["key"]: row for row in before["activities"]}
    new = {row["key"]: row for row in after["activities"]}
    owners = {row["owner"] for row in (*old.values(), *new.values()) if row["owner"]}
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=owners)}
    result = Comparison(fields=_changes(PLAN_FIELDS.items(), before, after, people))
    for key, row in new.items():
        if key not in old:
            result.added.append(ActivityChange(key, row["title"], _changes(ACTIVITY_FIELDS.items(), {}, row, people)))
        elif changes := _changes(ACTIVITY_FIELDS.items(), old[key], row, people):
            result.changed.append(ActivityChange(key, row["title"], changes))
    for key, row in old.items():
        if key not in new:
            result.removed.append(ActivityChange(key, row["title"], _changes(ACTIVITY_FIELDS.items(), row, {}, people)))
    return result
