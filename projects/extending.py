"""Where a higher app says what an initiative came to. It registers in its extensions.py; projects calls it and knows
nothing of reports and counting."""

from __future__ import annotations

from collections.abc import Callable, Collection
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


Contributions = Callable[[Collection[Initiative], Any], dict[str, list[Contribution]]]

_sources: list[Contributions] = []


def add_contributions(source: Contributions) -> None:
    """`source(initiatives, user)` gives {code of an initiative: what it came to}, in a fixed number of queries."""
    _sources.append(source)


def contributions_of(initiatives: Collection[Initiative], user: Any) -> dict[str, list[Contribution]]:
    """{code: what it came to} of those for which there is something."""
    found: dict[str, list[Contribution]] = {}
    for source in _sources:
        for code, some in source(initiatives, user).items():
            found.setdefault(code, []).extend(some)
    return found
