"""What the dashboard reads beside the roll-up: target, completeness, coverage, what is contested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery, Sum

from core.geography import shapes
from core.geography.reference import EU_27
from core.models import IndicatorVersion, Job, MemberType
from kpis.models import CountedLine, ExpectedReporter, Report, Total
from kpis.refresh import KIND
from kpis.selection import Selection
from members.models import Organisation, Segment, Workforce, today


@dataclass(frozen=True)
class Coverage:
    """K6: who is in the partnership on a day, from the register: never typed in, never summed over groups."""

    day: date
    organisations: int
    member_types: dict[str, int]
    countries: dict[str, int]  # codes of NUTS
    countries_of_the_union: int
    regions: dict[str, int]  # NUTS 2, of the Union
    segments: dict[str, int]
    missing_types: list[str]  # names
    missing_countries: list[str]  # codes of NUTS
    missing_regions: dict[str, list[str]]  # country: NUTS 2; of countries with a member
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
    regions: Counter[str] = Counter()
    union = {shapes.nuts_code(iso) for iso in EU_27}
    total = 0
    for kind, country, region, level, of_segments in rows:
        total += 1
        types[kind] += 1
        countries[country] += 1
        segments.update(of_segments)
        if level is not None and level >= 2 and country in union:
            regions[region[:4]] += 1
    return Coverage(
        day=day,
        organisations=total,
        member_types=dict(types),
        countries=dict(countries),
        countries_of_the_union=sum(1 for code in countries if code in union),
        regions=dict(regions),
        segments=dict(segments),
        missing_types=[name for code, name in member_types.items() if code not in types and code != "OTH"],
        missing_countries=sorted(union - countries.keys()),
        missing_regions=_without(regions, union & countries.keys()),
        missing_segments=[str(one.label) for one in Segment if one.value not in segments],
    )


def _without(regions: Container[str], countries: Container[str]) -> dict[str, list[str]]:
    """The regions of these countries in which there is nobody."""
    missing: dict[str, list[str]] = {}
    for code in shapes.shapes(2):
        if code[:2] in countries and code not in regions:
            missing.setdefault(code[:2], []).append(code)
    return missing


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

    @property
    def workforce_percent(self) -> int:
        """For everybody: from the people themselves visitors would learn what one member declared, by subtracting."""
        return round(100 * (self.workforce_share or 0))


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


def indicators(year: int) -> dict[str, IndicatorVersion]:
    """The definitions in force for the year, by code."""
    found = IndicatorVersion.objects.in_force(year).select_related("indicator").order_by("indicator__order")
    return {one.indicator.code: one for one in found}


def contested(chosen: Selection) -> list[dict[str, Any]]:
    """The largest sets of contested lines that are not settled."""
    lines = CountedLine.objects.filter(
        year=chosen.year,
        indicator__code=chosen.indicator,
        series=chosen.series,
        status=CountedLine.Status.CONTESTED,
    )
    if chosen.country:
        lines = lines.filter(country=chosen.country)
    if chosen.member_type:
        lines = lines.filter(member_type=chosen.member_type)
    rows = (
        lines.values("contested_set", "others__legal_name")
        .annotate(lines=Count("figure"), people=Sum("gross"), why=Max("why"), reporter=Max("organisation__legal_name"))
        .order_by("-people", "contested_set")[:8]
    )
    return [{**row, "why_label": CountedLine.Why(row["why"]).label} for row in rows]


def newest_year() -> int:
    """The latest year with figures; this year while there are none."""
    return _years_with_figures().first() or today().year


def types_and_newest_year() -> tuple[dict[str, str], int]:
    """Both in one query: every page of figures begins with them."""
    newest = Subquery(_years_with_figures()[:1])
    rows = list(MemberType.objects.active().annotate(newest=newest).values_list("code", "name", "newest"))
    return {code: name for code, name, _year in rows}, (rows[0][2] if rows else None) or today().year


def _years_with_figures() -> Any:
    found = Total.objects.filter(by="region", key="ALL", breakdown="")
    return found.order_by("-year").values_list("year", flat=True)
