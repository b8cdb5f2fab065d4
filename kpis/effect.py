"""What the figures of a report will do to the partnership's total, before they are approved."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from core.models import Indicator, Series
from kpis.models import Report
from kpis.scope import Scope, Tables
from kpis.settling import write_counted_lines

Sums = dict[str, tuple[int, int]]  # series: (low, high)


@dataclass(frozen=True)
class Effect:
    """Low and high of one indicator and series over the whole partnership, in units of the indicator."""

    indicator: str
    name: str
    series: str
    low_before: int
    high_before: int
    low: int
    high: int

    @property
    def series_name(self) -> str:
        return str(Series(self.series).label)

    @property
    def change(self) -> int:
        return self.low - self.low_before


def effects_of(report: Report) -> list[Effect]:
    """The year's totals without and with the report as it stands, for each indicator that it says anything about. It is
    counted twice by the rules of counting themselves, in a transaction of which nothing stays: once as things are, and
    once as if the report were approved."""
    said = report.figures.exclude(state="missing").values("indicator_version__indicator")
    indicators = list(Indicator.objects.filter(pk__in=said).order_by("order"))
    names = {one.indicator_id: one.short_name for one in report.round.indicators.all()}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE effect_counted AS SELECT * FROM kpis_countedline WHERE 1 = 0")
        before = {one.pk: _counted(report, one) for one in indicators}
        _as_if_approved(report)
        after = {one.pk: _counted(report, one) for one in indicators}
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE effect_counted")
        transaction.set_rollback(True)
    return [
        Effect(one.code, names.get(one.pk, one.code), series, *before[one.pk].get(series, (0, 0)), low, high)
        for one in indicators
        for series, (low, high) in sorted(after[one.pk].items())
    ]


def _counted(report: Report, indicator: Indicator) -> Sums:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM effect_counted")
        write_counted_lines(Tables(counted="effect_counted"), Scope(year=report.round.year, indicator_id=indicator.pk))
        cursor.execute(
            "SELECT series, SUM(low), SUM(high) FROM effect_counted WHERE state IN ('value', 'zero') GROUP BY series"
        )
        return {series: (int(low), int(high)) for series, low, high in cursor.fetchall()}


def _as_if_approved(report: Report) -> None:
    """Past the workflow, because it is undone at once."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_report SET superseded_at = %s WHERE organisation_id = %s AND round_id = %s"
            " AND status IN ('approved', 'locked') AND superseded_at IS NULL",
            [now, report.organisation_id, report.round_id],
        )
        cursor.execute(
            "UPDATE kpis_report SET status = 'approved', approved_at = %s, member_type_id = %s WHERE id = %s",
            [now, report.organisation.member_type_id, report.pk],
        )
