"""What a report is held against: the definitions that its round asks by, and the figures before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import models

from core.models import BreakdownCategory, IndicatorVersion, Region
from kpis.lines import Line, lines_of_reports, totals
from kpis.models import Report
from members.models import Workforce
from projects.models import Initiative

NUTS_VERSION = 2024


@dataclass(frozen=True)
class Definition:
    """An indicator as the round asks for it, with the names of its categories."""

    version: IndicatorVersion
    categories: dict[str, dict[str, str]]  # breakdown code → {category code: name}
    breakdown_names: dict[str, str]

    @property
    def code(self) -> str:
        return self.version.indicator.code


@dataclass(frozen=True)
class Context:
    """What a report is held against."""

    organisation_id: int
    definitions: dict[str, Definition] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()
    initiatives: frozenset[str] = frozenset()
    workforce: int | None = None
    earlier: list[Line] | None = None  # of the same year, approved: the year to date cannot fall below
    earlier_name: str = ""
    last_year: dict[tuple[str, str], int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def definitions_of(asked: models.QuerySet[IndicatorVersion], year: int) -> dict[str, Definition]:
    """What the versions ask for in the year, for example those of a round, in three queries."""
    versions = list(asked.select_related("indicator").prefetch_related("breakdowns").order_by("indicator__order"))
    named: dict[int, dict[str, str]] = defaultdict(dict)
    for part in BreakdownCategory.objects.offered(year).order_by("order", "code"):
        named[part.breakdown_id][part.code] = part.name
    return {
        version.indicator.code: Definition(
            version=version,
            categories={one.code: named[one.pk] for one in version.breakdowns.all()},
            breakdown_names={one.code: one.name for one in version.breakdowns.all()},
        )
        for version in versions
    }


def region_codes() -> frozenset[str]:
    """Countries as NUTS writes them, and the NUTS 2 regions of NUTS 2024."""
    countries = Region.objects.filter(level=0).values_list("code", flat=True)
    regions = Region.objects.filter(level=2, version=NUTS_VERSION).values_list("code", flat=True)
    return frozenset(countries) | frozenset(regions)


def context_of(report: Report) -> Context:
    return replace(
        comparisons_of([report])[report.pk],
        definitions=definitions_of(report.round.indicators.all(), report.round.year),
        regions=region_codes(),
        initiatives=frozenset(Initiative.objects.values_list("code", flat=True)),
    )


def comparisons_of(reports: Sequence[Report]) -> dict[int, Context]:
    """For each of some reports of one round, what a second look compares it with: the figures before it and the
    workforce. In as many queries for many as for one."""
    if not reports:
        return {}
    one = reports[0].round
    counting = Report.objects.counting().filter(
        organisation__in=[report.organisation_id for report in reports], round__year__in=(one.year - 1, one.year)
    )
    earlier: dict[int, Report] = {}
    before: dict[int, Report] = {}
    for found in counting.select_related("round").order_by("round__period"):
        if found.round.year == one.year and found.round.period < one.period:
            earlier[found.organisation_id] = found  # the latest stays
        elif found.round.year < one.year and found.round.period == one.period:
            before[found.organisation_id] = found
    lines = lines_of_reports([report.pk for report in (*earlier.values(), *before.values())])
    workforce = declared_workforce(until=one.year, organisations=[report.organisation_id for report in reports])
    return {
        report.pk: Context(
            organisation_id=report.organisation_id,
            workforce=workforce.get(report.organisation_id),
            earlier=lines[same.pk] if (same := earlier.get(report.organisation_id)) else None,
            earlier_name=str(same.round) if same else "",
            last_year=totals(lines[last.pk]) if (last := before.get(report.organisation_id)) else {},
            reasons=report.reasons,
        )
        for report in reports
    }


def declared_workforce(*, until: int, organisations: Sequence[int]) -> dict[int, int]:
    """{organisation id: people}, as declared for the year or else the latest before it; in one query."""
    rows = Workforce.objects.filter(organisation__in=organisations, year__lte=until).order_by("year")
    return dict(rows.values_list("organisation", "people"))  # the latest stays
