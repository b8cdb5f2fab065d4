"""Who decides on a new version of an approved plan: the chair alone on moved dates and on who does the work, the
committee on anything that changes what the group does. Pure functions over pictures of plans (groups.comparison)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from groups.comparison import ACTIVITY_FIELDS, PLAN_FIELDS, Snapshot

# What the chair may change alone. All else is scope: a field that is added one day, too, until somebody says otherwise.
DATES = ("starts", "ends", "deliverable_date")
SMALL = {*DATES, "owner", "organisation"}
SMALL_OF_PLAN = {"meetings"}


@dataclass(frozen=True)
class Cause:
    """One reason why a change is of scope. `key` is the activity, empty for the plan; `field` may be "added",
    "removed", or a field of plan or activity."""

    key: str
    title: str
    field: str
    is_outside: bool = False  # a date beyond the life of the group

    def __str__(self) -> str:
        words = {"title": self.title, "field": self._label}
        if self.field == "added":
            return _t("“%(title)s” is a new activity") % words
        if self.field == "removed":
            return _t("“%(title)s” is not in the plan any more") % words
        if self.field == "deliverable_date" and not self.is_outside:
            return _t("“%(title)s” has no day any more on which its deliverable is due") % words
        if self.is_outside:
            return _t("“%(title)s”: the date under “%(field)s” is beyond the life of the group") % words
        return _t("“%(title)s”: %(field)s") % words if self.key else _t("the plan itself: %(field)s") % words

    @property
    def _label(self) -> str | Promise:
        return (ACTIVITY_FIELDS if self.key else PLAN_FIELDS).get(self.field, _("another field"))


def causes(before: Snapshot, after: Snapshot, first: date, last: date | None) -> list[Cause]:
    """Why the committee decides on the later picture of a plan, of a group that lives from `first` to `last` (None: it
    is permanent). Empty when the chair does: nothing but dates inside that period, who is responsible, or the number of
    meetings changed."""
    old = {row["key"]: row for row in before["activities"]}
    new = {row["key"]: row for row in after["activities"]}
    found = [Cause("", "", name) for name in _changed(before, after, PLAN_FIELDS) if name not in SMALL_OF_PLAN]
    for key, row in new.items():
        if key not in old:
            found.append(Cause(key, row["title"], "added"))
        else:
            found += _of_activity(old[key], row, first, last)
    found += [Cause(key, row["title"], "removed") for key, row in old.items() if key not in new]
    return found


def _of_activity(old: dict[str, Any], new: dict[str, Any], first: date, last: date | None) -> Iterator[Cause]:
    for name in _changed(old, new, ACTIVITY_FIELDS):
        if name not in SMALL or (name in DATES and not new[name]):
            yield Cause(new["key"], new["title"], name)
        elif name in DATES and not _inside(date.fromisoformat(new[name]), first, last):
            yield Cause(new["key"], new["title"], name, is_outside=True)


def _changed(before: dict[str, Any], after: dict[str, Any], fields: dict[str, Promise]) -> Iterator[str]:
    return (name for name in fields if (before.get(name) or None) != (after.get(name) or None))


def _inside(day: date, first: date, last: date | None) -> bool:
    return first <= day and (last is None or day <= last)
