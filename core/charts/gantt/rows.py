"""What a timeline shows: activities and their deliverables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext

from core.charts.scales import day

State = Literal["planned", "active", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A deliverable that is due on a day."""

    day: date
    label: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class GanttRow:
    """An activity. `progress` from 0 to 1; None where nobody has said. `late`: by whoever knows the rule; None means
    that the end is past and the activity is neither done nor cancelled. Rows with the same `group` stand together."""

    label: str
    start: date | None
    end: date | None
    progress: float | None = None
    state: State = "planned"
    late: bool | None = None
    owner: str = ""
    url: str = ""
    group: str = ""
    milestones: tuple[Milestone, ...] = ()

    def is_late(self, today: date) -> bool:
        if self.late is not None:
            return self.late
        return self.end is not None and self.end < today and self.state not in {"done", "cancelled"}

    def days(self) -> list[date]:
        return [one for one in (self.start, self.end, *(mark.day for mark in self.milestones)) if one]


def state_words(row: GanttRow, today: date) -> str:
    if row.is_late(today):
        return gettext("late")
    return {
        "planned": gettext("planned"),
        "active": gettext("under way"),
        "done": gettext("done"),
        "cancelled": gettext("cancelled"),
    }[row.state]


def period(row: GanttRow) -> str:
    if row.start and row.end:
        return f"{day(row.start)} – {day(row.end)}"
    return day(row.start or row.end) if row.start or row.end else gettext("no dates")  # type: ignore[arg-type]
