"""Disclosure control: what the public may not see, and what must be hidden with it so that nobody can work it out.

A cell is sensitive with fewer persons or contributors than the thresholds (settings), or where one contributor has too
large a share. Cells stand in equations: a country is the sum of its member types, the partnership that of its
countries, a total that of the parts of a breakdown. In every equation with something hidden, the hidden cells together
must not be sensitive either, no hidden cell may follow from the equations, and none may lie between bounds so close
that a reader knows it all the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.conf import settings

from kpis.bounds import bounds

PRIME = (1 << 61) - 1  # the arithmetic of the check is exact but for a chance of one in 10^18


@dataclass(frozen=True)
class Measure:
    """One number of a cell, with what stands behind it."""

    value: int
    contributors: int
    largest: int

    @property
    def is_sensitive(self) -> bool:
        return (
            self.value < settings.DISCLOSURE_MIN_PERSONS
            or self.contributors < settings.DISCLOSURE_MIN_CONTRIBUTORS
            or self.largest > self.value * settings.DISCLOSURE_MAX_SHARE
        )


@dataclass(frozen=True)
class Guarded:
    """A cell with all numbers that would be shown of it (low and high)."""

    measures: tuple[Measure, ...]

    @property
    def is_sensitive(self) -> bool:
        return any(one.is_sensitive for one in self.measures)

    @property
    def size(self) -> int:
        return max(one.value for one in self.measures)


class Sharing(Enum):
    """Whether an organisation can stand behind several children of an equation."""

    DISTINCT = "distinct"  # each organisation has one member type
    MANY = "many"  # regions, categories


@dataclass(frozen=True)
class Equation:
    """parent = the sum of its children."""

    parent: Hashable
    children: tuple[Hashable, ...]
    sharing: Sharing = Sharing.MANY

    @property
    def cells(self) -> tuple[Hashable, ...]:
        return (self.parent, *self.children)


def hidden_cells(cells: dict[Hashable, Guarded], equations: Sequence[Equation]) -> set[Hashable]:
    """The cells to hide. Equations name existing cells only: what nobody reported is no secret."""
    hidden = {key for key, cell in cells.items() if cell.is_sensitive}
    while True:
        more = (
            _protect_sums(cells, equations, hidden)
            or _protect_from_algebra(cells, equations, hidden)
            or _protect_from_bounds(cells, equations, hidden)
        )
        if not more:
            return hidden
        hidden |= more


def _protect_sums(
    cells: dict[Hashable, Guarded], equations: Sequence[Equation], hidden: set[Hashable]
) -> set[Hashable]:
    """One more cell for the first equation whose hidden cells give something away together."""
    for equation in equations:
        out = [key for key in equation.children if key in hidden]
        parent_hidden = equation.parent in hidden
        if not out and not parent_hidden:
            continue
        enough = len(out) + parent_hidden >= 2
        if enough and (parent_hidden or len(out) == len(equation.children) or not _together(cells, out, equation)):
            continue
        shown = [key for key in equation.children if key not in hidden]
        if shown:
            return {min(shown, key=lambda key: (cells[key].size, str(key)))}
        if not parent_hidden:  # a single child says what its parent says
            return {equation.parent}
    return set()


def _together(cells: dict[Hashable, Guarded], keys: Iterable[Hashable], equation: Equation) -> bool:
    """Whether the sum of these cells would be sensitive; where organisations may repeat, at the worst."""
    distinct = equation.sharing is Sharing.DISTINCT
    columns = zip(*(cells[key].measures for key in keys), strict=True)
    for column in columns:
        contributors = [one.contributors for one in column]
        largest = [one.largest for one in column]
        whole = Measure(
            sum(one.value for one in column),
            sum(contributors) if distinct else max(contributors),
            max(largest) if distinct else sum(largest),
        )
        if whole.is_sensitive:
            return True
    return False


def _protect_from_algebra(
    cells: dict[Hashable, Guarded], equations: Sequence[Equation], hidden: set[Hashable]
) -> set[Hashable]:
    """One more cell where a hidden one follows from all equations together: the smallest of those nearest to it."""
    for key in recoverable(equations, hidden):
        if more := _nearest(cells, equations, hidden, key):
            return more
    return set()


def _protect_from_bounds(
    cells: dict[Hashable, Guarded], equations: Sequence[Equation], hidden: set[Hashable]
) -> set[Hashable]:
    """One more cell where a hidden one is known too closely, by what is certain or by what is possible."""
    if not hidden:
        return set()
    sums = [(equation.parent, equation.children) for equation in equations]
    for column in range(len(next(iter(cells.values())).measures)):
        values = {key: cell.measures[column].value for key, cell in cells.items() if key not in hidden}
        at = bounds(values, sums)
        for key in sorted(hidden & at.keys(), key=str):
            least, most = at[key]
            too_close = most - least < margin(cells[key].measures[column].value)
            if too_close and (more := _nearest(cells, equations, hidden, key)):
                return more
    return set()


def margin(value: int) -> float:
    """How far apart the bounds of a hidden number must be at least."""
    return max(float(settings.DISCLOSURE_MIN_PERSONS), value * settings.DISCLOSURE_MARGIN)


def _nearest(
    cells: dict[Hashable, Guarded], equations: Sequence[Equation], hidden: set[Hashable], key: Hashable
) -> set[Hashable]:
    """The smallest of the shown cells that are the fewest equations away, if any is shown."""
    reached: set[Hashable] = {key}
    while True:
        near = [equation for equation in equations if not reached.isdisjoint(equation.cells)]
        around = {other for equation in near for other in equation.cells}
        if shown := (around - hidden) & cells.keys():
            return {min(shown, key=lambda other: (cells[other].size, str(other)))}
        if around <= reached:
            return set()
        reached |= around


def recoverable(equations: Sequence[Equation], hidden: set[Hashable]) -> list[Hashable]:
    """Hidden cells whose value the published ones determine: those that elimination leaves alone in a row."""
    rows: list[dict[Hashable, int]] = []
    for equation in equations:
        row = {key: 1 for key in equation.children if key in hidden}
        if equation.parent in hidden:
            row[equation.parent] = PRIME - 1
        if row:
            rows.append(row)
    reduced: dict[Hashable, dict[Hashable, int]] = {}
    for row in rows:
        for pivot, other in reduced.items():
            if pivot in row:
                _subtract(row, other, row[pivot])
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        inverse = pow(factor, -1, PRIME)
        row = {key: value * inverse % PRIME for key, value in row.items()}
        for other in reduced.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        reduced[pivot] = row
    return [pivot for pivot, row in reduced.items() if len(row) == 1]


def _subtract(row: dict[Hashable, int], other: dict[Hashable, int], factor: int) -> None:
    for key, value in other.items():
        rest = (row.get(key, 0) - factor * value) % PRIME
        if rest:
            row[key] = rest
        else:
            row.pop(key, None)
