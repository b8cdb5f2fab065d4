"""Where the figures of a page come from: the roll-up as it is now, or editions as they were published.

The public sees editions only, of each year the latest. Members see the live figures and may look at any edition, then
exactly as the public sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, F, Q, Value

from kpis.models import Edition, EditionCell, PeriodTotal, Total
from kpis.selection import Selection
from kpis.selectors import dashboard as reads
from kpis.selectors.dashboard import Coverage, Reported

PERIOD = "period"  # what quarters are shown by
COLUMNS = (
    "by", "key", "region", "year", "indicator__code", "series", "breakdown", "category", "gross", "low", "high",
    "reporters", "hidden", "high_hidden",
)  # fmt: skip
_ALL_SHOWN = {name: Value(False, output_field=BooleanField()) for name in ("hidden", "high_hidden")}


@dataclass(frozen=True)
class Source:
    """`edition`: the one of the chosen year that is shown. `editions`: all that may be looked at, the latest first."""

    live: bool
    edition: Edition | None
    editions: list[Edition]

    @cached_property
    def _ids(self) -> list[int]:
        """The latest edition of each year; of its own year, the one that is shown."""
        latest = {one.year: one.pk for one in reversed(self.editions) if one.status == Edition.Status.PUBLISHED}
        if self.edition:
            latest[self.edition.year] = self.edition.pk
        return sorted(latest.values())

    def rows(self, chosen: Selection, places: Iterable[Q]) -> Any:
        """Cells as tuples of COLUMNS, in one query: those of the places and the quarters of the year."""
        parts = [self._cells(place) for place in places]
        parts.append(self._quarters(chosen))
        return parts[0].union(*parts[1:], all=True)

    def _cells(self, place: Q) -> Any:
        if self.live:
            return Total.objects.filter(place).annotate(**_ALL_SHOWN).values_list(*COLUMNS)
        return EditionCell.objects.filter(place, edition__in=self._ids).values_list(*COLUMNS)

    def _quarters(self, chosen: Selection) -> Any:
        """In the shape of the totals, the period as key. Editions have those of the whole partnership."""
        place = Q(year=chosen.year, indicator__code=chosen.indicator, series=chosen.series, region=chosen.region)
        if not self.live:
            return self._cells(Q(place, by=PERIOD) if not chosen.member_type else Q(pk=None))
        named = {"by": Value(PERIOD), "breakdown": Value(""), "category": Value("")}
        found = PeriodTotal.objects.filter(place, member_type=chosen.member_type)
        return found.annotate(key=F("period"), **_ALL_SHOWN, **named).values_list(*COLUMNS)

    def reported(self, year: int) -> Reported:
        """Completeness: of now, or as it was."""
        if self.live:
            return reads.reported(year)
        if self.edition is None:
            return Reported(0, 0, 0, 0, None, False)
        return Reported(**{**self.edition.facts["reported"], "as_of": self.as_of, "being_made_anew": False})

    def coverage(self, year: int, member_types: dict[str, str]) -> Coverage:
        """K6. The register of members is public, so a year without an edition has it too."""
        if self.live or self.edition is None:
            return reads.coverage(year, member_types)
        facts = self.edition.facts["coverage"]
        return Coverage(**{**facts, "day": date.fromisoformat(facts["day"])})

    @property
    def as_of(self) -> date | None:
        return self.edition.frozen_at.date() if self.edition else None

    @property
    def of_year(self) -> list[Edition]:
        """The editions of the year that is shown."""
        return [one for one in self.editions if self.edition and one.year == self.edition.year]


def newest_published(editions: list[Edition]) -> int | None:
    return next((one.year for one in editions if one.status == Edition.Status.PUBLISHED), None)


def source(chosen: Selection, editions: list[Edition], *, insider: bool) -> Source:
    """An edition of another year than the chosen one was left behind by a change of the year."""
    named = next((one for one in editions if one.code == chosen.edition and one.year == chosen.year), None)
    if insider and named is None:
        return Source(True, None, editions)
    latest = (one for one in editions if one.year == chosen.year and one.status == Edition.Status.PUBLISHED)
    return Source(False, named or next(latest, None), editions)


def editions_for(user: Any) -> list[Edition]:
    """The latest first, without the long lists of what is behind them."""
    return list(Edition.objects.visible_to(user).order_by("-year", "-number").defer("grounds"))
