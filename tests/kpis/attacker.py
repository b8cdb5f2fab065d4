"""Somebody who reads everything that the public may read, and works out as much as it says about what is hidden.

Knows nothing of how disclosure control decides: only what a table is. Cells of the same year, indicator and series are
whole numbers from zero up, a country is the sum of its member types, the partnership that of its countries and of its
member types, a total that of the parts of each breakdown, a country at least the sum of its regions, a quarter at most
the year; what is certain is at most what is possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import inf

Cell = tuple[str, str, str, str, str]  # by, key, region, breakdown, category
WHOLE: Cell = ("region", "ALL", "ALL", "", "")


ROUNDS = 60


@dataclass(frozen=True)
class Sum:
    """whole = parts, or at least the parts where there may be others."""

    whole: Cell
    parts: tuple[Cell, ...]
    complete: bool = True


def sums(cells: Iterable[Cell]) -> list[Sum]:
    """What the names of the cells say about their sums."""
    named = set(cells)
    countries = {one for one in named if one[0] == "region" and len(one[2]) == 2 and not one[3]}
    found = []
    if WHOLE in named and countries:
        found.append(Sum(WHOLE, tuple(sorted(countries))))
    of_type: dict[str, list[Cell]] = defaultdict(list)
    of_region: dict[str, list[Cell]] = defaultdict(list)
    of_country: dict[str, list[Cell]] = defaultdict(list)
    parts: dict[tuple[str, str, str, str], list[Cell]] = defaultdict(list)
    for one in named:
        by, key, region, breakdown, _category = one
        if breakdown:
            parts[by, key, region, breakdown].append(one)
        elif by == "member_type":
            of_region[region].append(one)
            if region != "ALL":
                of_type[key].append(one)
        elif by == "region" and len(region) == 4:
            of_country[region[:2]].append(one)
    pairs = [(("region", region, region, "", ""), some) for region, some in of_region.items()]
    pairs += [(("member_type", kind, "ALL", "", ""), some) for kind, some in of_type.items()]
    pairs += [((by, key, region, "", ""), some) for (by, key, region, _breakdown), some in parts.items()]
    found += [Sum(whole, tuple(sorted(some))) for whole, some in pairs if whole in named]
    for country, some in of_country.items():
        found.append(Sum(("region", country, country, "", ""), tuple(sorted(some)), complete=False))
    return found


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
            high = sum(at[part][1] for part in one.parts) if one.complete else inf
            moved |= _narrow(at, one.whole, low, high)
            for part in one.parts:
                rest_high = sum(at[other][1] for other in one.parts if other != part)
                rest_low = sum(at[other][0] for other in one.parts if other != part)
                least = at[one.whole][0] - rest_high if one.complete and rest_high < inf else 0
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
        if one.complete:
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
