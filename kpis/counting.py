"""Which lines are the year's figures, and what counts of each: nobody is counted twice.

The rules, in the words of the partnership's counting rules:

1. Own workers and people without an employer count.
2. A line about others' staff meets an own line if the named organisation has one for the same indicator, series and
   year in an overlapping region (equal, or one contains the other), with a number or a true zero. If it meets one with
   a number, it does not count: "also reported". If it meets only zeros and is above zero, it is contested.
3. One that meets no own line is contested if another reporter also claims people of the same organisation there, or if
   the organisation is not named. Else it counts.
4. A contested line adds nothing to the low figure and its value to the high one, until a settlement decides.

A line of zero changes no figure and is never contested. Region codes are of NUTS: one contains the other if the shorter
one is a country and the longer one begins with it.

The SQL is one text for SQLite (3.40 and later) and PostgreSQL. `{counted}` is the table written: the derived one, or a
temporary one when the figures are audited. `{scope}` narrows to one year and indicator.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from kpis.scope import DERIVED, Scope, Tables, among

# All lines of an organisation's indicator in a year come from one report: that of the latest round (the codes of the
# periods sort in time) whose approved revision says anything about the indicator.
YEARS_FIGURES = """
INSERT INTO {counted} (figure_id, report_id, organisation_id, year, indicator_id, indicator_version_id, series, region,
    country, whose, others_id, initiative, member_type, state, gross, low, high, status, why, contested_set)
WITH approved AS (
    SELECT r.id AS report_id, r.organisation_id, d.year, d.period, m.code AS member_type
    FROM kpis_report r
    JOIN kpis_round d ON d.id = r.round_id
    JOIN core_membertype m ON m.id = r.member_type_id
    WHERE {counting} {of_rounds}
), latest AS (
    SELECT a.organisation_id, a.year, v.indicator_id, MAX(a.period) AS period
    FROM approved a
    JOIN kpis_figure f ON f.report_id = a.report_id
    JOIN core_indicatorversion v ON v.id = f.indicator_version_id
    WHERE f.state <> 'missing' {of_indicator}
    GROUP BY a.organisation_id, a.year, v.indicator_id
)
SELECT f.id, a.report_id, a.organisation_id, a.year, v.indicator_id, v.id, f.series, g.code, substr(g.code, 1, 2),
    f.whose, f.others_id, COALESCE(f.initiative_id, ''), a.member_type, f.state,
    COALESCE(f.value, 0), COALESCE(f.value, 0), COALESCE(f.value, 0),
    CASE WHEN f.state IN ('value', 'zero') THEN 'counts' ELSE 'no_number' END,
    CASE WHEN f.state NOT IN ('value', 'zero') THEN 'no_number' WHEN f.whose = 'others' THEN 'only_claim'
         ELSE f.whose END,
    ''
FROM latest l
JOIN approved a ON a.organisation_id = l.organisation_id AND a.year = l.year AND a.period = l.period
JOIN kpis_figure f ON f.report_id = a.report_id
JOIN core_indicatorversion v ON v.id = f.indicator_version_id AND v.indicator_id = l.indicator_id
JOIN core_region g ON g.id = f.region_id
WHERE f.state <> 'missing'
"""

# `line` and `other` are aliases of the counted table.
_SAME = "other.year = line.year AND other.indicator_id = line.indicator_id AND other.series = line.series"
_OVERLAP = "(other.region = line.region OR other.region = line.country OR other.country = line.region)"
_OWN_LINE_MET = f"{_SAME} AND other.organisation_id = line.others_id AND other.whose = 'own' AND {_OVERLAP}"
_OTHER_CLAIM = (
    f"{_SAME} AND other.others_id = line.others_id AND other.organisation_id <> line.organisation_id"
    f" AND other.gross > 0 AND {_OVERLAP}"
)
_CONTESTED_SET = "'org:' || CAST(line.others_id AS text)"

# Rule 2, a number met.
ALSO_REPORTED = f"""
UPDATE {{counted}} AS line SET low = 0, high = 0, status = 'also_reported', why = 'met_own'
WHERE line.whose = 'others' AND line.state IN ('value', 'zero') AND line.others_id IS NOT NULL {{scope}}
AND EXISTS (SELECT 1 FROM {{counted}} other WHERE {_OWN_LINE_MET} AND other.state = 'value')
"""
# Rule 2, only zeros met (a number was dealt with above).
CONTESTED_BY_ZERO = f"""
UPDATE {{counted}} AS line SET low = 0, status = 'contested', why = 'met_zero', contested_set = {_CONTESTED_SET}
WHERE line.whose = 'others' AND line.gross > 0 AND line.status = 'counts' AND line.others_id IS NOT NULL {{scope}}
AND EXISTS (SELECT 1 FROM {{counted}} other WHERE {_OWN_LINE_MET} AND other.state = 'zero')
"""
# Rule 3. The other claim counts as one whatever became of it.
TWO_CLAIMS = f"""
UPDATE {{counted}} AS line SET low = 0, status = 'contested', why = 'two_claims', contested_set = {_CONTESTED_SET}
WHERE line.whose = 'others' AND line.gross > 0 AND line.status = 'counts' AND line.others_id IS NOT NULL {{scope}}
AND EXISTS (SELECT 1 FROM {{counted}} other WHERE {_OTHER_CLAIM})
"""
UNNAMED = """
UPDATE {counted} AS line SET low = 0, status = 'contested', why = 'unnamed',
    contested_set = 'line:' || CAST(line.organisation_id AS text) || ':' || line.region || ':' || line.initiative
WHERE line.whose = 'others' AND line.gross > 0 AND line.others_id IS NULL {scope}
"""

# What lines met: (line, other) for those of one contested set or of some figures.
MEETINGS = f"""
SELECT line.figure_id AS line_id, other.figure_id AS other_id FROM {{counted}} line JOIN {{counted}} other ON
{_OWN_LINE_MET} AND other.state IN ('value', 'zero')
WHERE line.why IN ('met_own', 'met_zero') AND {{which}}
UNION
SELECT line.figure_id, other.figure_id FROM {{counted}} line JOIN {{counted}} other ON {_OTHER_CLAIM}
WHERE line.why = 'two_claims' AND {{which}}
"""


def write_years_figures(tables: Tables, scope: Scope) -> None:
    """The year's figures as reported, before the rules that compare them."""
    with connection.cursor() as cursor:
        cursor.execute(
            YEARS_FIGURES.format(
                counted=tables.counted,
                counting=scope.counting,
                of_rounds=scope.of_rounds,
                of_indicator=Scope(indicator_id=scope.indicator_id).clause(indicator="v.indicator_id"),
            ),
            scope.parameters,
        )
        if connection.vendor == "postgresql" and scope.organisations is None:  # the rules join what was written now
            cursor.execute(f"ANALYZE {tables.counted}")


def decide(tables: Tables, scope: Scope, claims: str = "") -> None:
    """Rules 2 to 4, on lines that stand as reported. `claims` narrows further: a condition on `line`."""
    narrowed = f"{scope.clause('line.year', 'line.indicator_id', 'line.organisation_id')} {claims}"
    with connection.cursor() as cursor:
        for rule in (ALSO_REPORTED, CONTESTED_BY_ZERO, TWO_CLAIMS, UNNAMED):
            cursor.execute(rule.format(counted=tables.counted, scope=narrowed), scope.parameters)


def meetings(figure_ids: Iterable[int], tables: Tables = DERIVED) -> list[tuple[int, int]]:
    """(line, other) for each of the figures and every line that it met, by figure id."""
    ids = sorted(figure_ids)
    if not ids:
        return []
    which = f"line.figure_id IN {among(ids)}"
    with connection.cursor() as cursor:
        cursor.execute(MEETINGS.format(counted=tables.counted, which=which))
        return list(cursor.fetchall())
