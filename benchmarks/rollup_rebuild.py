from __future__ import annotations

from benchmarks import Benchmark, Work
from benchmarks.databases import on
from benchmarks.partnership import simulated

STATEMENT = """
INSERT INTO scratch
SELECT d.year, v.indicator_id, line.series, g.code, r.member_type_id, line.category_id, SUM(line.value),
    COUNT(DISTINCT r.organisation_id)
FROM (
    SELECT report_id, indicator_version_id, series, region_id, NULL AS category_id, value FROM kpis_figure
    UNION ALL
    SELECT f.report_id, f.indicator_version_id, f.series, f.region_id, p.category_id, p.value
    FROM kpis_figurecategory p JOIN kpis_figure f ON f.id = p.figure_id
) line
JOIN kpis_report r ON r.id = line.report_id AND r.status IN ('approved', 'locked') AND r.superseded_at IS NULL
JOIN kpis_round d ON d.id = r.round_id
JOIN core_indicatorversion v ON v.id = line.indicator_version_id
JOIN core_region g ON g.id = line.region_id
GROUP BY 1, 2, 3, 4, 5, 6
"""


def aggregate() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS scratch")
        cursor.execute(
            "CREATE TABLE scratch (year int, indicator bigint, series text, region text, member_type bigint,"
            " category bigint, value bigint, organisations bigint)"
        )
        cursor.execute(STATEMENT)


def prepare() -> tuple[Work, Work]:
    from kpis import rollup

    ten_years = simulated(10)
    return on(ten_years, rollup.rebuild), on(ten_years, aggregate)


BENCHMARK = Benchmark(
    name="rollup.rebuild",
    what="all figures of ten years counted and rolled up anew / one statement that groups the same lines",
    bound=3,
    prepare=prepare,
    rounds=5,
    calls=1,
    warm_up=1,
)
