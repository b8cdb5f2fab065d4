"""K6: who is in the partnership, and who is not."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.charts import BarRow, Chart, MapRegion, bar_chart, map_chart
from core.charts.scales import locale
from core.geography import shapes
from core.geography.reference import EU_27
from kpis.selectors.dashboard import Coverage
from members.models import Segment


class CoverageDrawings:
    """Who is missing is drawn too: the gaps are what this is about. Names lead to the directory of today."""

    def __init__(self, coverage: Coverage, member_types: dict[str, str]) -> None:
        self.coverage, self.kinds = coverage, member_types

    @property
    def _foot(self) -> dict[str, Any]:
        return {"source": _("register of members"), "as_of": self.coverage.day, "unit": _("organisations")}

    def _directory(self, **query: str) -> str:
        name, value = next(iter(query.items()))
        return f"{self._members}?{name}={value}"

    @cached_property
    def _members(self) -> str:
        return reverse("members:directory")

    @staticmethod
    def _place(code: str, count: int, url: str) -> MapRegion:
        return MapRegion(code, count, url=url) if count else MapRegion(code, None, missing=_("nobody"))

    @cached_property
    def types(self) -> Chart:
        found = self.coverage.member_types
        return bar_chart(
            id="members-by-type",
            title=_("Members by member type"),
            rows=[
                BarRow(name, found.get(code, 0), url=self._directory(type=code) if code in found else None)
                for code, name in self.kinds.items()
            ],
            row_name=_("Member type"),
            **self._foot,
        )

    @cached_property
    def countries(self) -> Chart:
        found = {shapes.nuts_code(iso): 0 for iso in EU_27} | self.coverage.countries
        return map_chart(
            id="members-by-country",
            title=_("Members by country"),
            regions=[
                self._place(code, count, self._directory(country=shapes.iso_code(code)))
                for code, count in found.items()
            ],
            **self._foot,
        )

    @cached_property
    def regions(self) -> Chart:
        found = self.coverage.regions
        return map_chart(
            id="members-by-region",
            title=_("Members by region (NUTS 2) of the EU-27"),
            regions=[
                self._place(code, found.get(code, 0), self._directory(region=code))
                for code in shapes.shapes(2)
                if shapes.iso_code(code) in EU_27
            ],
            level=2,
            **self._foot,
        )

    @cached_property
    def segments(self) -> Chart:
        return bar_chart(
            id="members-by-segment",
            title=_("Members by segment of the value chain"),
            rows=[BarRow(str(one.label), self.coverage.segments.get(one.value, 0)) for one in Segment],
            note=_("A member may be in several segments."),
            row_name=_("Segment"),
            **self._foot,
        )

    @property
    def charts(self) -> list[Chart]:
        return [self.types, self.segments, self.countries, self.regions] if self.coverage.organisations else []

    @property
    def missing_countries(self) -> list[str]:
        return sorted(shapes.place_name(code, locale()) for code in self.coverage.missing_countries)

    @property
    def missing_regions(self) -> list[tuple[str, list[str]]]:
        """(country, names of its regions without a member), of the countries that have one."""
        found = {
            shapes.place_name(country, locale()): [f"{shapes.place_name(code, locale())} ({code})" for code in codes]
            for country, codes in self.coverage.missing_regions.items()
        }
        return sorted(found.items())

    @property
    def missing_regions_count(self) -> int:
        return sum(map(len, self.coverage.missing_regions.values()))
