"""The charts of the dashboard: what each shows, in words, with the page of reports behind every number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.charts import BarRow, Chart, Column, MapRegion, Target, bar_chart, column_chart, headline_bar, map_chart
from core.charts.scales import locale
from core.geography import shapes
from core.models import Series
from kpis.models import Ambition
from kpis.selectors.dashboard import ambition_of
from kpis.selectors.figures import Amount, Figures

BREAKDOWN_CHARTS = ("kind", "gender", "age", "award", "position", "mobility", "eqf")


@dataclass(frozen=True)
class Drawings:
    """`insider`: numbers lead to the reports behind them; visitors have no such page."""

    figures: Figures
    name: str  # of the indicator
    unit: str
    ambitions: list[Ambition]
    target: int | None  # people a year, as chosen; only of K1 for the whole partnership
    target_label: str
    member_types: dict[str, str]
    categories: dict[str, tuple[str, dict[str, str]]]  # breakdown: (name, {category: name})
    as_of: date | None
    running_year: int
    insider: bool

    @property
    def _words(self) -> dict[str, str]:
        one = self.figures.selection
        place = shapes.place_name(one.country, locale()) if one.country else _("all countries")
        kind = self.member_types[one.member_type] if one.member_type else _("all member types")
        series = f", {Series.PLANNED.label}" if one.series == Series.PLANNED else ""
        return {"what": self.name + series, "year": str(one.year), "place": place, "kind": kind}

    @property
    def _where(self) -> str:
        """What the selection leaves out, for titles; empty when it leaves out nothing."""
        one = self.figures.selection
        parts = [self._words["place"]] if one.country else []
        parts += [self._words["kind"]] if one.member_type else []
        return " (" + ", ".join(parts) + ")" if parts else ""

    @property
    def _source(self) -> str:
        return _("approved KPI reports of the members of the alliance")

    @property
    def _note(self) -> str:
        return (
            ""
            if self.insider
            else _(
                "Where it says “no data”, the figure is too small to be shown, or others could be worked out from it."
            )
        )

    def _link(self, region: str = "", breakdown: str = "", category: str = "", **changes: object) -> str | None:
        if not self.insider:
            return None
        return self.figures.selection.figures_url(region=region, breakdown=breakdown, category=category, **changes)

    @cached_property
    def headline(self) -> Chart:
        total = self.figures.total
        return headline_bar(
            id="headline",
            title=_("%(what)s in %(year)s") % self._words + self._where,
            value=total.shown_low if total else None,
            high=total.shown_high if total else None,
            target=Target(self.target, self.target_label) if self.target else None,
            unit=self.unit,
            source=self._source,
            as_of=self.as_of,
            note=self._note if total and total.hidden else "",
            empty=_("There are no approved figures for this choice yet."),
            size="full",
        )

    @cached_property
    def trend(self) -> Chart:
        one = self.figures.selection
        years = sorted(
            year for year, code, series in self.figures.years if (code, series) == (one.indicator, one.series)
        )
        span = range(years[0], years[-1] + 1) if years else []
        goal = one.indicator == "K1" and not one.is_filtered
        columns = []
        for year in span:
            amount = self.figures.of(one.indicator, one.series, year)
            ambition = ambition_of(year, self.ambitions) if goal else None
            columns.append(
                Column(
                    label=str(year),
                    value=amount.shown_low if amount else None,
                    high=amount.shown_high if amount else None,
                    target=(self.target if year == one.year else ambition.target) if ambition else None,
                    state="to_date" if year == self.running_year else "",
                    url=self._link(year=year, region=one.region) or "" if amount else "",
                )
            )
        return column_chart(
            id="trend",
            title=_("%(what)s by year") % self._words + self._where,
            columns=columns,
            unit=self.unit,
            source=self._source,
            as_of=self.as_of,
            note=_("Figures of several years are not added up: people may be in more than one."),
            value_name=self.unit,
            size="full",
        )

    @cached_property
    def map(self) -> Chart:
        found = self.figures.countries
        return map_chart(
            id="map",
            title=_("%(what)s by country, %(year)s") % self._words + self._kind_only,
            regions=[
                MapRegion(code, amount.shown_low, amount.shown_high, self._link(region=code))
                for code, amount in found.items()
            ],
            unit=self.unit,
            source=self._source,
            as_of=self.as_of,
            note=self._note,
            value_name=self.unit,
        )

    @property
    def _kind_only(self) -> str:
        return f" ({self._words['kind']})" if self.figures.selection.member_type else ""

    @cached_property
    def countries(self) -> Chart:
        one = self.figures.selection
        return bar_chart(
            id="countries",
            title=_("%(what)s by country, %(year)s") % self._words + self._kind_only,
            rows=[
                self._bar(shapes.place_name(code, locale()), amount, self._link(region=code), code == one.country)
                for code, amount in self.figures.countries.items()
            ],
            unit=self.unit,
            source=self._source,
            as_of=self.as_of,
            note=self._note,
            row_name=_("Country"),
            value_name=self.unit,
        )

    @cached_property
    def types(self) -> Chart:
        one = self.figures.selection
        place = f" ({self._words['place']})" if one.country else ""
        return bar_chart(
            id="member-types",
            title=_("%(what)s by member type, %(year)s") % self._words + place,
            rows=[
                self._bar(
                    self.member_types.get(code, code),
                    amount,
                    self._link(region=one.region, member_type=code),
                    code == one.member_type,
                )
                for code, amount in self.figures.member_types.items()
            ],
            unit=self.unit,
            source=self._source,
            as_of=self.as_of,
            note=self._note,
            row_name=_("Member type"),
            value_name=self.unit,
        )

    @cached_property
    def breakdowns(self) -> list[Chart]:
        """Of the parts that the indicator has; for visitors of the whole partnership only."""
        one = self.figures.selection
        if not self.insider and one.is_filtered:
            return []
        return [
            self._breakdown(code, self.figures.breakdowns[code])
            for code in BREAKDOWN_CHARTS
            if code in self.figures.breakdowns and code in self.categories
        ]

    def _breakdown(self, code: str, found: dict[str, Amount]) -> Chart:
        name, categories = self.categories[code]
        region = self.figures.selection.region
        return bar_chart(
            id=f"by-{code}",
            title=_("%(what)s in %(year)s: %(name)s") % {**self._words, "name": name} + self._where,
            rows=[
                self._bar(label, found[part], self._link(region=region, breakdown=code, category=part))
                for part, label in categories.items()
                if part in found
            ],
            unit=self.unit,
            source=self._source,
            as_of=self.as_of,
            note=self._note,
            ranked=False,
            row_name=name,
            value_name=self.unit,
        )

    @staticmethod
    def _bar(label: str, amount: Amount, url: str | None, emphasis: bool = False) -> BarRow:
        return BarRow(label, amount.shown_low, amount.shown_high, url, emphasis)

    def all(self) -> Iterable[Chart]:
        return [self.headline, self.trend, self.map, self.countries, self.types, *self.breakdowns]
