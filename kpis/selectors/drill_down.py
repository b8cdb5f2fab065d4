"""What is behind a number: the organisations that add to it, and their lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from core.charts.scales import locale
from core.geography import shapes
from core.models import BreakdownCategory
from kpis.contested import met_by
from kpis.models import Adjustment, CountedLine, OrganisationTotal, Report, Total
from kpis.selection import ALL, Selection
from kpis.selectors.parts import parts_of_organisations
from kpis.selectors.reports import region_names
from kpis.selectors.settlements import settlements_of
from members.models import Organisation
from projects.models import Initiative


@dataclass(frozen=True)
class LineBehind:
    line: CountedLine
    region_name: str
    met: list[CountedLine]
    report_url: str  # empty where the reader may not see the report
    settlement: Adjustment | None = None
    entered_by_office: bool = False


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


def behind_initiative(chosen: Selection, initiative: Initiative, *, page: str, user: Any) -> Behind:
    """The organisations whose lines name the initiative; what they add to it is the sum of these lines."""
    place = Q(year=chosen.year, indicator__code=chosen.indicator, series=chosen.series)
    lines = CountedLine.objects.filter(place, initiative=initiative.code)
    sums = (
        lines.exclude(status=CountedLine.Status.NO_NUMBER)
        .values("organisation")
        .annotate(of_gross=Sum("gross"), of_low=Sum("low"), of_high=Sum("high"))
        .order_by("-of_high", "-of_gross", "organisation")
    )
    shown = Paginator(sums, 50).get_page(page)
    named = Organisation.objects.select_related("member_type", "country").in_bulk(
        [row["organisation"] for row in shown]
    )
    rows = [
        OrganisationTotal(
            organisation=named[row["organisation"]], gross=row["of_gross"], low=row["of_low"], high=row["of_high"]
        )
        for row in shown
    ]
    mine = lines.filter(organisation__in=named).select_related("others").order_by("region", "figure_id")
    by_organisation = _by_organisation(list(mine), user)
    total = Total.objects.filter(place, by="initiative", key=initiative.code, breakdown="").first()
    return Behind(
        region=ALL,
        region_name="",
        category_name="",
        total=total,
        page=shown,
        contributions=[Contribution(row, by_organisation.get(row.organisation_id, [])) for row in rows],
        contested_set="",
    )


def behind(
    chosen: Selection, *, region: str, breakdown: str, category: str, contested_set: str, page: str, user: Any
) -> Behind:
    """The same rows of the roll-up that the number was read from; in a fixed number of queries."""
    place = Q(year=chosen.year, indicator__code=chosen.indicator, series=chosen.series)
    lines = CountedLine.objects.filter(place)
    if contested_set:
        lines = lines.filter(contested_set=contested_set)
    view = Q(by="member_type", key=chosen.member_type) if chosen.member_type else Q(by="region", key=region)
    if breakdown:
        shown = _page_of_a_part(chosen, region, breakdown, category, page)
    else:
        rows = OrganisationTotal.objects.filter(place, region=region)
        if chosen.member_type:
            rows = rows.filter(member_type=chosen.member_type)
        if contested_set:
            rows = rows.filter(organisation__in=lines.values("organisation"))
        rows = rows.select_related("organisation__member_type", "organisation__country")
        shown = Paginator(rows.order_by("-high", "-gross", "organisation"), 50).get_page(page)
    mine = list(
        _in_region(lines, region)
        .filter(organisation__in=[row.organisation_id for row in shown])
        .select_related("others")
        .order_by("region", "figure_id")
    )
    total = None
    if not contested_set:
        total = Total.objects.filter(place, view, region=region, breakdown=breakdown, category=category).first()
    by_organisation = _by_organisation(mine, user)
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


def _page_of_a_part(chosen: Selection, region: str, breakdown: str, category: str, page: str) -> Page:
    """Rows of organisations for a category; they are in no table."""
    found = parts_of_organisations(chosen, region=region, breakdown=breakdown, category=category)
    shown: Page[Any] = Paginator(found, 50).get_page(page)
    named = Organisation.objects.select_related("member_type", "country").in_bulk([row[0] for row in shown])
    rows = [
        OrganisationTotal(organisation=named[pk], member_type=kind, gross=gross, low=low, high=high)
        for pk, kind, gross, low, high in shown
    ]
    shown.object_list = rows
    return shown


def _by_organisation(lines: list[CountedLine], user: Any) -> dict[int, list[LineBehind]]:
    found: dict[int, list[LineBehind]] = {}
    for one in _with_what_they_met(lines, user):
        found.setdefault(one.line.organisation_id, []).append(one)
    return found


def _with_what_they_met(lines: list[CountedLine], user: Any) -> list[LineBehind]:
    met, settled = met_by(lines), settlements_of(lines)
    names = region_names(line.region for line in lines)
    seen = Exists(Report.objects.visible_to(user).filter(pk=OuterRef("pk")))
    named = Report.objects.filter(pk__in={line.report_id for line in lines})
    reports = {report.pk: report for report in named.filter(seen | Q(entered_by_office=True)).annotate(seen=seen)}
    urls = {pk: report.get_absolute_url() for pk, report in reports.items() if getattr(report, "seen")}  # noqa: B009
    by_office = {pk for pk, report in reports.items() if report.entered_by_office}
    return [
        LineBehind(
            line,
            names.get(line.region, line.region),
            met.get(line.pk, []),
            urls.get(line.report_id, ""),
            settled.get(line.pk),
            line.report_id in by_office,
        )
        for line in lines
    ]
