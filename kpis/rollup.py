"""The roll-up: from counted lines to what one organisation adds to each cell, and from there to the views.

Rebuilt from approved figures, never incremented. A NUTS 2 line adds to its NUTS 1, its country and ALL, a country line
to its country and ALL. Reporters are counted on the rows of organisations, one per cell, because they do not add up
over regions. The SQL is one text for SQLite and PostgreSQL.
"""

from __future__ import annotations

from django.db import connection, transaction

from core.models import Indicator
from kpis.counting import DERIVED, EVERYTHING, Scope, Tables, write_counted_lines

# What each line adds: to the total (both codes empty) and to the categories. Categories follow their total: all, none,
# or in proportion (largest remainder, ties by order of the categories). A breakdown left out whole is all `unknown`.
_CELLS = """
WITH line AS (
    SELECT * FROM {counted} WHERE state IN ('value', 'zero') {scope}
), part AS (
    SELECT line.figure_id, b.code AS breakdown, c.code AS category, c."order" AS place, p.value, line.gross, line.low,
        line.high
    FROM line
    JOIN kpis_figurecategory p ON p.figure_id = line.figure_id AND p.state IN ('value', 'zero')
    JOIN core_breakdowncategory c ON c.id = p.category_id
    JOIN core_breakdown b ON b.id = c.breakdown_id
), shared AS (
    SELECT figure_id, breakdown, category, value, value * low / gross + CASE WHEN
        ROW_NUMBER() OVER (PARTITION BY figure_id, breakdown
            ORDER BY value * low - value * low / gross * gross DESC, place, category)
        <= low - SUM(value * low / gross) OVER (PARTITION BY figure_id, breakdown)
        THEN 1 ELSE 0 END AS share
    FROM part WHERE low > 0 AND low < gross
), cell AS (
    SELECT figure_id, '' AS breakdown, '' AS category, gross, low, high FROM line
    UNION ALL
    SELECT figure_id, breakdown, category, value, CASE WHEN low = 0 THEN 0 ELSE value END,
        CASE WHEN high = 0 THEN 0 ELSE value END
    FROM part WHERE low = 0 OR low = gross
    UNION ALL
    SELECT figure_id, breakdown, category, value, share, share FROM shared
    UNION ALL
    SELECT line.figure_id, b.code, 'unknown', line.gross, line.low, line.high
    FROM line
    JOIN kpis_figure f ON f.id = line.figure_id
    JOIN core_indicatorversion_breakdowns vb ON vb.indicatorversion_id = f.indicator_version_id
    JOIN core_breakdown b ON b.id = vb.breakdown_id
    LEFT JOIN (SELECT DISTINCT figure_id, breakdown FROM part) given
        ON given.figure_id = line.figure_id AND given.breakdown = b.code
    WHERE given.figure_id IS NULL
)"""

ORGANISATIONS = (
    """
INSERT INTO {organisation} (organisation_id, year, indicator_id, series, region, member_type, breakdown, category,
    gross, low, high)
"""
    + _CELLS
    + """
SELECT line.organisation_id, line.year, line.indicator_id, line.series,
    CASE depth.letters WHEN 0 THEN 'ALL' ELSE substr(line.region, 1, depth.letters) END, line.member_type,
    cell.breakdown, cell.category, SUM(cell.gross), SUM(cell.low), SUM(cell.high)
FROM cell
JOIN line ON line.figure_id = cell.figure_id
JOIN (SELECT 0 AS letters UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) depth
    ON depth.letters <= length(line.region)
GROUP BY line.organisation_id, line.year, line.indicator_id, line.series,
    CASE depth.letters WHEN 0 THEN 'ALL' ELSE substr(line.region, 1, depth.letters) END, line.member_type,
    cell.breakdown, cell.category
"""
)

_INTO_TOTAL = """
INSERT INTO {total} ("by", key, year, indicator_id, series, region, breakdown, category, gross, low, high, reporters,
    contributors_low, contributors_high, largest_low, largest_high)
"""
_OF_ORGANISATIONS = """SUM(gross), SUM(low), SUM(high), COUNT(*), SUM(CASE WHEN low > 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN high > 0 THEN 1 ELSE 0 END), MAX(low), MAX(high)"""

REGIONS = (
    _INTO_TOTAL
    + f"""
SELECT 'region', region, year, indicator_id, series, region, breakdown, category, {_OF_ORGANISATIONS}
FROM {{organisation}} WHERE 1 = 1 {{scope}}
GROUP BY year, indicator_id, series, region, breakdown, category
"""
)

# All lines of an organisation's indicator in a year come from one report and so have one member type. Types are shown
# for countries and the whole, not for regions below.
MEMBER_TYPES = (
    _INTO_TOTAL
    + f"""
SELECT 'member_type', member_type, year, indicator_id, series, region, breakdown, category, {_OF_ORGANISATIONS}
FROM {{organisation}} WHERE (region = 'ALL' OR length(region) = 2) {{scope}}
GROUP BY member_type, year, indicator_id, series, region, breakdown, category
"""
)

INITIATIVES = (
    _INTO_TOTAL
    + _CELLS
    + f""", of_organisation AS (
    SELECT line.initiative, line.organisation_id, line.year, line.indicator_id, line.series, cell.breakdown,
        cell.category, SUM(cell.gross) AS gross, SUM(cell.low) AS low, SUM(cell.high) AS high
    FROM cell JOIN line ON line.figure_id = cell.figure_id
    WHERE line.initiative <> ''
    GROUP BY line.initiative, line.organisation_id, line.year, line.indicator_id, line.series, cell.breakdown,
        cell.category
)
SELECT 'initiative', initiative, year, indicator_id, series, 'ALL', breakdown, category, {_OF_ORGANISATIONS}
FROM of_organisation
GROUP BY initiative, year, indicator_id, series, breakdown, category
"""
)


def write(tables: Tables, scope: Scope) -> list[int]:
    """Count, and fill the (emptied) tables; returns the settlements whose ground has changed."""
    lapsed = write_counted_lines(tables, scope)
    with connection.cursor() as cursor:
        for statement in (ORGANISATIONS, REGIONS, MEMBER_TYPES, INITIATIVES):
            cursor.execute(
                statement.format(
                    counted=tables.counted,
                    organisation=tables.organisation,
                    total=tables.total,
                    scope=scope.clause(),
                ),
                scope.parameters,
            )
    return lapsed


@transaction.atomic
def rebuild(scope: Scope = EVERYTHING) -> list[int]:
    """Make the derived tables anew, for one year and indicator or for all; returns the settlements whose ground has
    changed. Two at once: the second waits for the first, and finds nothing left to change."""
    locked = Indicator.objects.select_for_update(no_key=True).order_by("pk")
    if scope.indicator_id is not None:
        locked = locked.filter(pk=scope.indicator_id)
    list(locked)
    tables = DERIVED
    with connection.cursor() as cursor:
        for table in (tables.total, tables.organisation, tables.counted):
            cursor.execute(f"DELETE FROM {table} WHERE 1 = 1 {scope.clause()}", scope.parameters)
    return write(tables, scope)


# -- Audit ------------------------------------------------------------------------------------------------------------
_COLUMNS = {
    "counted": (
        "figure_id, report_id, organisation_id, year, indicator_id, series, region, country, whose, others_id,"
        " initiative, member_type, state, gross, low, high, status, why, contested_set"
    ),
    "organisation": (
        "organisation_id, year, indicator_id, series, region, member_type, breakdown, category, gross, low, high"
    ),
    "total": (
        '"by", key, year, indicator_id, series, region, breakdown, category, gross, low, high, reporters,'
        " contributors_low, contributors_high, largest_low, largest_high"
    ),
}


@transaction.atomic
def differences(limit: int = 20) -> dict[str, list[dict[str, object]]]:
    """Compare the derived tables with a full recomputation beside them; per table the first rows that only one of the
    two has. Empty lists when all is well."""
    kept, fresh = DERIVED, Tables("audit_counted", "audit_organisation", "audit_total")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # every statement sees the same figures, whatever is approved meanwhile
            list(Indicator.objects.select_for_update(no_key=True).order_by("pk"))
        for name, columns in _COLUMNS.items():
            one, other = getattr(kept, name), getattr(fresh, name)
            cursor.execute(f"DROP TABLE IF EXISTS {other}")
            cursor.execute(f"CREATE TEMPORARY TABLE {other} AS SELECT {columns} FROM {one} WHERE 1 = 0")
        cursor.execute(f"CREATE INDEX audit_claims ON {fresh.counted} (year, indicator_id, series, organisation_id)")
        cursor.execute(f"CREATE INDEX audit_others ON {fresh.counted} (year, indicator_id, series, others_id)")
        write(fresh, EVERYTHING)
        found: dict[str, list[dict[str, object]]] = {}
        for name, columns in _COLUMNS.items():
            rows = []
            for these, those, side in ((kept, fresh, "kept"), (fresh, kept, "recomputed")):
                cursor.execute(
                    f"SELECT {columns} FROM {getattr(these, name)} EXCEPT SELECT {columns} FROM {getattr(those, name)}"
                )
                names = [column[0] for column in cursor.description or ()]
                rows += [{"side": side, **dict(zip(names, row, strict=True))} for row in cursor.fetchmany(limit)]
            found[name] = rows
            cursor.execute(f"DROP TABLE {getattr(fresh, name)}")
    return found
