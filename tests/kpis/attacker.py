"""Somebody who reads everything that the public may read, and works out as much as it says about what is hidden.

Knows nothing of how disclosure control decides: only what a table is. Cells of the same year, indicator and series are
whole numbers from zero up, a country is the sum of its member types, the partnership that of its countries, of its
member types, and of its initiatives with what names none, a total that of the parts of each breakdown, a country that
of its regions with what was said of no region; what is certain is at most what is possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import inf

Cell = tuple[str, str, str, str, str]  # by, key, region, breakdown, category
WHOLE: Cell = ("region", "ALL", "ALL", "", "")
REST = "+"  # what stands in no table: the rest of a country, or of the partnership, that no part of it names


ROUNDS = 60


@dataclass(frozen=True)
class Sum:
    """whole = parts."""

    whole: Cell
    parts: tuple[Cell, ...]


def sums(cells: Iterable[Cell]) -> list[Sum]:
    """What the names of the cells say about their sums."""
    parts: dict[tuple[Cell, str], list[Cell]] = defaultdict(list)
    named = set(cells)
    for one in named:
        for whole, by in wholes(one):
            parts[whole, by].append(one)
    return [Sum(whole, tuple(sorted(some))) for (whole, _by), some in sorted(parts.items()) if whole in named]


def wholes(one: Cell) -> Iterable[tuple[Cell, str]]:
    """What it is a part of, and by what."""
    by, key, region, breakdown, _category = one
    if breakdown:
        yield (by, key, region, "", ""), breakdown
    elif by == "initiative":
        yield WHOLE, by
    elif by == "member_type":
        yield ("region", region, region, "", ""), "types"
        if region != "ALL":
            yield (by, key, "ALL", "", ""), "countries"
    elif len(region) == 2:
        yield WHOLE, "countries"
    elif len(region) == 4 or region.endswith(REST):
        yield ("region", region[:2], region[:2], "", ""), "regions"


def bounds(cells: dict[Cell, int | None], known: list[Sum]) -> dict[Cell, tuple[float, float]]:
    """What each cell can be at least and at most; None is a hidden one. Bounds go round until none moves,
    or hardly."""
    at: dict[Cell, tuple[float, float]] = {
        cell: (0, inf) if value is None else (value, value) for cell, value in cells.items()
    }
    moved = True
    for _round in range(ROUNDS):
        if not moved:
            break
        moved = False
        for one in known:
            low = sum(at[part][0] for part in one.parts)
            high = sum(at[part][1] for part in one.parts)
            moved |= _narrow(at, one.whole, low, high)
            for part in one.parts:
                rest_high = sum(at[other][1] for other in one.parts if other != part)
                rest_low = sum(at[other][0] for other in one.parts if other != part)
                least = at[one.whole][0] - rest_high if rest_high < inf else 0
                moved |= _narrow(at, part, least, at[one.whole][1] - rest_low)
    return at


def _narrow(at: dict[Cell, tuple[float, float]], cell: Cell, low: float, high: float) -> bool:
    old = at[cell]
    at[cell] = (max(old[0], low), min(old[1], high))
    return at[cell] != old


def determined(cells: dict[Cell, int | None], known: list[Sum]) -> set[Cell]:
    """Hidden cells that the equations alone leave one value, by elimination over fractions."""
    unknown = sorted(cell for cell, value in cells.items() if value is None)
    rows = []
    for one in known:
        row = [Fraction((cell in one.parts) - (cell == one.whole)) for cell in unknown]
        rows += [row] if any(row) else []
    done = 0
    for column in range(len(unknown)):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for i in range(len(rows)):
            if i != done and (factor := rows[i][column]):
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[done], strict=True)]
        done += 1
    alone = [[place for place, value in enumerate(row) if value] for row in rows[:done]]
    return {unknown[places[0]] for places in alone if len(places) == 1}


def subtracted(new: dict[Cell, int | None], old: dict[Cell, int | None]) -> dict[Cell, int | None]:
    """What changed between two editions, as far as both show it; a cell that one does not have is nothing there."""
    found: dict[Cell, int | None] = {}
    for cell in {*new, *old}:
        now, was = new.get(cell, 0), old.get(cell, 0)
        found[cell] = None if now is None or was is None else now - was
    return found
