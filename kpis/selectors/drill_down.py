"""What is behind a number: the organisations that add to it, and their lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from core.charts.scales import locale
from core.geography import shapes
from core.models import BreakdownCategory
from kpis.counting import meetings
from kpis.models import CountedLine, OrganisationTotal, Report, Total
from kpis.selection import ALL, Selection
from kpis.selectors.reports import region_names


@dataclass(frozen=True)
class LineBehind:
    line: CountedLine
    region_name: str
    met: list[CountedLine]
    report_url: str  # empty where the reader may not see the report


@dataclass(frozen=True)
class Contribution:
    """What one organisation adds to the number, and its lines in the place."""

    row: OrganisationTotal
    lines: list[LineBehind]


@dataclass(frozen=True)
class Behind:
    region: str
    region_name: str
    category_name: str  # of a part, with the name of its breakdown
    total: Total | None
    page: Page
    contributions: list[Contribution]
    contested_set: str


def _in_region(lines: QuerySet[CountedLine], region: str) -> QuerySet[CountedLine]:
    if region == ALL:
        return lines
    return lines.filter(country=region) if len(region) == 2 else lines.filter(region__startswith=region)


def behind(
    chosen: Selection, *, region: str, breakdown: str, category: str, contested_set: str, page: str, user: Any
) -> Behind:
    """The same rows of the roll-up that the number was read from; in a fixed number of queries."""
    place = Q(year=chosen.year, indicator__code=chosen.indicator, series=chosen.series)
    rows = OrganisationTotal.objects.filter(place, region=region, breakdown=breakdown, category=category)
    lines = CountedLine.objects.filter(place)
    view = Q(by="region", key=region)
    if chosen.member_type:
        rows = rows.filter(member_type=chosen.member_type)
        view = Q(by="member_type", key=chosen.member_type)
    if contested_set:
        lines = lines.filter(contested_set=contested_set)
        rows = rows.filter(organisation__in=lines.values("organisation"))
    pages = Paginator(
        rows.select_related("organisation__member_type", "organisation__country").order_by("-high", "-gross", "pk"), 50
    )
    shown = pages.get_page(page)
    mine = list(
        _in_region(lines, region)
        .filter(organisation__in=[row.organisation_id for row in shown])
        .select_related("others")
        .order_by("region", "figure_id")
    )
    total = None
    if not contested_set:
        total = Total.objects.filter(place, view, region=region, breakdown=breakdown, category=category).first()
    by_organisation: dict[int, list[LineBehind]] = {}
    for one in _with_what_they_met(mine, user):
        by_organisation.setdefault(one.line.organisation_id, []).append(one)
    part = BreakdownCategory.objects.filter(breakdown__code=breakdown, code=category).select_related("breakdown")
    named = part.first() if breakdown else None
    return Behind(
        region=region,
        region_name=shapes.place_name(region, locale()) if region != ALL else "",
        category_name=f"{named.breakdown.name}: {named.name}" if named else "",
        total=total,
        page=shown,
        contributions=[Contribution(row, by_organisation.get(row.organisation_id, [])) for row in shown],
        contested_set=contested_set,
    )


def _with_what_they_met(lines: list[CountedLine], user: Any) -> list[LineBehind]:
    pairs = meetings(line.pk for line in lines)
    others = {
        one.pk: one
        for one in CountedLine.objects.filter(pk__in={other for _line, other in pairs}).select_related("organisation")
    }
    met: dict[int, list[CountedLine]] = {}
    for line, other in pairs:
        met.setdefault(line, []).append(others[other])
    names = region_names(line.region for line in lines)
    mine = Report.objects.visible_to(user).filter(pk__in={line.report_id for line in lines})
    urls = {report.pk: report.get_absolute_url() for report in mine.only("pk")}
    return [
        LineBehind(line, names.get(line.region, line.region), met.get(line.pk, []), urls.get(line.report_id, ""))
        for line in lines
    ]
