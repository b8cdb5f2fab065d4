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

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kpis.lines import batched
from kpis.models import Adjustment, AdjustmentLine


@dataclass(frozen=True)
class Tables:
    """Where the results go."""

    counted: str = "kpis_countedline"
    organisation: str = "kpis_organisationtotal"
    total: str = "kpis_total"
    period: str = "kpis_periodtotal"


@dataclass(frozen=True)
class Scope:
    """One indicator of one year, the lines of some organisations (ids); nothing named means everything. `until`: only
    rounds up to that period of the year. `reports` and `settlements` (ids): as it was when just these counted."""

    year: int | None = None
    indicator_id: int | None = None
    organisations: frozenset[int] | None = None
    until: str = ""
    reports: frozenset[int] | None = None
    settlements: frozenset[int] | None = None

    def clause(self, year: str = "year", indicator: str = "indicator_id", organisation: str = "organisation_id") -> str:
        """Conditions that begin with AND, on the columns named."""
        parts = []
        if self.year is not None:
            parts.append(f"AND {year} = %(year)s")
        if self.indicator_id is not None:
            parts.append(f"AND {indicator} = %(indicator)s")
        if self.organisations is not None:
            parts.append(f"AND {organisation} IN {among(self.organisations)}")
        return " ".join(parts)

    @property
    def parameters(self) -> dict[str, Any]:
        return {"year": self.year, "indicator": self.indicator_id, "until": self.until}

    @property
    def of_rounds(self) -> str:
        """The condition on the rounds `d` and the reports `r`; the codes of the periods sort in time."""
        narrowed = Scope(year=self.year, organisations=self.organisations)
        until = " AND d.period <= %(until)s" if self.until else ""
        return narrowed.clause(year="d.year", organisation="r.organisation_id") + until

    @property
    def counting(self) -> str:
        """The condition on the reports `r` that count."""
        if self.reports is not None:
            return f"r.id IN {among(self.reports)}"
        return "r.status IN ('approved', 'locked') AND r.superseded_at IS NULL"


def among(ids: Iterable[int]) -> str:
    """A list of ids for IN; written out, because PostgreSQL plans by what it sees."""
    return f"({', '.join(str(int(one)) for one in sorted(ids)) or 'NULL'})"


DERIVED, EVERYTHING = Tables(), Scope()

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
SETTLED = "UPDATE {counted} SET low = %s, high = %s, status = 'settled' WHERE figure_id = %s"

# What lines met: (line, other) for those of one contested set or of some figures.
MEETINGS = f"""
SELECT line.figure_id AS line_id, other.figure_id AS other_id FROM {{counted}} line JOIN {{counted}} other ON
{_OWN_LINE_MET} AND other.state IN ('value', 'zero')
WHERE line.why IN ('met_own', 'met_zero') AND {{which}}
UNION
SELECT line.figure_id, other.figure_id FROM {{counted}} line JOIN {{counted}} other ON {_OTHER_CLAIM}
WHERE line.why = 'two_claims' AND {{which}}
"""


def write_counted_lines(tables: Tables, scope: Scope, without: Collection[int] = ()) -> list[int]:
    """Fill the (emptied) table of counted lines; returns the settlements whose ground has changed. `without`: those
    (ids) that take no effect."""
    write_years_figures(tables, scope)
    decide(tables, scope)
    return apply_settlements(tables, scope, without=without)


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


# -- Settlements ------------------------------------------------------------------------------------------------------
Ground = frozenset[tuple[Any, ...]]  # what a settlement stands on: (kind, organisation, region, whose, …, value)
_SAYS = "organisation_id, region, whose, others_id, initiative, state, gross"


@dataclass(frozen=True)
class Standing:
    """What a settlement meets now: the contested lines of its set, settled or not, as (figure id, what it says) in line
    order, and the ground that they make up with the lines that they meet."""

    lines: list[tuple[int, tuple[Any, ...]]]
    ground: Ground


def standings(adjustments: Sequence[Adjustment], tables: Tables = DERIVED) -> dict[int, Standing]:
    """For each of the settlements (by id) how things are now; in three queries for every five hundred."""
    found: dict[int, Standing] = {}
    for some in batched(adjustments, 500):
        lines: dict[tuple[Any, ...], list[tuple[int, tuple[Any, ...]]]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT year, indicator_id, series, contested_set, figure_id, {_SAYS} FROM {tables.counted}"
                f" WHERE year IN {among({one.year for one in some})}"
                f" AND indicator_id IN {among({one.indicator_id for one in some})}"
                f" AND contested_set IN ({_marks(some)}) ORDER BY figure_id",
                [one.contested_set for one in some],
            )
            for row in cursor.fetchall():
                lines[row[:4]].append((row[4], row[5:]))
        met, says = _met_by((figure for rows in lines.values() for figure, _says in rows), tables)
        for one in some:
            mine = lines[one.year, one.indicator_id, one.series, one.contested_set]
            inside = {figure for figure, _says in mine}
            others = {other for figure in inside for other in met.get(figure, ())} - inside
            contested = {("contested", *said) for _figure, said in mine}
            found[one.pk] = Standing(mine, frozenset(contested | {("met", *says[other]) for other in others}))
    return found


def _met_by(figure_ids: Iterable[int], tables: Tables) -> tuple[dict[int, set[int]], dict[int, tuple[Any, ...]]]:
    """{line: the lines that it met}, and what each of those says."""
    met: dict[int, set[int]] = defaultdict(set)
    for figure, other in meetings(figure_ids, tables):
        met[figure].add(other)
    if not met:
        return met, {}
    with connection.cursor() as cursor:
        others = among(set().union(*met.values()))
        cursor.execute(f"SELECT figure_id, {_SAYS} FROM {tables.counted} WHERE figure_id IN {others}")
        return met, {row[0]: row[1:] for row in cursor.fetchall()}


def ground_now(adjustment: Adjustment, tables: Tables = DERIVED) -> Ground:
    """The lines of the set and the lines that they meet, by what they say."""
    return standings([adjustment], tables)[adjustment.pk].ground


def meetings(figure_ids: Iterable[int], tables: Tables = DERIVED) -> list[tuple[int, int]]:
    """(line, other) for each of the figures and every line that it met, by figure id."""
    ids = sorted(figure_ids)
    if not ids:
        return []
    which = f"line.figure_id IN {among(ids)}"
    with connection.cursor() as cursor:
        cursor.execute(MEETINGS.format(counted=tables.counted, which=which))
        return list(cursor.fetchall())


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("%s" for _value in values)


def ground_recorded(adjustment: Adjustment) -> Ground:
    return frozenset(
        (
            line.kind,
            line.organisation_id,
            line.region,
            line.whose,
            line.others_id,
            line.initiative,
            line.state,
            line.value,
        )
        for line in adjustment.lines.all()
    )


def apply_settlements(
    tables: Tables, scope: Scope, concerning: frozenset[int] | None = None, without: Collection[int] = ()
) -> list[int]:
    """Let approved settlements take effect where their ground stands; returns those where it does not, proposals among
    them. `concerning`: only those about workers of these organisations, or about lines of theirs that name nobody;
    `without`: but for these (ids)."""
    found = Adjustment.objects.standing().exclude(pk__in=without).prefetch_related("lines")
    if scope.settlements is not None:
        found = Adjustment.objects.filter(pk__in=scope.settlements).prefetch_related("lines")
    if scope.year is not None:
        found = found.filter(year=scope.year)
    if scope.indicator_id is not None:
        found = found.filter(indicator_id=scope.indicator_id)
    adjustments = [
        one for one in found.order_by("pk") if concerning is None or int(one.contested_set.split(":")[1]) in concerning
    ]
    now = standings(adjustments, tables)
    lapsed = [one.pk for one in adjustments if now[one.pk].ground != ground_recorded(one)]
    settled = [
        row
        for one in adjustments
        if (one.status == Adjustment.Status.APPROVED or scope.settlements is not None) and one.pk not in lapsed
        for row in _settled(one, now[one.pk])
    ]
    if settled:
        with connection.cursor() as cursor:
            cursor.executemany(SETTLED.format(counted=tables.counted), settled)
    return lapsed


def _settled(adjustment: Adjustment, now: Standing) -> list[tuple[int | None, int | None, int]]:
    """(low, high, figure id) of each line of the set."""
    shares = {
        (line.organisation_id, line.region, line.whose, line.others_id, line.initiative): line.share
        for line in adjustment.lines.all()
        if line.kind == AdjustmentLine.Kind.CONTESTED
    }
    return [(shares[says[:5]], shares[says[:5]], figure) for figure, says in now.lines]


def shares(values: list[int], method: str, number: int | None = None) -> list[int]:
    """What counts of each contested line of a set, in line order. A number of its own, between 0 and the sum, is spread
    in proportion: largest remainder, ties by line order."""
    match method:
        case Adjustment.Method.SUM:
            return list(values)
        case Adjustment.Method.NONE:
            return [0] * len(values)
        case Adjustment.Method.MAX:
            largest = values.index(max(values)) if values else -1
            return [value if place == largest else 0 for place, value in enumerate(values)]
    whole = sum(values)
    if number is None or not 0 <= number <= whole:
        raise ValueError("A number of its own lies between 0 and the sum of the lines.")
    parts = [value * number // whole if whole else 0 for value in values]
    left = number - sum(parts)
    by_remainder = sorted(
        range(len(values)), key=lambda place: (-(values[place] * number % whole if whole else 0), place)
    )
    for place in by_remainder[:left]:
        parts[place] += 1
    return parts
