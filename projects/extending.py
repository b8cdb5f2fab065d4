"""Where a higher app says what an initiative came to. It registers in its extensions.py; projects calls it and knows
nothing of reports and counting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from projects.models import Initiative


@dataclass(frozen=True)
class Part:
    """A category of a breakdown, in the unit of its indicator."""

    breakdown: str
    category: str
    low: int
    high: int


@dataclass(frozen=True)
class Contribution:
    """What the figures of a year that name an initiative come to. `low` counts for certain, `high` at most; no number
    where the reader may not see it, which may be `high` alone."""

    year: int
    indicator: str  # its code
    name: str
    unit: str
    series: str  # achieved or planned
    low: int | None
    high: int | None
    gross: int | None = None  # as reported, before everybody is counted once
    reporters: int | None = None
    url: str = ""  # of the reports behind it, for those who may read them
    source: str = ""  # of a number that was published
    parts: list[Part] = field(default_factory=list)


Contributions = Callable[[Initiative, Any], list[Contribution]]

_sources: list[Contributions] = []


def add_contributions(source: Contributions) -> None:
    """`source(initiative, user)` takes a fixed number of queries."""
    _sources.append(source)


def contributions_of(initiative: Initiative, user: Any) -> list[Contribution]:
    return [one for source in _sources for one in source(initiative, user)]
