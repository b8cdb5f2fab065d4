"""From counted lines to cells: what each line adds to which cell of which view, as parts of SQL.

A NUTS 2 line adds to its NUTS 1, its country and ALL, a country line to its country and ALL. Views are by region, by
member type and by initiative. The SQL is one text for SQLite and PostgreSQL; `line` is a table expression of counted
lines with a number, which comes first.

Sums are taken in double precision and stored as whole numbers: PostgreSQL adds bigints as numerics, which takes three
times as long. They are exact up to 2^53, that is nine million lines of the largest number that a line may hold.
"""

from __future__ import annotations

LINES = "line AS (SELECT * FROM {counted} WHERE state IN ('value', 'zero') {scope})"

# What a line adds: to the total (category 0) and to the categories. Categories follow their total: all, none, or in
# proportion (largest remainder, ties by order of the categories). A breakdown left out whole is all `unknown`.
_AMOUNTS = """
part AS (
    SELECT line.figure_id, line.gross, line.low, line.high, p.category_id, p.value, c.breakdown_id
    FROM line
    JOIN kpis_figurecategory p ON p.figure_id = line.figure_id AND p.state IN ('value', 'zero')
    JOIN core_breakdowncategory c ON c.id = p.category_id {only}
), shared AS (
    SELECT figure_id, category_id, value, value * low / gross + CASE WHEN
        ROW_NUMBER() OVER (PARTITION BY figure_id, part.breakdown_id
            ORDER BY value * low - value * low / gross * gross DESC, c."order", c.code)
        <= low - SUM(value * low / gross) OVER (PARTITION BY figure_id, part.breakdown_id)
        THEN 1 ELSE 0 END AS share
    FROM part JOIN core_breakdowncategory c ON c.id = part.category_id
    WHERE low > 0 AND low < gross
), amount AS (
    SELECT figure_id, 0 AS category_id, gross, low, high FROM line
    UNION ALL
    SELECT figure_id, category_id, value, CASE WHEN low = 0 THEN 0 ELSE value END,
        CASE WHEN high = 0 THEN 0 ELSE value END
    FROM part WHERE NOT (low > 0 AND low < gross)
    UNION ALL
    SELECT figure_id, category_id, value, share, share FROM shared
    UNION ALL
    SELECT line.figure_id, c.id, line.gross, line.low, line.high
    FROM line
    JOIN core_indicatorversion_breakdowns vb ON vb.indicatorversion_id = line.indicator_version_id
    JOIN core_breakdowncategory c ON c.breakdown_id = vb.breakdown_id AND c.code = 'unknown' {only}
    LEFT JOIN (SELECT DISTINCT figure_id, breakdown_id FROM part) said
        ON said.figure_id = line.figure_id AND said.breakdown_id = vb.breakdown_id
    WHERE said.figure_id IS NULL
)"""


def amounts(only: str = "") -> str:
    """`part`, `shared` and `amount`, to follow `line`. `only`: a condition on the categories `c`, which begins with
    AND; it leaves no breakdown in parts, because categories share what their whole breakdown holds."""
    return _AMOUNTS.format(only=only)


# The views that a line adds to, one row each; `letters` of the region's code are its level. The whole partnership is
# not among the regions: it is the sum of the member types.
_REGION = "CASE level.letters WHEN 0 THEN 'ALL' ELSE substr(line.region, 1, level.letters) END"
_PLACED = f"""
placed AS (
    SELECT line.figure_id, line.organisation_id, line.year, line.indicator_id, line.series, level."by",
        CASE level."by" WHEN 'member_type' THEN line.member_type WHEN 'initiative' THEN line.initiative ELSE {_REGION}
        END AS key, {_REGION} AS region
    FROM {{source}} line JOIN (
        SELECT 'region' AS "by", 4 AS letters UNION ALL SELECT 'region', 3 UNION ALL SELECT 'region', 2
        UNION ALL SELECT 'member_type', 0 UNION ALL SELECT 'initiative', 0
    ) level ON level.letters <= length(line.region) AND (level."by" <> 'initiative' OR line.initiative <> '')
)"""
VIEWS = _PLACED.format(source="line")

ORGANISATIONS = f"""
INSERT INTO {{organisation}} (organisation_id, year, indicator_id, series, region, member_type, gross, low, high)
WITH {LINES}
SELECT line.organisation_id, line.year, line.indicator_id, line.series, {_REGION}, line.member_type, SUM(line.gross),
    SUM(line.low), SUM(line.high)
FROM line JOIN (SELECT 0 AS letters UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) level
    ON level.letters <= length(line.region)
GROUP BY line.organisation_id, line.year, line.indicator_id, line.series, {_REGION}, line.member_type
ORDER BY 2, 3, 4, 5, 1
"""

_INTO = """
INSERT INTO {total} ("by", key, year, indicator_id, series, region, breakdown, category, gross, low, high, reporters,
    contributors, largest)
"""
CELL = '"by", key, indicator_id, series, region'  # names a cell of a year, but for its category
_OF_ORGANISATIONS = """COUNT(*) AS reporters, SUM(CASE WHEN low > 0 THEN 1 ELSE 0 END) AS contributors,
    MAX(low) AS largest"""

# Sums of organisations come before sums over them: how many stand behind a cell, and what the largest gives. Most add
# to a cell with one line only, and need no sum of their own. What a line adds is worked out for those that stand in a
# cell asked for: most of a year stands in others.
_EVERY = LINES.replace("line AS", "every AS", 1)
TOTALS = f"""{_INTO}
WITH {_EVERY}, {_PLACED.format(source="every")}, numbered AS (
    SELECT figure_id, organisation_id, year, {CELL},
        DENSE_RANK() OVER (ORDER BY year, indicator_id, series, "by", region, key) AS cell
    FROM placed {{touched}}
), line AS (
    SELECT * FROM every {{only}}
), {amounts()}, standing AS (
    SELECT figure_id, organisation_id, cell, COUNT(*) OVER (PARTITION BY cell, organisation_id) AS lines FROM numbered
), named AS (
    SELECT DISTINCT cell, year, {CELL} FROM numbered
), of_organisation AS (
    SELECT standing.cell, amount.category_id, CAST(amount.gross AS double precision) AS gross,
        CAST(amount.low AS double precision) AS low, CAST(amount.high AS double precision) AS high
    FROM standing JOIN amount ON amount.figure_id = standing.figure_id
    WHERE standing.lines = 1
    UNION ALL
    SELECT standing.cell, amount.category_id, SUM(CAST(amount.gross AS double precision)),
        SUM(CAST(amount.low AS double precision)), SUM(CAST(amount.high AS double precision))
    FROM standing JOIN amount ON amount.figure_id = standing.figure_id
    WHERE standing.lines > 1
    GROUP BY standing.cell, standing.organisation_id, amount.category_id
), total AS (
    SELECT cell, category_id, SUM(gross) AS gross, SUM(low) AS low, SUM(high) AS high, {_OF_ORGANISATIONS}
    FROM of_organisation GROUP BY cell, category_id
)
SELECT named."by", named.key, named.year, named.indicator_id, named.series, named.region, COALESCE(b.code, ''),
    COALESCE(c.code, ''), CAST(total.gross AS bigint), CAST(total.low AS bigint), CAST(total.high AS bigint),
    total.reporters, total.contributors, CAST(total.largest AS bigint)
FROM total
JOIN named ON named.cell = total.cell
LEFT JOIN core_breakdowncategory c ON c.id = total.category_id
LEFT JOIN core_breakdown b ON b.id = c.breakdown_id
ORDER BY total.cell
"""

# All lines of an organisation's indicator in a year come from one report and so have one member type: what holds for
# the types adds up to the whole.
WHOLE = f"""{_INTO}
SELECT 'region', 'ALL', year, indicator_id, series, 'ALL', breakdown, category, SUM(gross), SUM(low), SUM(high),
    SUM(reporters), SUM(contributors), MAX(largest)
FROM {{total}} WHERE "by" = 'member_type' AND region = 'ALL' {{scope}}
GROUP BY year, indicator_id, series, breakdown, category
"""

# Member types are shown for countries too, there without breakdowns (kpis.selectors.figures adds those up when asked).
TYPES_OF_COUNTRIES = f"""{_INTO}
SELECT 'member_type', member_type, year, indicator_id, series, region, '', '', SUM(gross), SUM(low), SUM(high),
    {_OF_ORGANISATIONS}
FROM {{organisation}} WHERE length(region) = 2 {{scope}} {{of_countries}}
GROUP BY member_type, year, indicator_id, series, region
"""
