"""The year to date at the end of each quarter, counted by the same rules as the year's figures.

What the latest round of a year says is in the totals. To see how the year came about, the figures are counted again as
they stood with the rounds up to a quarter alone, and only the sums of countries and member types are kept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.db import connection

from kpis.models import Report
from kpis.models.rounds import Period
from kpis.recounting import counted_beside
from kpis.scope import Scope, Tables

QUARTERS = tuple(period.value for period in Period if period != Period.YEAR)
KEY = "year, period, indicator_id, series, region, member_type"
NUMBERS = "gross, low, high, reporters"
# Each line adds to its country and to all, in its member type and in all: four cells.
_SUMS = f"""
INSERT INTO {{table}} ({KEY}, {NUMBERS})
WITH of_organisation AS (
    SELECT line.organisation_id, line.year, line.indicator_id, line.series,
        CASE place.depth WHEN 0 THEN 'ALL' ELSE line.country END AS region,
        CASE kind.given WHEN 0 THEN '' ELSE line.member_type END AS member_type,
        SUM(line.gross) AS gross, SUM(line.low) AS low, SUM(line.high) AS high
    FROM {{counted}} line
    CROSS JOIN (SELECT 0 AS depth UNION ALL SELECT 1) place
    CROSS JOIN (SELECT 0 AS given UNION ALL SELECT 1) kind
    WHERE line.state IN ('value', 'zero')
    AND EXISTS (SELECT 1 FROM kpis_round d JOIN kpis_report r ON r.round_id = d.id
        WHERE d.year = line.year AND d.period = %(until)s AND r.status IN ('approved', 'locked')
        AND r.superseded_at IS NULL)
    GROUP BY line.organisation_id, line.year, line.indicator_id, line.series,
        CASE place.depth WHEN 0 THEN 'ALL' ELSE line.country END,
        CASE kind.given WHEN 0 THEN '' ELSE line.member_type END
)
SELECT year, %(until)s, indicator_id, series, region, member_type, SUM(gross), SUM(low), SUM(high), COUNT(*)
FROM of_organisation GROUP BY year, indicator_id, series, region, member_type
"""


def write_quarters(tables: Tables, scope: Scope, lapsed: Collection[int]) -> None:
    """Fill the (emptied) table; for quarters in which nobody has an approved report there is nothing to do. `lapsed`:
    the settlements (ids) whose ground has changed in the year, and which therefore hold for no quarter either."""
    reports = Report.objects.counting().filter(round__period__in=QUARTERS)
    if scope.year is not None:
        reports = reports.filter(round__year=scope.year)
    for period in sorted(set(reports.values_list("round__period", flat=True).distinct().order_by())):
        _write_quarter(replace(scope, until=period), tables.period, lapsed)


def _write_quarter(scope: Scope, table: str, lapsed: Collection[int]) -> None:
    # A settlement whose ground is another one by then does not lapse: it takes no effect in this quarter.
    with counted_beside(scope, without=lapsed) as counted, connection.cursor() as cursor:
        cursor.execute(_SUMS.format(table=table, counted=counted), scope.parameters)
