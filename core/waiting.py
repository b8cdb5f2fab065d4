"""What waits for a person. Every app answers for its own things, in its waiting.py; my page, the number beside its link
and the digest put them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOON_DAYS = 7
_OPEN = _("Open")


@dataclass(frozen=True)
class WaitingItem:
    """One thing and the one place where the person deals with it. `since`: when it began to wait, or fell due; `due`:
    the last day for it, where there is one. `kind` is the noun of the verbs about it ("workplan"), by which a reader
    may group the items. `action` names what there is to do, on the link that leads there."""

    title: str
    reason: str | Promise
    url: str
    since: datetime
    kind: str
    overdue: bool = False
    due: date | None = None
    action: str | Promise = _OPEN

    @property
    def key(self) -> str:
        """The same for the same thing that waits for the same reason: it tells what a person has been reminded of."""
        return f"{self.kind} {self.url} {timezone.localdate(self.since)}{' overdue' if self.overdue else ''}"

    @property
    def is_soon(self) -> bool:
        return not self.overdue and self.due is not None and self.due <= timezone.localdate() + timedelta(SOON_DAYS)


@dataclass(frozen=True)
class Section:
    code: str
    title: str | Promise
    items: list[WaitingItem]


Source = Callable[[Any], list[WaitingItem]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Decorator, in an app's waiting.py: @source def waiting_for(user): return items."""
    _sources.append(function)
    return function


def waiting_for(user: Any) -> list[WaitingItem]:
    """Everything that waits for the person, in the order in which to deal with it."""
    return in_order([item for found in _sources for item in found(user)])


def noon(day: date) -> datetime:
    """When something fell due of which only the day is known."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def in_order(items: list[WaitingItem]) -> list[WaitingItem]:
    """Overdue first, then what is due soon, then what has waited longest."""
    return sorted(
        items,
        key=lambda item: (
            not item.overdue,
            not item.is_soon,
            (item.due if item.is_soon else None) or date.max,
            item.since,
            item.title,
        ),
    )


def by_urgency(items: list[WaitingItem]) -> list[Section]:
    """The items in the sections of my page and of the digest; only those that have any."""
    sections = (
        Section("overdue", _("Overdue"), [item for item in items if item.overdue]),
        Section("soon", _("Due within a week"), [item for item in items if item.is_soon]),
        Section("rest", _("Waits for you"), [item for item in items if not item.overdue and not item.is_soon]),
    )
    return [section for section in sections if section.items]
