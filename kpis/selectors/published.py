"""Which cells of a year may be published: the verdict of disclosure control over all views that the public sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

from django.db.models import Sum

from core.geography import shapes
from kpis.disclosure import Equation, Guarded, Measure, hidden_cells
from kpis.models import CountedLine, PeriodTotal, Total
from kpis.selection import ALL
from kpis.selectors.figures import guarded, guarded_cells
from kpis.selectors.sources import PERIOD

Place = tuple[str, str, str, str, str]  # by, key, region, breakdown, category


def published_cells(year: int, indicator: str, series: str) -> set[Place]:
    """What is not named here is not shown: parts of countries and member types, initiatives."""
    cells, equations = guarded_cells(year, indicator, series)
    shown = cells.keys() - hidden_cells(cells, equations)
    found = {_place(*key) for key in shown}
    found |= _regions(year, indicator, series, {key[0] for key in shown if key[1:] == (ALL, "", "")}, cells)
    if (ALL, ALL, "", "") in shown:
        found |= _quarters(year, indicator, series)
    return found


def _place(region: str, member_type: str, breakdown: str, category: str) -> Place:
    if member_type == ALL:
        return "region", region, region, breakdown, category
    return "member_type", member_type, region, breakdown, category


def _regions(year: int, indicator: str, series: str, countries: set[str], cells: dict[Any, Guarded]) -> set[Place]:
    """The NUTS 2 regions of the countries that are shown. Together with what was reported for the country as a whole
    they make its figure; what would give a hidden one of them away hides all of them, never the country."""
    of: dict[str, dict[Hashable, Guarded]] = defaultdict(dict)
    rows = Total.objects.filter(year=year, indicator__code=indicator, series=series, by="region", breakdown="")
    for row in rows.filter(region__in=list(shapes.shapes(2))):
        if row.region[:2] in countries:
            of[row.region[:2]][row.region] = guarded(row)
    rest = _whole_countries(year, indicator, series, of.keys())
    found: set[Place] = set()
    for country, regions in of.items():
        parts = regions | ({"rest": rest[country]} if country in rest else {})
        whole = cells[country, ALL, "", ""]
        hidden = hidden_cells({country: whole, **parts}, [Equation(country, tuple(parts))])
        if country not in hidden:
            found |= {("region", str(code), str(code), "", "") for code in regions.keys() - hidden}
    return found


def _whole_countries(year: int, indicator: str, series: str, countries: Any) -> dict[str, Guarded]:
    """What members reported for a country without saying in which region."""
    lines = CountedLine.objects.filter(
        year=year, indicator__code=indicator, series=series, region__in=list(countries), state__in=("value", "zero")
    )
    sums: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in lines.values("region", "organisation").annotate(certain=Sum("low"), possible=Sum("high")).order_by():
        sums[row["region"]].append((row["certain"], row["possible"]))
    return {
        region: Guarded(tuple(_measure(column) for column in zip(*pairs, strict=True)))
        for region, pairs in sums.items()
        if any(high for _low, high in pairs)
    }


def _measure(values: tuple[int, ...]) -> Measure:
    return Measure(sum(values), sum(1 for value in values if value), max(values))


def _quarters(year: int, indicator: str, series: str) -> set[Place]:
    rows = PeriodTotal.objects.filter(year=year, indicator__code=indicator, series=series, region=ALL, member_type="")
    return {(PERIOD, row.period, ALL, "", "") for row in rows if not guarded(row).is_sensitive}
