"""What the desk of the Office reads: who has reported, what waits for approval, what is contested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from kpis.checks import Finding, second_look
from kpis.context import comparisons_of
from kpis.lines import lines_of_reports, totals
from kpis.models import Report, Round
from kpis.selectors.reports import Completeness, ExpectedRow, completeness
from kpis.selectors.settlements import to_settle

K1 = ("K1", "achieved")


@dataclass(frozen=True)
class Queued:
    """A submitted report: its workers upskilled against those of the year before, and what its checks found."""

    report: Report
    now: int | None
    before: int | None
    findings: list[Finding]

    @property
    def change(self) -> float | None:
        return (self.now - self.before) / self.before if self.before and self.now is not None else None

    @property
    def reasons(self) -> list[str]:
        """Reasons that the reporter gave for what a check asked about."""
        return self.report.reasons_given


def queue(one: Round, organisations: set[int] | None, number: str) -> tuple[Page, list[Queued]]:
    """A page of the submitted reports of the round, the oldest first; in a fixed number of queries. `organisations`:
    only of these."""
    found = (
        Report.objects.filter(round=one, status=Report.Status.SUBMITTED)
        .select_related("organisation__member_type", "organisation__country", "submitted_by", "round")
        .order_by("submitted_at", "pk")
    )
    if organisations is not None:
        found = found.filter(organisation__in=organisations)
    page = Paginator(found, 25).get_page(number)
    return page, _looked_through(list(page))


def _looked_through(reports: Sequence[Report]) -> list[Queued]:
    lines = lines_of_reports([report.pk for report in reports])
    contexts = comparisons_of(reports)
    rows = []
    for report in reports:
        context, mine = contexts[report.pk], lines[report.pk]
        now, before = totals(mine).get(K1), context.last_year.get(K1)
        rows.append(Queued(report, now, before, second_look(mine, context)))
    return rows


@dataclass(frozen=True)
class Desk:
    """`completeness` is of all expected reporters, whatever is filtered; `rows` are a page of those that fit."""

    completeness: Completeness
    queue_page: Page
    queue: list[Queued]
    rows: Page
    unexpected: list[Report]
    submitted: int
    contested: int
    contested_url: str
    to_lock: int


def fits(row: ExpectedRow, chosen: dict[str, Any]) -> bool:
    """Whether a row is of the country, type and state that were chosen; an empty choice takes all."""
    organisation, state = row.organisation, chosen.get("state") or ""
    if chosen.get("country") and str(organisation.country_id) != chosen["country"]:
        return False
    if chosen.get("type") and organisation.member_type.code != chosen["type"]:
        return False
    if state == "missing":
        return row.status not in Report.APPROVED
    return not state or row.status == state


def desk(one: Round, rows: list[ExpectedRow], chosen: dict[str, Any], pages: dict[str, str]) -> Desk:
    """`rows`: the expected reporters of the round. `pages`: numbers of the pages shown, by list."""
    shown = sorted(
        (row for row in rows if fits(row, chosen)),
        key=lambda row: (-(row.workforce or 0), row.organisation.legal_name),
    )
    place = {key: chosen.get(key) for key in ("country", "type")}
    narrowed = None
    if any(place.values()):
        narrowed = {row.organisation.pk for row in rows if fits(row, place)}
    queue_page, queued = queue(one, narrowed, pages.get("queue", "1"))
    expected = {row.organisation.pk for row in rows}
    others = Report.objects.filter(round=one).latest_revisions().select_related("organisation", "round")
    approved = Report.objects.counting().filter(round=one, status=Report.Status.APPROVED)
    return Desk(
        completeness=completeness(rows),
        queue_page=queue_page,
        queue=queued,
        rows=Paginator(shown, 50).get_page(pages.get("rows", "1")),
        unexpected=[report for report in others if report.organisation_id not in expected],
        submitted=Report.objects.filter(round=one, status=Report.Status.SUBMITTED).count(),
        contested_url=reverse("kpis:settlement_list", query={"year": one.year}),
        contested=to_settle(one.year).count(),
        to_lock=approved.count() if one.status == Round.Status.CLOSED else 0,
    )
