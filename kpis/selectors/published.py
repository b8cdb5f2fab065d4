"""Which cells of a year may be published: the verdict of disclosure control over all views that the public sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum

from core.geography import shapes
from kpis.disclosure import (
    NOTHING,
    Column,
    Equation,
    Level,
    Measure,
    Shares,
    Sharing,
    Unprotectable,
    gives_away,
    hidden_cells,
    measured,
)
from kpis.models import CountedLine, Total
from kpis.selection import ALL
from kpis.selectors.contributions import INITIATIVE, REST, Contributions, Key, Place
from kpis.selectors.earlier import Earlier
from kpis.selectors.figures import BREAKDOWNS

WHOLE: Key = (ALL, ALL, "", "")
Cells = dict[Any, Measure]
Gaps = dict[Any, dict[int, int]]


@dataclass(frozen=True)
class Verdict:
    """`shown`: cells whose certain number may be published, `ranges`: those whose range may be published with it."""

    shown: set[Key]
    ranges: set[Key]


def verdict(year: int, place: Place, contested: Contributions, history: list[Earlier]) -> Verdict:
    """What is not named here is not shown: parts of countries, of member types and of initiatives. Raises
    Unprotectable where it cannot be shown beside earlier editions without telling what one organisation changed in
    between."""
    cells = _cells(year, *place)
    gaps = {key: {who: high - low for who, (low, high) in found.items()} for key, found in contested[place].items()}
    shown, ranges = _table(cells, gaps, history, _equations({*cells, *_cells_of(history)}), {WHOLE})
    for whole, parts in {**_regions(year, place), **_initiatives(year, place)}.items():
        if whole not in shown:
            continue
        table = {whole: cells[whole], **parts}
        equations = [Equation(whole, tuple(sorted({*parts, *_cells_of(history, whole)})))]
        try:
            of_whole = _table(table, gaps, history, equations, {whole}, fixed=whole)
        except Unprotectable:
            continue
        shown |= of_whole[0]
        if whole in ranges:
            ranges |= of_whole[1]
    return Verdict(shown, ranges & shown)


def _whole_of(key: Key) -> Key | None:
    """What a cell is a part of that must never be hidden for its sake: regions of a country, initiatives. None for
    cells that stand in the table of the whole."""
    if key[2] == INITIATIVE:
        return WHOLE
    return (key[0][:2], ALL, "", "") if len(key[0]) == 4 else None


def _is_rest(key: Key) -> bool:
    return key[0].endswith(REST) or key[2:] == (INITIATIVE, "")


def _table(
    cells: Cells,
    gaps: Gaps,
    history: list[Earlier],
    equations: list[Equation],
    kept: Collection[Key],
    fixed: Key | None = None,
) -> tuple[set[Key], set[Key]]:
    """Cells that are shown, and those shown with their range. `kept`: not to be hidden where an edition showed them;
    `fixed`: shown whatever happens."""
    named = {key for equation in equations for key in equation.cells}
    gone = named - cells.keys()  # everybody sees that there is nothing
    unseen = {key for key in cells if _is_rest(key)}
    levels: list[Column] = [Level(cells), *(Shares(one.certain, one.hidden) for one in history)]
    hidden = hidden_cells(
        levels,
        equations,
        named,
        hidden=(_still_hidden(history, cells) if history else set()) & named,
        known=gone | _known(history, cells, kept) | ({fixed} if fixed else set()),
        unseen=unseen,
    )
    ranges: list[Column] = [Shares(gaps, is_positive=True)]
    ranges += [Shares(one.contested, one.without_range) for one in history]
    known = gone | _known_ranges(history, cells, gaps)
    start = (hidden | _still_without_range(history, gaps)) & cells.keys() - known
    try:
        without_range = hidden | hidden_cells(ranges, equations, named, hidden=start, known=known, unseen=unseen)
    except Unprotectable:
        without_range = named
    return cells.keys() - hidden, cells.keys() - without_range


# -- What readers have of earlier editions ----------------------------------------------------------------------------
def _cells_of(history: list[Earlier], whole: Key | None = None) -> set[Key]:
    return {key for one in history for key in one.cells if _whole_of(key) == whole}


def _still_hidden(history: list[Earlier], cells: Cells) -> set[Key]:
    """What the last edition hid and its readers could still set against it: what has hardly changed since."""
    last = history[-1]
    return {key for key in last.hidden & cells.keys() if not _has_moved(last.certain.get(key, {}).values())}


def _still_without_range(history: list[Earlier], gaps: Gaps) -> set[Key]:
    if not history:
        return set()
    last = history[-1]
    return {
        key
        for key in last.without_range
        if not _has_moved(found := last.contested.get(key, {}).values())
        and not (measured(found).value and not gaps.get(key))
    }


def _has_moved(changes: Iterable[int]) -> bool:
    found = list(changes)
    return measured(found).value > 0 and not gives_away(found)


def _known(history: list[Earlier], cells: Cells, kept: Collection[Key]) -> set[Key]:
    """What an edition has shown and who reads it will take to be as it was."""
    if not history:
        return set()
    last = history[-1]
    shown = last.cells.keys() - last.hidden
    return {key for key in shown if key in kept or last.cells[key][0] == cells.get(key, NOTHING).value}


def _known_ranges(history: list[Earlier], cells: Cells, gaps: Gaps) -> set[Key]:
    if not history:
        return set()
    last = history[-1]
    return {
        key
        for key in last.cells.keys() - last.without_range
        if key in cells and last.cells[key][1] - last.cells[key][0] == sum(gaps.get(key, {}).values())
    }


# -- The table --------------------------------------------------------------------------------------------------------
def _cells(year: int, indicator: str, series: str) -> Cells:
    """What the public could see of an indicator, in all its filters: countries by member types with their sums, and
    the breakdowns of the whole."""
    rows = _totals(year, (indicator, series)).filter(
        Q(by__in=("region", "member_type"), region__in=[ALL, *shapes.shapes(0)], breakdown="")
        | Q(by="region", key=ALL, breakdown__in=BREAKDOWNS)
    )
    return {
        (row.region, row.key if row.by == "member_type" else ALL, row.breakdown, row.category): _measure(row)
        for row in rows
    }


def _measure(row: Total) -> Measure:
    return Measure(row.low, row.contributors, row.largest)


def _equations(keys: Collection[Key]) -> list[Equation]:
    equations = []
    plain = [key for key in keys if not key[2]]
    for region in {key[0] for key in plain}:
        children = tuple(sorted(key for key in plain if key[0] == region and key[1] != ALL))
        equations.append(Equation((region, ALL, "", ""), children, Sharing.DISTINCT))
    for kind in {key[1] for key in plain}:
        children = tuple(sorted(key for key in plain if key[1] == kind and key[0] != ALL))
        equations.append(Equation((ALL, kind, "", ""), children))
    for breakdown in {key[2] for key in keys if key[2]}:
        equations.append(Equation(WHOLE, tuple(sorted(key for key in keys if key[2] == breakdown))))
    return sorted(equations, key=lambda one: (str(one.parent), one.children))


def _regions(year: int, place: Place) -> dict[Key, Cells]:
    """The NUTS 2 regions of each country, and what was reported for the country as a whole: together they make its
    figure, and what would give a hidden one of them away hides regions, never the country."""
    of: dict[Key, Cells] = defaultdict(dict)
    rows = _totals(year, place).filter(by="region", breakdown="", region__in=list(shapes.shapes(2)))
    for row in rows:
        of[row.region[:2], ALL, "", ""][row.region, ALL, "", ""] = _measure(row)
    countries = [whole[0] for whole in of]
    for country, rest in _rests(_lines(year, place).filter(region__in=countries), by="region").items():
        of[country, ALL, "", ""][country + REST, ALL, "", ""] = rest
    return of


def _initiatives(year: int, place: Place) -> dict[Key, Cells]:
    """The initiatives, and what names none: together they make the whole, as the parts of a breakdown do. What would
    give a hidden one of them away hides initiatives, and nothing else."""
    rows = _totals(year, place).filter(by=INITIATIVE, region=ALL, breakdown="")
    parts: Cells = {(ALL, ALL, INITIATIVE, row.key): _measure(row) for row in rows}
    if not parts:
        return {}
    for rest in _rests(_lines(year, place).filter(initiative=""), by="initiative").values():
        parts[ALL, ALL, INITIATIVE, ""] = rest
    return {WHOLE: parts}


def _totals(year: int, place: Place) -> QuerySet[Total]:
    return Total.objects.filter(year=year, indicator__code=place[0], series=place[1])


def _lines(year: int, place: Place) -> QuerySet[CountedLine]:
    return CountedLine.objects.filter(year=year, indicator__code=place[0], series=place[1], state__in=("value", "zero"))


def _rests(lines: QuerySet[CountedLine], *, by: str) -> dict[str, Measure]:
    """{what the lines have in that column: what they add, where they add anything}"""
    sums: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for line in lines.values(by, "organisation").annotate(certain=Sum("low"), possible=Sum("high")).order_by():
        sums[line[by]].append((line["certain"], line["possible"]))
    return {
        name: measured(low for low, _high in pairs) for name, pairs in sums.items() if any(high for _low, high in pairs)
    }
