"""What the dashboard reads beside the roll-up: target, completeness, coverage, what is contested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery, Sum

from core.geography import shapes
from core.geography.reference import EU_27
from core.models import IndicatorVersion, Job, MemberType
from kpis.models import Ambition, CountedLine, ExpectedReporter, Report, Total
from kpis.refresh import KIND
from members.models import Organisation, Segment, Workforce, today

NUTS_2_OF_THE_UNION = 244


@dataclass(frozen=True)
class Coverage:
    """K6: who is in the partnership on a day, from the register: never typed in, never summed over groups."""

    day: date
    organisations: int
    member_types: dict[str, int]
    countries: dict[str, int]  # codes of NUTS
    countries_of_the_union: int
    regions: int  # NUTS 2, of the Union
    segments: dict[str, int]
    missing_types: list[str]  # names
    missing_countries: list[str]  # codes of ISO
    missing_segments: list[str]  # names


def coverage(year: int, member_types: dict[str, str]) -> Coverage:
    """On 31 December, in the running year today. In one query."""
    day = min(date(year, 12, 31), today())
    rows = Organisation.objects.members(day).values_list(
        "member_type__code", "country__nuts_code", "region__code", "region__level", "segments"
    )
    types: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    segments: Counter[str] = Counter()
    union = {shapes.nuts_code(iso): iso for iso in EU_27}
    regions = set()
    total = 0
    for kind, country, region, level, of_segments in rows:
        total += 1
        types[kind] += 1
        countries[country] += 1
        segments.update(of_segments)
        if level is not None and level >= 2 and country in union:
            regions.add(region[:4])
    return Coverage(
        day=day,
        organisations=total,
        member_types=dict(types),
        countries=dict(countries),
        countries_of_the_union=sum(1 for code in countries if code in union),
        regions=len(regions),
        segments=dict(segments),
        missing_types=[name for code, name in member_types.items() if code not in types and code != "OTH"],
        missing_countries=sorted(iso for nuts, iso in union.items() if nuts not in countries),
        missing_segments=[str(one.label) for one in Segment if one.value not in segments],
    )


@dataclass(frozen=True)
class Reported:
    """Completeness of a year: reports of the expected, and their share of the declared workforce."""

    expected: int
    approved: int
    workforce: int
    workforce_approved: int
    as_of: date | None
    being_made_anew: bool  # a refresh of the year waits or runs

    @property
    def share(self) -> float | None:
        return self.approved / self.expected if self.expected else None

    @property
    def workforce_share(self) -> float | None:
        return self.workforce_approved / self.workforce if self.workforce else None


def reported(year: int) -> Reported:
    """Of the latest round of the year that has expected reporters; in one query."""
    latest = ExpectedReporter.objects.filter(round__year=year).order_by("-round__period").values("round")[:1]
    declared = Workforce.objects.filter(organisation=OuterRef("organisation"), year__lte=year).order_by("-year")
    counting = Report.objects.counting().filter(organisation=OuterRef("organisation"), round=OuterRef("round"))
    last = Report.objects.counting().filter(round__year=year).order_by("-approved_at").values("approved_at")[:1]
    refreshes = Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING]).filter(
        Q(payload__year=year) | Q(payload__year__isnull=True)
    )
    found = (
        ExpectedReporter.objects.filter(round=Subquery(latest))
        .annotate(
            people=Subquery(declared.values("people")[:1]),
            done=Exists(counting),
            last=Subquery(last),
            busy=Exists(refreshes),
        )
        .aggregate(
            expected=Count("pk"),
            approved=Count("pk", filter=Q(done=True)),
            workforce=Sum("people"),
            workforce_approved=Sum("people", filter=Q(done=True)),
            newest=Max("last"),
            busy_rows=Count("pk", filter=Q(busy=True)),
        )
    )
    return Reported(
        found["expected"],
        found["approved"],
        found["workforce"] or 0,
        found["workforce_approved"] or 0,
        found["newest"].date() if found["newest"] else None,
        bool(found["busy_rows"]),
    )


def member_types() -> dict[str, str]:
    return dict(MemberType.objects.active().values_list("code", "name"))


def indicators() -> dict[str, IndicatorVersion]:
    """The current definitions by code."""
    found = IndicatorVersion.objects.current().select_related("indicator").order_by("indicator__order")
    return {one.indicator.code: one for one in found}


def ambitions() -> list[Ambition]:
    return list(Ambition.objects.select_related("base").order_by("-from_year"))


def ambition_of(year: int, found: Iterable[Ambition]) -> Ambition | None:
    return next((one for one in found if one.from_year <= year), None)


def contested(year: int, indicator: str, series: str, country: str, member_type: str) -> list[dict[str, Any]]:
    """The largest sets of contested lines that are not settled."""
    lines = CountedLine.objects.filter(
        year=year, indicator__code=indicator, series=series, status=CountedLine.Status.CONTESTED
    )
    if country:
        lines = lines.filter(country=country)
    if member_type:
        lines = lines.filter(member_type=member_type)
    rows = (
        lines.values("contested_set", "others__legal_name")
        .annotate(lines=Count("figure"), people=Sum("gross"), why=Max("why"), reporter=Max("organisation__legal_name"))
        .order_by("-people", "contested_set")[:8]
    )
    return [{**row, "why_label": CountedLine.Why(row["why"]).label} for row in rows]


def newest_year() -> int:
    """The latest year with figures; this year while there are none."""
    found = Total.objects.filter(by="region", key="ALL", breakdown="").order_by("-year").values_list("year", flat=True)
    return found.first() or today().year
