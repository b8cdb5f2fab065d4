"""Which version of a definition holds for which year."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max, QuerySet

from core.models import Indicator, IndicatorVersion
from kpis.models import Figure, Round


def versions_for(year: int, codes: Sequence[str] | None = None) -> QuerySet[IndicatorVersion]:
    """The versions by which a round of the year asks: of all indicators, or of those with these codes. Whoever
    publishes another one for the year in this moment waits, or is waited for."""
    asked = Indicator.objects.select_for_update().filter(computed=False).order_by("pk")
    if codes is not None:
        asked = asked.filter(code__in=codes)
    return IndicatorVersion.objects.in_force(year).filter(indicator__in=[one.pk for one in asked])


def last_settled_year(indicator: Indicator) -> int | None:
    """The last year for which the indicator was asked for by a round that is open or was, or has figures: for it and
    the years before, the definition stays. None where there is no such year."""
    rounds = Round.objects.filter(indicators__indicator=indicator).exclude(status=Round.Status.PLANNED)
    figures = Figure.objects.filter(
        indicator_version__indicator=indicator, report__round__status=Round.Status.PLANNED
    )  # those of the other rounds are settled by the rounds
    found = (
        rounds.aggregate(last=Max("year"))["last"],
        figures.aggregate(last=Max("report__round__year"))["last"],
    )
    return max((year for year in found if year is not None), default=None)


def first_possible_year(indicator: Indicator) -> int:
    """The first year from which a new version may hold."""
    begun = indicator.versions.published().aggregate(last=Max("from_year"))["last"]
    settled = last_settled_year(indicator)
    return max(begun, settled + 1) if settled is not None else int(begun)
