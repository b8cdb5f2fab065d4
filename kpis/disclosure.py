"""Disclosure control: what the public may not see, and what must be hidden with it so that nobody can work it out.

A cell is sensitive with fewer persons or contributors than the thresholds (settings), or where one contributor has too
large a share. Cells stand in equations: a country is the sum of its member types, the partnership that of its
countries, a total that of the parts of a breakdown. A cell has several numbers, each in a column: what is certain, what
is contested on top of it, and what both changed since an earlier edition, for a reader has that one too. In every
equation with something hidden, the hidden cells together must not be sensitive either, no secret may follow from the
equations, and none may lie between bounds so close that a reader knows it all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from django.conf import settings

from kpis.algebra import recoverable
from kpis.bounds import bounds


class Unprotectable(Exception):
    """Something follows from what cannot be hidden any more."""


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


NOTHING = Measure(0, 0, 0)


def measured(shares: Iterable[int]) -> Measure:
    """What organisations add, each in one number. Of changes those that take away stand for as much as those that
    add."""
    sizes = [abs(share) for share in shares if share]
    return Measure(sum(sizes), len(sizes), max(sizes, default=0))


def gives_away(shares: Iterable[int]) -> bool:
    """Whether the sum tells too much of one organisation. That nobody adds anything is no secret."""
    found = measured(shares)
    return found.value > 0 and found.is_sensitive


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


class Column(Protocol):
    """One number of every cell."""

    @property
    def already(self) -> Collection[Hashable]:
        """Cells whose number of this column the reader does not have anyway."""

    @property
    def is_positive(self) -> bool: ...

    def value(self, key: Hashable) -> int: ...

    def is_sensitive(self, key: Hashable) -> bool: ...

    def is_secret(self, key: Hashable) -> bool:
        """Whether it must not be worked out where it is hidden."""

    def is_told_by(self, equation: Equation, out: list[Hashable], *, parent_is_out: bool) -> bool:
        """Whether the equation by itself gives something away of those of its cells that are out of sight."""


@dataclass(frozen=True)
class Level:
    """What is certain: whatever is hidden of it stays so. Where organisations may repeat, at the worst. Of a cell that
    an earlier edition had and that is gone, everybody sees that there is nothing."""

    measures: Mapping[Any, Measure]
    already: Collection[Hashable] = ()
    is_positive: bool = True

    def value(self, key: Hashable) -> int:
        return self.measures.get(key, NOTHING).value

    def is_sensitive(self, key: Hashable) -> bool:
        return key in self.measures and self.measures[key].is_sensitive

    def is_secret(self, key: Hashable) -> bool:
        return True

    def is_told_by(self, equation: Equation, out: list[Hashable], *, parent_is_out: bool) -> bool:
        if len(out) + parent_is_out < 2:
            return True
        if parent_is_out or len(out) == len(equation.children):
            return False
        found = [self.measures[key] for key in out]
        distinct = equation.sharing is Sharing.DISTINCT
        contributors, largest = [one.contributors for one in found], [one.largest for one in found]
        return Measure(
            sum(one.value for one in found),
            sum(contributors) if distinct else max(contributors),
            max(largest) if distinct else sum(largest),
        ).is_sensitive


@dataclass(frozen=True)
class Shares:
    """What few organisations stand behind: {cell: {organisation: what it adds}}. Nothing is no secret here."""

    shares: Mapping[Any, Mapping[int, int]]
    already: Collection[Hashable] = ()
    is_positive: bool = False

    def value(self, key: Hashable) -> int:
        return sum(self.shares.get(key, {}).values())

    def is_sensitive(self, key: Hashable) -> bool:
        return gives_away(self.shares.get(key, {}).values())

    is_secret = is_sensitive

    def is_told_by(self, equation: Equation, out: list[Hashable], *, parent_is_out: bool) -> bool:
        if parent_is_out:
            return not out and self.is_secret(equation.parent)
        if len(out) == len(equation.children):
            return False
        together: Counter[int] = Counter()
        for key in out:
            together.update(self.shares.get(key, {}))
        return gives_away(together.values())


@dataclass
class Search:
    """`known`: what the reader has from elsewhere, so that it is of no use to hide it; `unseen`: what stands nowhere,
    and can only be worked out, so that it costs nothing to hide it. Equations name existing cells only: what nobody
    reported is no secret."""

    columns: Sequence[Column]
    equations: Sequence[Equation]
    known: Collection[Hashable] = ()
    unseen: Collection[Hashable] = ()
    hidden: set[Hashable] = field(default_factory=set)

    def run(self, cells: Iterable[Hashable]) -> set[Hashable]:
        for column in self.columns:
            self.hidden |= {key for key in cells if key not in column.already and column.is_sensitive(key)}
        if not self.hidden.isdisjoint(self.known):
            raise Unprotectable
        while more := self._sums() or self._algebra() or self._bounds():
            self.hidden.add(more)
        return self.hidden

    def _out(self, column: Column) -> set[Hashable]:
        return self.hidden.union(column.already)

    def _smallest(self, keys: Iterable[Hashable]) -> Hashable | None:
        """By the first column; where there is nothing, hiding it helps least."""
        first = self.columns[0]
        return min(
            keys,
            key=lambda key: (not first.value(key), key not in self.unseen, first.value(key), str(key)),
            default=None,
        )

    def _sums(self) -> Hashable | None:
        """One more cell for the first equation whose hidden cells give something away together."""
        for column in self.columns:
            gone = self._out(column)
            for equation in self.equations:
                out = [key for key in equation.children if key in gone]
                parent_is_out = equation.parent in gone
                if not out and not parent_is_out:
                    continue
                if not column.is_told_by(equation, out, parent_is_out=parent_is_out):
                    continue
                if more := self._smallest(key for key in equation.children if self._can_go(key, gone)):
                    return more
                if not self._can_go(equation.parent, gone):
                    raise Unprotectable
                return equation.parent  # a single child says what its parent says
        return None

    def _can_go(self, key: Hashable, gone: Collection[Hashable]) -> bool:
        return key not in gone and key not in self.known

    def _algebra(self) -> Hashable | None:
        """One more cell where a secret follows from all equations together: the smallest of those nearest to it."""
        for column in self.columns:
            gone = self._out(column)
            for key in recoverable([(one.parent, one.children) for one in self.equations], gone):
                if column.is_secret(key):
                    return self._nearest(key, gone)
        return None

    def _bounds(self) -> Hashable | None:
        """One more cell where a secret is known too closely."""
        if not self.hidden:
            return None
        sums = [(equation.parent, equation.children) for equation in self.equations]
        cells = {key for equation in self.equations for key in equation.cells}
        for column in self.columns:
            if not column.is_positive:
                continue
            gone = self._out(column)
            at = bounds({key: column.value(key) for key in cells if key not in gone}, sums)
            for key in sorted(gone & at.keys(), key=str):
                if at[key][1] - at[key][0] < margin(column.value(key)) and column.is_secret(key):
                    return self._nearest(key, gone)
        return None

    def _nearest(self, key: Hashable, gone: Collection[Hashable]) -> Hashable:
        """The smallest of the shown cells that are the fewest equations away."""
        reached: set[Hashable] = {key}
        while True:
            near = [equation for equation in self.equations if not reached.isdisjoint(equation.cells)]
            around = {other for equation in near for other in equation.cells}
            if more := self._smallest(other for other in around if self._can_go(other, gone)):
                return more
            if around <= reached:
                raise Unprotectable
            reached |= around


def hidden_cells(
    columns: Sequence[Column],
    equations: Sequence[Equation],
    cells: Collection[Hashable],
    *,
    hidden: Iterable[Hashable] = (),
    known: Collection[Hashable] = (),
    unseen: Collection[Hashable] = (),
) -> set[Hashable]:
    """The cells to hide, those that are hidden for other reasons among them. Raises Unprotectable where what is known
    from elsewhere tells too much whatever is hidden."""
    return Search(columns, equations, known, unseen, set(hidden)).run(cells)


def margin(value: int) -> float:
    """How far apart the bounds of a hidden number must be at least."""
    return max(float(settings.DISCLOSURE_MIN_PERSONS), value * settings.DISCLOSURE_MARGIN)
