"""How the indicators are defined, and were: what their pages show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Min, QuerySet

from core.models import Breakdown, Indicator, IndicatorVersion, Series, SkillsProfile, Whose


@dataclass(frozen=True)
class ShownVersion:
    """A definition, with the years of the rounds that asked for figures by it."""

    version: IndicatorVersion
    first_year: int | None
    last_year: int | None
    breakdowns: list[Breakdown]

    @property
    def series(self) -> list[str]:
        return [str(Series(code).label) for code in self.version.series]

    @property
    def whose(self) -> list[str]:
        return [str(Whose(code).label) for code in self.version.whose]


def current_definitions() -> list[IndicatorVersion]:
    return list(IndicatorVersion.objects.current().select_related("indicator").order_by("indicator__order"))


def versions_of(indicator: Indicator) -> list[ShownVersion]:
    """All versions, the newest first; in a fixed number of queries."""
    found = (
        indicator.versions.select_related("indicator")
        .annotate(first_year=Min("rounds__year"), last_year=Max("rounds__year"))
        .prefetch_related("breakdowns__categories")
        .order_by("-version")
    )
    return [
        ShownVersion(
            one,
            getattr(one, "first_year"),  # noqa: B009 (annotated)
            getattr(one, "last_year"),  # noqa: B009
            list(one.breakdowns.all()),
        )
        for one in found
    ]


def skills_profiles() -> QuerySet[SkillsProfile]:
    return SkillsProfile.objects.filter(active=True).order_by("source", "code")
