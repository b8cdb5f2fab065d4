"""The figures of the dashboard, all from the same roll-up: tiles, charts, maps, tables and files read this."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from django.db.models import Q

from core.geography import shapes
from kpis.selection import ALL, Selection
from kpis.selectors.parts import parts_of_a_type_in_a_country
from kpis.selectors.sources import PERIOD, Source


@dataclass(frozen=True, slots=True)
class Amount:
    """What stands in a cell; hidden: a visitor may not see it."""

    gross: int
    low: int
    high: int
    reporters: int
    hidden: bool = False
    high_hidden: bool = False

    @property
    def shown_low(self) -> int | None:
        return None if self.hidden else self.low

    @property
    def shown_high(self) -> float | None:
        """Without end where a visitor may see only what is certain."""
        return None if self.hidden else inf if self.high_hidden else self.high

    @property
    def shown_contested(self) -> int:
        """What is possible on top of what is certain, as far as it is shown."""
        return 0 if self.hidden or self.high_hidden else self.high - self.low


@dataclass(frozen=True)
class Figures:
    """`years`: {(year, indicator, series): amount} of the selected country and member type; the rest are of the
    selected year, indicator and series."""

    selection: Selection
    years: dict[tuple[int, str, str], Amount]
    countries: dict[str, Amount]
    regions: dict[str, Amount]  # NUTS 2, of all member types
    member_types: dict[str, Amount]
    breakdowns: dict[str, dict[str, Amount]] = field(default_factory=dict)
    quarters: dict[str, Amount] = field(default_factory=dict)  # the year to date at the end of each

    @property
    def total(self) -> Amount | None:
        one = self.selection
        return self.years.get((one.year, one.indicator, one.series))

    def of(self, indicator: str, series: str = "achieved", year: int | None = None) -> Amount | None:
        return self.years.get((year or self.selection.year, indicator, series))


BREAKDOWNS = ("kind", "gender", "age", "size", "profile", "topic", "award", "eqf", "position", "mobility")


def _view(member_type: str, region: str) -> Q:
    """The cells of a region: of all member types, or of one."""
    if member_type:
        return Q(by="member_type", key=member_type, region=region)
    return Q(by="region", key=region, region=region)


def figures(chosen: Selection, source: Source) -> Figures:
    """In one query or two, whatever is chosen."""
    years: dict[tuple[int, str, str], Amount] = {}
    by_place: dict[str, Amount] = {}
    by_region: dict[str, Amount] = {}
    by_type: dict[str, Amount] = {}
    breakdowns: dict[str, dict[str, Amount]] = {}
    quarters: dict[str, Amount] = {}
    for by, key, region, year, code, series, breakdown, category, *numbers in source.rows(chosen, _places(chosen)):
        amount = Amount(*numbers)
        if by == PERIOD:
            quarters[key] = amount
            continue
        if breakdown:
            breakdowns.setdefault(breakdown, {})[category] = amount
            continue
        if len(region) == 4:
            by_region[region] = amount
            continue
        kind = key if by == "member_type" else ALL
        if kind == (chosen.member_type or ALL) and region == chosen.region:
            years[year, code, series] = amount
        if (year, code, series) == (chosen.year, chosen.indicator, chosen.series):
            if kind == (chosen.member_type or ALL) and region != ALL:
                by_place[region] = amount
            if kind != ALL and region == chosen.region:
                by_type[kind] = amount
    if chosen.member_type and chosen.country and source.live:
        for breakdown, category, gross, low, high, reporters in parts_of_a_type_in_a_country(chosen):
            if breakdown in BREAKDOWNS:
                breakdowns.setdefault(breakdown, {})[category] = Amount(gross, low, high, reporters)
    return Figures(chosen, years, by_place, by_region, by_type, breakdowns, dict(sorted(quarters.items())))


def _places(chosen: Selection) -> list[Q]:
    """Which cells the page shows: the chosen place in all years; in the year, all places, member types and parts."""
    one = Q(year=chosen.year, indicator__code=chosen.indicator, series=chosen.series)
    whole, view = Q(breakdown=""), _view(chosen.member_type, chosen.region)
    by_country = Q(by="member_type", key=chosen.member_type) if chosen.member_type else Q(by="region")
    places = [
        view & whole,
        one & whole & by_country & Q(region__in=list(shapes.shapes(0))),
        one & whole & Q(by="member_type", region=chosen.region),
        one & view & Q(breakdown__in=BREAKDOWNS),
    ]
    if not chosen.member_type:
        places.append(one & whole & Q(by="region", region__in=_regions_of(chosen.country)))
    return places


def _regions_of(country: str) -> list[str]:
    return [code for code in shapes.shapes(2) if code.startswith(country)]
