"""The charts of the dashboard: what each shows, in words, with the page of reports behind every number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import cached_property

from core.charts import Chart
from kpis.drawings import parts, places, years
from kpis.drawings.coverage import CoverageDrawings
from kpis.drawings.frame import Frame

WHO, WHAT = ("size", "gender", "age"), ("kind", "profile", "topic", "award", "eqf", "position", "mobility")

__all__ = ["CoverageDrawings", "Drawings", "Frame"]


@dataclass(frozen=True)
class Drawings:
    """The sections of the page, each drawn when it is asked for."""

    frame: Frame
    of_members: CoverageDrawings

    @cached_property
    def headline(self) -> Chart:
        return years.headline(self.frame)

    @cached_property
    def trend(self) -> Chart:
        return years.trend(self.frame)

    @cached_property
    def inside(self) -> list[Chart]:
        """The quarters of the year, and plans beside what was achieved."""
        return [one for one in (years.quarters(self.frame), years.plans(self.frame)) if one]

    @cached_property
    def where(self) -> list[Chart]:
        return [places.country_map(self.frame), places.region_map(self.frame)]

    @cached_property
    def countries(self) -> Chart:
        return places.countries(self.frame)

    @cached_property
    def who(self) -> list[Chart]:
        return [parts.member_types(self.frame), *parts.breakdowns(self.frame, WHO)]

    @cached_property
    def what(self) -> list[Chart]:
        return parts.breakdowns(self.frame, WHAT)

    @property
    def has_what(self) -> bool:
        return bool(parts.present(self.frame, WHAT))

    @cached_property
    def others(self) -> list[Chart]:
        return years.others(self.frame)

    def all(self) -> Iterable[Chart]:
        """In the order of the page; a file is made of the first that is asked for."""
        yield from (self.headline, self.trend, *self.inside, *self.where, self.countries)
        yield from (*self.who, *self.what, *self.others, *self.of_members.charts)
