"""What the pages of reports and the desk of the Office read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Region
from core.waiting import WaitingItem, in_order
from kpis.counting import meetings
from kpis.lines import Line, lines_of
from kpis.models import CountedLine, ExpectedReporter, Figure, Report, Round
from members.models import Organisation, Representation, Workforce


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


@dataclass(frozen=True)
class ShownLine:
    """A figure as the report's page shows it."""

    figure: Figure
    region_name: str
    last_year: int | None
    counted: CountedLine | None
    met: list[CountedLine]

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
    met_by = meetings(counted)
    others = {
        one.pk: one
        for one in CountedLine.objects.filter(pk__in={other for _line, other in met_by}).select_related("organisation")
    }
    met: dict[int, list[CountedLine]] = {}
    for line, other in met_by:
        met.setdefault(line, []).append(others[other])
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
                    figure.initiative,
                )
            ),
            counted=counted.get(figure.pk),
            met=met.get(figure.pk, []),
        )
        for figure in figures
    ]


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
    for report in Report.objects.filter(round=one).order_by("revision"):
        kept = latest.get(report.organisation_id)
        if kept is None or not (kept.counts and report.status in Report.UNFINISHED):
            latest[report.organisation_id] = report  # while a revision is open, the approved one still counts
    return [ExpectedRow(row.organisation, latest.get(row.organisation_id), row.people) for row in rows]


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


def waiting_for(user: Any) -> list[WaitingItem]:
    """What waits for the person: reports to write, to confirm, to correct; for the Office, reports to approve."""
    items = []
    reporting = [pk for pk, roles in user.organisation_roles.items() if roles & {"reporter", "primary"}]
    mine = Report.objects.filter(organisation__in=reporting, status__in=Report.WRITABLE).select_related(
        "organisation", "round"
    )
    for report in mine:
        if report.status != Report.Status.RETURNED and not report.round.accepts_reports and report.revision == 1:
            continue
        primary = user.represents(report.organisation_id, Representation.Role.PRIMARY)
        reason = {
            Report.Status.NOT_STARTED: _("The round is open until %(day)s: nothing is filled in yet."),
            Report.Status.DRAFT: _("A draft: complete it, and let the primary contact submit it until %(day)s."),
            Report.Status.RETURNED: _("The ASA Office returned it: please correct it."),
        }[Report.Status(report.status)]
        if report.status == Report.Status.DRAFT and primary:
            reason = _("A draft: complete it and submit it until %(day)s.")
        items.append(
            WaitingItem(
                title=str(report),
                reason=reason % {"day": report.round.closes.strftime("%d.%m.%Y")},
                url=report.get_absolute_url(),
                since=report.saved_at or _start(report.round),
                kind="report",
            )
        )
    if user.is_office:
        for report in Report.objects.filter(status=Report.Status.SUBMITTED).select_related("organisation", "round"):
            if user.has_perm("kpis.approve_report", report):
                items.append(
                    WaitingItem(
                        title=str(report),
                        reason=_("Submitted: approve or return it."),
                        url=report.get_absolute_url(),
                        since=report.submitted_at or _start(report.round),
                        kind="report",
                    )
                )
    return in_order(items)


def _start(one: Round) -> datetime:
    return timezone.make_aware(datetime.combine(one.opens, time()))
