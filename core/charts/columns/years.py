"""What columns are drawn from: one for each year, with its parts and its target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext

from core.charts.scales import Number, known


@dataclass(frozen=True, slots=True)
class Series:
    """One part of stacked columns, or one line of a trend."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Target:
    """A level to reach, the same for all columns."""

    value: Number
    label: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `value` is certain, `high` what it may be at most. `parts` (series key -> value) stack; with parts and
    no value their sum is the value. `to_date`: the period is still running. `forecast`: an estimate, drawn as one."""

    label: str
    value: Number | None = None
    high: Number | None = None
    parts: Mapping[str, Number | None] = field(default_factory=dict)
    target: Number | None = None
    state: Literal["", "to_date", "forecast"] = ""
    url: str = ""
    missing: str = ""  # what to say where there is no value; else "no data"
    planned: bool = False  # not reached yet

    @property
    def total(self) -> Number | None:
        if self.value is not None:
            return self.value
        parts = [part for part in self.parts.values() if part is not None]
        return sum(parts) if parts else None

    @property
    def rest(self) -> float:
        """What of the total is in no part."""
        parts = sum(known(part) or 0.0 for part in self.parts.values())
        return max((known(self.total) or 0.0) - parts, 0.0)

    @property
    def state_words(self) -> str:
        return {"to_date": gettext("to date"), "forecast": gettext("forecast")}.get(self.state, "")

    def goal(self, target: Target | None) -> float | None:
        """Its own target, else that of all columns."""
        return known(self.target if self.target is not None else target.value if target else None)
