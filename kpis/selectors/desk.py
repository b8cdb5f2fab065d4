"""What the desk of the Office reads: who has reported, what waits for approval, what is contested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Sum

from kpis.models import CountedLine, Figure, Report, Round
from kpis.models.reports import State
from kpis.selectors.reports import completeness, expected_rows


@dataclass(frozen=True)
class Queued:
    """A submitted report with its workers upskilled against those of the year before."""

    report: Report
    now: int | None
    before: int | None

    @property
    def change(self) -> float | None:
        return (self.now - self.before) / self.before if self.before and self.now is not None else None


def _trained(reports: list[int]) -> dict[int, int]:
    rows = (
        Figure.objects.filter(
            report__in=reports,
            indicator_version__indicator__code="K1",
            series="achieved",
            state__in=[State.VALUE, State.ZERO],
        )
        .values("report")
        .annotate(people=Sum("value"))
        .values_list("report", "people")
    )
    return dict(rows)


def queue(one: Round) -> list[Queued]:
    """Submitted reports of the round, the oldest first, in three queries."""
    waiting = list(
        Report.objects.filter(round=one, status=Report.Status.SUBMITTED)
        .select_related("organisation__member_type", "organisation__country", "submitted_by", "round")
        .order_by("submitted_at")
    )
    before = {
        report.organisation_id: report.pk
        for report in Report.objects.counting().filter(
            round__year=one.year - 1,
            round__period=one.period,
            organisation__in=[report.organisation_id for report in waiting],
        )
    }
    trained = _trained([report.pk for report in waiting] + list(before.values()))
    return [
        Queued(report, trained.get(report.pk), trained.get(before.get(report.organisation_id, 0))) for report in waiting
    ]


def contested_sets(year: int) -> list[dict[str, Any]]:
    """Sets of contested lines of the year that are not settled, the largest first."""
    rows = (
        CountedLine.objects.filter(year=year, status=CountedLine.Status.CONTESTED)
        .values("indicator__code", "series", "contested_set", "others__legal_name", "others__code")
        .annotate(lines=Count("figure"), people=Sum("gross"), why=Max("why"))
        .order_by("-people")
    )
    return [
        {**row, "why_label": CountedLine.Why(row["why"]).label, "is_unnamed": row["others__code"] is None}
        for row in rows
    ]


def desk(one: Round) -> dict[str, Any]:
    rows = expected_rows(one)
    missing = [row for row in rows if row.status not in Report.APPROVED]
    missing.sort(key=lambda row: (-(row.workforce or 0), row.organisation.legal_name))
    return {
        "completeness": completeness(rows),
        "queue": queue(one),
        "rows": rows,
        "missing": missing,
        "contested": contested_sets(one.year),
        "unexpected": Report.objects.filter(round=one)
        .exclude(organisation__in=[row.organisation.pk for row in rows])
        .latest_revisions()
        .select_related("organisation", "round"),
    }
