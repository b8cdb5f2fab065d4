"""The first quarters of the running year: a few large members report the year to date, as a trial."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from asa_portal.demo.partnership import Partnership
from core.models import IndicatorVersion
from kpis.models import Figure, Report, Round
from kpis.models.reports import State
from kpis.models.rounds import Period

SHARES = {Period.Q1: 0.17, Period.Q2: 0.41}  # of the figure of the whole year
REPORTERS = 15


def load(partnership: Partnership, year: int) -> None:
    """From those whose report of the year is approved, so that the quarters lead up to their figures."""
    k1 = IndicatorVersion.objects.current().get(indicator__code="K1")
    figures = list(
        Figure.objects.filter(
            report__round__year=year, report__status=Report.Status.APPROVED, indicator_version=k1,
            series="achieved", whose="own", state=State.VALUE,
        )
        .select_related("report__organisation")
        .order_by("-value", "pk")[:REPORTERS]
    )  # fmt: skip
    for number, (period, share) in enumerate(SHARES.items()):
        ended = date(year, 3 * (number + 1) + 1, 1)
        one = Round.objects.create(
            year=year, period=period, opens=ended, closes=ended + timedelta(days=30), status=Round.Status.CLOSED
        )
        one.indicators.set([k1])
        reports = {figure.report.organisation_id: _report(partnership, one, figure.report) for figure in figures}
        Report.objects.bulk_create(reports.values())
        Figure.objects.bulk_create(
            Figure(
                report=reports[figure.report.organisation_id],
                indicator_version=k1,
                region_id=figure.region_id,
                state=State.VALUE,
                value=max(1, round((figure.value or 0) * share)),
            )
            for figure in figures
        )


def _report(partnership: Partnership, one: Round, of_year: Report) -> Report:
    handed_in = datetime.combine(one.opens + timedelta(days=9), time(10), tzinfo=timezone.get_default_timezone())
    return Report(
        organisation=of_year.organisation,
        round=one,
        status=Report.Status.LOCKED,
        saved_at=handed_in,
        submitted_at=handed_in,
        submitted_by=of_year.submitted_by,
        approved_at=handed_in + timedelta(days=2),
        approved_by=partnership.office,
        member_type=of_year.member_type,
        size_class=of_year.size_class,
    )
