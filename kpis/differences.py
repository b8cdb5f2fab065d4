"""What differs between two states of a report, cell by cell: between two windows, or a portal and a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.templatetags.portal import number
from kpis.lines import MISSING, Cell, Line
from kpis.models.reports import State

LINE = "line"  # the line as a whole came or went


@dataclass(frozen=True)
class Change:
    """`cell`: total, note, breakdown.category, or LINE."""

    line: Line
    cell: str
    old: str
    new: str


def shown(cell: Cell) -> str:
    if cell.is_number:
        return number(cell.number)
    return "–" if cell.state == State.MISSING else str(State(cell.state).label)


def changes(old: Iterable[Line], new: Iterable[Line]) -> list[Change]:
    """In the order of the old lines, then of the new ones."""
    before, after = {line.key: line for line in old}, {line.key: line for line in new}
    found: list[Change] = []
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            found.append(Change(now, LINE, "–", "+"))
            found += _cells(Line(indicator=now.indicator, region=now.region), now, now)
        elif was is not None and now is None:
            found.append(Change(was, LINE, shown(was.total), "–"))
        elif was is not None and now is not None:
            found += _cells(was, now, now)
    return found


def _cells(was: Line, now: Line, about: Line) -> Iterator[Change]:
    if was.total != now.total:
        yield Change(about, "total", shown(was.total), shown(now.total))
    for place in {**was.parts, **now.parts}:
        one, other = was.parts.get(place, MISSING), now.parts.get(place, MISSING)
        if one != other:
            yield Change(about, ".".join(place), shown(one), shown(other))
    if was.note != now.note:
        yield Change(about, "note", was.note or "–", now.note or "–")
