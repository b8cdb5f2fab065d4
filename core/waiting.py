"""What waits for a person. Every app answers for its own things in this shape; my page puts them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class WaitingItem:
    """One thing and the one place where the person deals with it. `since`: when it began to wait, or fell due.
    `kind` is the noun of the verbs about it ("workplan"), by which a reader may group the items."""

    title: str
    reason: str | Promise
    url: str
    since: datetime
    kind: str
    overdue: bool = False


def in_order(items: list[WaitingItem]) -> list[WaitingItem]:
    """Overdue first, then what has waited longest."""
    return sorted(items, key=lambda item: (not item.overdue, item.since, item.title))
