"""What the pages of reports and the desk of the Office read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from core.models import Region
from kpis.contested import met_by
from kpis.lines import Line, lines_of
from kpis.models import Adjustment, CountedLine, ExpectedReporter, Figure, Report, Round
from kpis.selectors.settlements import settlements_of
from members.models import Organisation, Workforce


def region_names(codes: Iterable[str]) -> dict[str, str]:
    """{code: "Jihovýchod", "Czechia" …}"""
    found = Region.objects.filter(code__in=set(codes)).select_related("country").order_by("version")
    return {one.code: one.country.name if one.level == 0 else one.name_latin for one in found}


def latest_reports(user: Any) -> QuerySet[Report]:
    """The last revision of each report that the user may see."""
    return (
        Report.objects.visible_to(user)
        .latest_revisions()
        .select_related("organisation__member_type", "organisation__country", "round")
    )


def report_of_last_year(report: Report) -> Report | None:
    """The approved report of the same organisation and period, a year before."""
    return (
        Report.objects.counting()
        .filter(
            organisation=report.organisation_id, round__year=report.round.year - 1, round__period=report.round.period
        )
        .first()
    )


def lines_of_last_year(report: Report) -> list[Line]:
    before = report_of_last_year(report)
    return lines_of(before) if before else []


def lines_of_report_before(report: Report) -> list[Line]:
    """Of the last approved report of the organisation for an earlier round, whichever period it was for."""
    earlier = (
        Report.objects.counting()
        .filter(organisation=report.organisation_id)
        .filter(
            Q(round__year__lt=report.round.year)
            | Q(round__year=report.round.year, round__period__lt=report.round.period)
        )
        .order_by("-round__year", "-round__period")
        .first()
    )
    return lines_of(earlier) if earlier else []


@dataclass(frozen=True)
class ShownLine:
    """A figure as the report's page shows it."""

    figure: Figure
    region_name: str
    last_year: int | None
    counted: CountedLine | None
    met: list[CountedLine]
    settlement: Adjustment | None = None
    instead: Round | None = None  # whose figures are the year's for this indicator, where it is another round

    @property
    def breakdowns(self) -> list[tuple[str, list[Any]]]:
        named: dict[str, list[Any]] = {}
        for part in self.figure.parts.all():
            named.setdefault(part.category.breakdown.name, []).append(part)
        return list(named.items())


def shown_lines(report: Report) -> list[ShownLine]:
    """The figures of a report with what counts of them and what they met."""
    figures = list(
        report.figures.select_related("indicator_version__indicator", "region", "others").prefetch_related(
            "parts__category__breakdown"
        )
    )
    names = region_names(figure.region.code for figure in figures)
    counted = {one.figure_id: one for one in CountedLine.objects.filter(report=report)}
    before = {line.key: line.total.value for line in lines_of_last_year(report)}
    met, settled = met_by(list(counted.values())), settlements_of(counted.values())
    instead = _rounds_instead(report) if report.counts and len(counted) < len(figures) else {}
    return [
        ShownLine(
            figure=figure,
            region_name=names.get(figure.region.code, figure.region.code),
            last_year=before.get(
                (
                    figure.indicator_version.indicator.code,
                    figure.series,
                    figure.whose,
                    figure.others_id,
                    figure.region.code,
                    figure.initiative_id or "",
                )
            ),
            counted=counted.get(figure.pk),
            met=met.get(figure.pk, []),
            settlement=settled.get(figure.pk),
            instead=instead.get(figure.indicator_version.indicator_id),
        )
        for figure in figures
    ]


def _rounds_instead(report: Report) -> dict[int, Round]:
    """{indicator id: the other round that has the organisation's figures of the year}"""
    lines = CountedLine.objects.filter(organisation=report.organisation_id, year=report.round.year)
    others = lines.exclude(report=report).values_list("indicator", "report__round").distinct()
    rounds = Round.objects.in_bulk({pk for _indicator, pk in others})
    return {indicator: rounds[pk] for indicator, pk in others}


@dataclass(frozen=True)
class Completeness:
    """How much of what was expected for a round is there. Reports of others than those expected are not in it."""

    expected: int
    approved: int
    submitted: int
    drafts: int
    workforce: int  # declared, of all expected
    workforce_approved: int

    @property
    def share(self) -> float | None:
        return self.approved / self.expected if self.expected else None

    @property
    def workforce_share(self) -> float | None:
        return self.workforce_approved / self.workforce if self.workforce else None


@dataclass(frozen=True)
class ExpectedRow:
    organisation: Organisation
    report: Report | None
    workforce: int | None
    share: float | None = None  # of the declared workforce of all that are expected
    reopened: Report | None = None  # a revision after the one that counts

    @property
    def status(self) -> str:
        return self.report.status if self.report else Report.Status.NOT_STARTED

    @property
    def status_label(self) -> str:
        return str(Report.Status(self.status).label)


def expected_rows(one: Round) -> list[ExpectedRow]:
    """Who is expected to report in the round, with the last revision of the report; in two queries."""
    declared = Workforce.objects.filter(organisation=OuterRef("organisation"), year__lte=one.year).order_by("-year")
    rows = (
        ExpectedReporter.objects.filter(round=one)
        .select_related("organisation__member_type", "organisation__country")
        .annotate(people=Subquery(declared.values("people")[:1]))
        .order_by("organisation__legal_name")
    )
    latest: dict[int, Report] = {}
    reopened: dict[int, Report] = {}
    for report in Report.objects.filter(round=one).order_by("revision"):
        kept = latest.get(report.organisation_id)
        if kept and kept.counts and report.status in Report.UNFINISHED:
            reopened[report.organisation_id] = report  # the approved one still counts
        else:
            latest[report.organisation_id] = report
    found = list(rows)
    whole = sum(row.people or 0 for row in found)
    return [
        ExpectedRow(
            organisation=row.organisation,
            report=latest.get(row.organisation_id),
            workforce=row.people,
            share=row.people / whole if row.people else None,
            reopened=reopened.get(row.organisation_id),
        )
        for row in found
    ]


def completeness(rows: Iterable[ExpectedRow]) -> Completeness:
    rows = list(rows)
    states = Counter(row.status for row in rows)
    approved = [row for row in rows if row.status in Report.APPROVED]
    return Completeness(
        expected=len(rows),
        approved=len(approved),
        submitted=states[Report.Status.SUBMITTED],
        drafts=states[Report.Status.DRAFT] + states[Report.Status.RETURNED],
        workforce=sum(row.workforce or 0 for row in rows),
        workforce_approved=sum(row.workforce or 0 for row in approved),
    )
