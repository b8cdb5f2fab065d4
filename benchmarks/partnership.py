"""One partnership that has reported for ten years. FIGURES: lines at all, totals and parts (a tenth of the full size
where it is not set); a report has about 200 lines, so their number decides how many organisations report.

Employers report themselves, with zeros or not at all; schools claim their staff, two of them the same people, or name
nobody; one contested set in five is settled. Everything is made in the database, in a few statements, and lies
there in the order in which it came: year by year, report by report."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from benchmarks import Work
from benchmarks.databases import copied, on

if TYPE_CHECKING:
    from kpis.models import Report, Round
    from members.models import Organisation

FIGURES = int(os.environ.get("FIGURES") or 1_000_000)
YEARS = 10
LINES_OF_A_REPORT = 195
LATEST = datetime.now(tz=UTC).year

EMPTY = """
TRUNCATE kpis_round, kpis_report, kpis_figure, kpis_figurecategory, kpis_expectedreporter, kpis_adjustment,
    kpis_countedline, kpis_organisationtotal, kpis_total CASCADE
"""
PLACES = """
CREATE TABLE bench_place AS
SELECT ROW_NUMBER() OVER (ORDER BY g.code) - 1 AS n, g.id, g.code, c.id AS of_country
FROM core_region g
JOIN core_country land ON land.code = g.country_id AND land.eu
JOIN core_region c ON c.level = 0 AND c.code = substr(g.code, 1, 2)
WHERE g.level = 2 AND g.version = 2024 AND g.code NOT LIKE '%%ZZ'
"""
# Reporters, each with a region, a neighbour in the same country, and the first of their ten, who never reports K1.
REPORTERS = """
CREATE TABLE bench_reporter AS
WITH numbered AS (
    SELECT id, member_type_id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n
    FROM members_organisation WHERE code LIKE 'B-%%'
)
SELECT o.id, o.n, o.member_type_id, here.id AS here, next_one.id AS there, here.of_country AS country,
    LEAD(o.id) OVER (ORDER BY o.n) AS employer, MIN(o.id) OVER (PARTITION BY o.n / 10) AS silent
FROM numbered o
JOIN bench_place here ON here.n = o.n * 17 %% (SELECT COUNT(*) FROM bench_place)
JOIN LATERAL (
    SELECT id FROM bench_place p WHERE p.of_country = here.of_country ORDER BY p.code = here.code, p.code LIMIT 1
) next_one ON TRUE
"""
# slot, indicator, series, whose, which region, which organisation
LINES = """
INSERT INTO kpis_figure (report_id, indicator_version_id, series, region_id, whose, others_id, initiative_id, state,
    value, note)
SELECT r.id, v.id, p.series,
    CASE p.place WHEN 'here' THEN o.here WHEN 'there' THEN o.there WHEN 'country' THEN o.country ELSE other.here END,
    p.whose, CASE p.other WHEN 'employer' THEN o.employer WHEN 'silent' THEN o.silent END, NULL,
    CASE WHEN p.slot < 3 AND o.n %% 10 = 1 THEN 'zero' ELSE 'value' END,
    CASE WHEN p.slot < 3 AND o.n %% 10 = 1 THEN 0 ELSE (o.n * 7919 + p.slot * 10729 + d.year * 31) %% 900 + 20 END, ''
FROM kpis_report r
JOIN kpis_round d ON d.id = r.round_id
JOIN bench_reporter o ON o.id = r.organisation_id
LEFT JOIN bench_reporter other ON other.id = o.employer
CROSS JOIN (VALUES
    (1, 'K1', 'achieved', 'own', 'here', ''), (2, 'K1', 'achieved', 'own', 'there', ''),
    (3, 'K1', 'planned', 'own', 'country', ''), (4, 'K1', 'achieved', 'not_employed', 'here', ''),
    (5, 'K1', 'achieved', 'others', 'employer', 'employer'), (6, 'K1', 'achieved', 'others', 'country', 'silent'),
    (7, 'K1', 'achieved', 'others', 'country', ''), (8, 'K2', 'achieved', 'own', 'here', ''),
    (9, 'K3', 'achieved', 'own', 'here', ''), (10, 'K4', 'achieved', 'own', 'here', ''),
    (11, 'K5', 'achieved', 'own', 'here', '')
) p (slot, indicator, series, whose, place, other)
JOIN core_indicator i ON i.code = p.indicator
JOIN core_indicatorversion v ON v.indicator_id = i.id AND v.version = 1
WHERE NOT (p.slot < 3 AND o.n %% 10 = 0) AND NOT (p.slot = 2 AND o.here = o.there)
    AND NOT (p.slot = 5 AND o.employer IS NULL) AND NOT (p.slot = 6 AND o.n %% 10 NOT IN (4, 5))
    AND NOT (p.slot = 7 AND o.n %% 10 <> 6) {which}
ORDER BY r.id, p.slot
"""
PARTS = """
INSERT INTO kpis_figurecategory (figure_id, category_id, state, value)
SELECT figure_id, category_id, CASE WHEN share = 0 THEN 'zero' ELSE 'value' END, share
FROM (
    SELECT f.id AS figure_id, c.id AS category_id, f.value / c.parts + CASE WHEN c.place <= f.value %% c.parts THEN 1
        ELSE 0 END AS share
    FROM kpis_figure f
    JOIN core_indicatorversion_breakdowns vb ON vb.indicatorversion_id = f.indicator_version_id
    JOIN (
        SELECT c.id, c.breakdown_id, b.code AS breakdown, COUNT(*) OVER (PARTITION BY breakdown_id) AS parts,
            ROW_NUMBER() OVER (PARTITION BY breakdown_id ORDER BY c."order", c.code) AS place
        FROM core_breakdowncategory c JOIN core_breakdown b ON b.id = c.breakdown_id
    ) c ON c.breakdown_id = vb.breakdown_id
    WHERE f.series = 'achieved' AND f.state = 'value'
        AND (f.whose = 'own' OR c.breakdown NOT IN ('profile', 'topic', 'size')) {which}
) part
ORDER BY figure_id, category_id
"""


def simulate(years: int) -> None:
    """Into the database that `connection` leads to: so many years until this one."""
    from django.db import connection

    from benchmarks.members_directory import make_members
    from kpis import rollup

    make_members(FIGURES // YEARS // LINES_OF_A_REPORT)
    with connection.cursor() as cursor:
        for statement in (EMPTY, PLACES, REPORTERS):
            cursor.execute(statement, {})
        make_reports(years)
        for statement in (LINES, PARTS):
            cursor.execute(statement.format(which=""), {})
        cursor.execute("ANALYZE")
    rollup.rebuild()
    settle()
    rollup.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def make_reports(years: int) -> None:
    """A closed round a year, and an approved report of everybody in each."""
    from core.models import IndicatorVersion
    from kpis.models import ExpectedReporter, Report, Round
    from members.models import Organisation

    reporters = list(Organisation.objects.filter(code__startswith="B-").order_by("pk"))
    for year in range(LATEST - years + 1, LATEST + 1):
        one = Round.objects.create(
            year=year, opens=date(year, 12, 1), closes=date(year + 1, 2, 28), status=Round.Status.CLOSED
        )
        one.indicators.set(IndicatorVersion.objects.current().reported())
        ExpectedReporter.objects.bulk_create(
            [ExpectedReporter(round=one, organisation=who) for who in reporters], batch_size=1000
        )
        Report.objects.bulk_create([approved_report(one, who) for who in reporters], batch_size=1000)


def approved_report(one: Round, who: Organisation, revision: int = 1) -> Report:
    from kpis.models import Report

    return Report(
        organisation=who,
        round=one,
        revision=revision,
        status=Report.Status.APPROVED,
        approved_at=timezone.now(),
        member_type_id=who.member_type_id,
        size_class="large",
    )


def settle() -> None:
    """One contested set in five, as the Office does it: one person proposes, a second one approves."""
    from kpis import services
    from kpis.models import CountedLine
    from members.models import StaffRole, User

    one, two = (User.objects.create(email=f"office-{n}@bench.example", name=f"Office {n}") for n in range(2))
    for user in (one, two):
        StaffRole.objects.create(user=user, role=StaffRole.Role.OFFICE)
    columns = ("year", "indicator__code", "series", "contested_set")
    sets = CountedLine.objects.exclude(contested_set="").filter(why="two_claims").values_list(*columns).distinct()
    for year, indicator, series, key in list(sets.order_by(*columns))[::5]:
        made = services.propose_settlement(
            year=year,
            indicator=indicator,
            series=series,
            contested_set=key,
            method="max",
            reason="They trained the same people.",
            actor=one,
        )
        services.approve_settlement(adjustment_id=made.pk, actor=two)


def simulated(years: int) -> BaseDatabaseWrapper:
    """A connection to a database with that many years."""
    return copied(f"{years}_years", lambda: simulate(years))


def slower_page(addresses: list[str], *, queries: int) -> tuple[Work, Work]:
    """Of the pages, as the Office sees them, the one that takes longest with ten years on record: with ten years, and
    with one. None may take more queries than that."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks.requests import page
    from benchmarks.run import timed
    from members.models import StaffRole, User

    ten, one = simulated(10), simulated(1)

    def answers() -> dict[str, Work]:
        office = User.objects.filter(pk__in=StaffRole.objects.current().filter(role="office").values("user")).first()
        return {address: page(address, user=office) for address in addresses}

    of_ten, of_one = (on(wrapper, answers)() for wrapper in (ten, one))

    def check() -> None:
        for address, answer in of_ten.items():
            with CaptureQueriesContext(connection) as seen:
                answer()
            if len(seen) > queries:
                raise RuntimeError(f"{address} takes {len(seen)} queries")

    on(ten, check)()
    slowest = max(addresses, key=lambda address: timed(on(ten, of_ten[address]), 3))
    return on(ten, of_ten[slowest]), on(one, of_one[slowest])
