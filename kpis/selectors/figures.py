"""The figures of the dashboard, all from the same roll-up: tiles, charts, maps, tables and files read this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Max, Q

from core.geography import shapes
from kpis.disclosure import Equation, Guarded, Measure, Sharing, hidden_cells
from kpis.models import Total
from kpis.selection import ALL, Selection


@dataclass(frozen=True, slots=True)
class Amount:
    """What stands in a cell; hidden: a visitor may not see it."""

    gross: int
    low: int
    high: int
    reporters: int
    hidden: bool = False

    @property
    def shown_low(self) -> int | None:
        return None if self.hidden else self.low

    @property
    def shown_high(self) -> int | None:
        return None if self.hidden else self.high


@dataclass(frozen=True)
class Figures:
    """`years`: {(year, indicator, series): amount} of the selected country and member type; the rest are of the
    selected year, indicator and series."""

    selection: Selection
    years: dict[tuple[int, str, str], Amount]
    countries: dict[str, Amount]
    member_types: dict[str, Amount]
    breakdowns: dict[str, dict[str, Amount]] = field(default_factory=dict)

    @property
    def total(self) -> Amount | None:
        one = self.selection
        return self.years.get((one.year, one.indicator, one.series))

    def of(self, indicator: str, series: str = "achieved", year: int | None = None) -> Amount | None:
        return self.years.get((year or self.selection.year, indicator, series))


_COLUMNS = (
    "by", "key", "region", "year", "indicator__code", "series", "breakdown", "category", "gross", "low", "high",
    "reporters",
)  # fmt: skip
BREAKDOWNS = ("kind", "gender", "age", "award", "eqf", "position", "mobility")


def _view(member_type: str, region: str) -> Q:
    """The cells of a region: of all member types, or of one."""
    if member_type:
        return Q(by="member_type", key=member_type, region=region)
    return Q(by="region", key=region, region=region)


def figures(chosen: Selection, *, public: bool) -> Figures:
    """In one query, and for the public one more per indicator whose hidden cells are not known yet."""
    one = Q(year=chosen.year, indicator__code=chosen.indicator, series=chosen.series)
    whole = Q(breakdown="")
    countries = list(shapes.shapes(0))
    by_country = (
        Q(by="member_type", key=chosen.member_type, region__in=countries)
        if chosen.member_type
        else Q(by="region", region__in=countries)
    )
    rows = Total.objects.filter(_view(chosen.member_type, chosen.region), whole).values_list(*_COLUMNS)
    parts = [
        Total.objects.filter(one, whole, by_country),
        Total.objects.filter(one, whole, by="member_type", region=chosen.region),
        Total.objects.filter(one, _view(chosen.member_type, chosen.region), breakdown__in=BREAKDOWNS),
    ]
    found = rows.union(*(part.values_list(*_COLUMNS) for part in parts), all=True)
    secret = Secrets() if public else None
    years: dict[tuple[int, str, str], Amount] = {}
    by_place: dict[str, Amount] = {}
    by_type: dict[str, Amount] = {}
    breakdowns: dict[str, dict[str, Amount]] = {}
    for by, key, region, year, code, series, breakdown, category, gross, low, high, reporters in found:
        kind = key if by == "member_type" else ALL
        hidden = bool(secret and secret.hides(year, code, series, region, kind, breakdown, category))
        amount = Amount(gross, low, high, reporters, hidden)
        if breakdown:
            breakdowns.setdefault(breakdown, {})[category] = amount
            continue
        if kind == (chosen.member_type or ALL) and region == chosen.region:
            years[year, code, series] = amount
        if (year, code, series) == (chosen.year, chosen.indicator, chosen.series):
            if kind == (chosen.member_type or ALL) and region != ALL:
                by_place[region] = amount
            if kind != ALL and region == chosen.region:
                by_type[kind] = amount
    return Figures(chosen, years, by_place, by_type, breakdowns)


class Secrets:
    """Which cells are hidden from the public, worked out once per roll-up and kept in the cache."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, str, str], set[Any]] = {}
        self.stamps = {
            (year, code, series): stamp
            for year, code, series, stamp in Total.objects.filter(by="region", key=ALL, breakdown="")
            .values_list("year", "indicator__code", "series")
            .annotate(stamp=Max("pk"))
            .order_by()
        }

    def hides(
        self, year: int, indicator: str, series: str, region: str, member_type: str, breakdown: str, category: str
    ) -> bool:
        if breakdown and (region, member_type) != (ALL, ALL):
            return True  # parts of countries and types are too small to be shown to everybody
        place = (year, indicator, series)
        if place not in self.known:
            stamp = f"secret-cells-{year}-{indicator}-{series}-{self.stamps.get(place)}"
            kept = cache.get(stamp)
            if kept is None:
                kept = secret_cells(*place)
                cache.set(stamp, kept, 86_400)
            self.known[place] = kept
        return (region, member_type, breakdown, category) in self.known[place]


def guarded_cells(year: int, indicator: str, series: str) -> tuple[dict[Any, Guarded], list[Equation]]:
    """What the public could see of an indicator, in all its filters: countries by member types with their sums, and
    the breakdowns of the whole. Cells are named (region, member type, breakdown, category)."""
    places = [ALL, *shapes.shapes(0)]
    rows = Total.objects.filter(year=year, indicator__code=indicator, series=series).filter(
        Q(by__in=("region", "member_type"), region__in=places, breakdown="")
        | Q(by="region", key=ALL, breakdown__in=BREAKDOWNS)
    )
    cells: dict[Any, Guarded] = {}
    for row in rows:
        kind = row.key if row.by == "member_type" else ALL
        cells[row.region, kind, row.breakdown, row.category] = Guarded(
            (
                Measure(row.low, row.contributors_low, row.largest_low),
                Measure(row.high, row.contributors_high, row.largest_high),
            )
        )
    equations = []
    plain = [key for key in cells if not key[2]]
    for region in {key[0] for key in plain}:
        children = tuple(sorted(key for key in plain if key[0] == region and key[1] != ALL))
        equations.append(Equation((region, ALL, "", ""), children, Sharing.DISTINCT))
    for kind in {key[1] for key in plain}:
        children = tuple(sorted(key for key in plain if key[1] == kind and key[0] != ALL))
        equations.append(Equation((ALL, kind, "", ""), children))
    for breakdown in {key[2] for key in cells if key[2]}:
        children = tuple(sorted(key for key in cells if key[2] == breakdown))
        equations.append(Equation((ALL, ALL, "", ""), children))
    return cells, sorted(equations, key=lambda one: (str(one.parent), one.children))


def secret_cells(year: int, indicator: str, series: str) -> set[Any]:
    cells, equations = guarded_cells(year, indicator, series)
    return hidden_cells(cells, equations)
