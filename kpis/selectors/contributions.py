"""What each organisation adds to the cells that may be published: disclosure control looks at those that matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection

from kpis.cells import LINES, amounts
from kpis.models import Edition
from kpis.recounting import counted_beside
from kpis.scope import DERIVED, Scope, among
from kpis.selection import ALL

Place = tuple[str, str]  # indicator, series
Key = tuple[str, str, str, str]  # region, member type, breakdown, category
Pair = tuple[int, int]  # certain, possible
Contributions = dict[Place, dict[Key, dict[int, Pair]]]  # by organisation

REST = "+"  # CZ+: what was reported for the country without saying in which region
INITIATIVE = "initiative"  # the whole by initiative, like a breakdown; the category "" is what names none
# Each line adds to its country and to all, in its member type and in all, and to its region or to the rest.
_PLACED = """
SELECT i.code, line.series, CASE view.letters WHEN 0 THEN 'ALL' WHEN 3 THEN line.country || '+'
        ELSE substr(line.region, 1, view.letters) END,
    CASE view.typed WHEN 1 THEN line.member_type ELSE 'ALL' END, '', '', line.organisation_id, line.low, line.high
FROM line JOIN core_indicator i ON i.id = line.indicator_id
JOIN (SELECT 0 AS letters, 0 AS typed UNION ALL SELECT 0, 1 UNION ALL SELECT 2, 0 UNION ALL SELECT 2, 1
    UNION ALL SELECT 3, 0 UNION ALL SELECT 4, 0) view
    ON view.letters <= length(line.region) AND view.letters <> 3 OR view.letters = 3 AND length(line.region) = 2
"""
_INITIATIVES = f"""
SELECT i.code, line.series, 'ALL', 'ALL', '{INITIATIVE}', line.initiative, line.organisation_id, line.low, line.high
FROM line JOIN core_indicator i ON i.id = line.indicator_id
"""
_PARTS = """
SELECT i.code, line.series, 'ALL', 'ALL', b.code, c.code, line.organisation_id, amount.low, amount.high
FROM amount JOIN line ON line.figure_id = amount.figure_id JOIN core_indicator i ON i.id = line.indicator_id
JOIN core_breakdowncategory c ON c.id = amount.category_id JOIN core_breakdown b ON b.id = c.breakdown_id
"""


def key_of(by: str, key: str, region: str, breakdown: str, category: str) -> Key | None:
    """How disclosure control names a cell; nothing for quarters and for what is never shown: parts of countries, of
    member types and of initiatives."""
    if by == "region" and (region == ALL or not breakdown):
        return region, ALL, breakdown, category
    if by == "member_type" and not breakdown:
        return region, key, "", ""
    if by == INITIATIVE and not breakdown:
        return ALL, ALL, INITIATIVE, key
    return None


def contributions(year: int, *, table: str = DERIVED.counted, only: str = "") -> Contributions:
    """Of the counted lines of a year in a table; `only`: a condition on them."""
    line = LINES.format(counted=table, scope=f"AND year = %(year)s {only}")
    found: Contributions = defaultdict(lambda: defaultdict(dict))
    for statement in (f"WITH {line} {_PLACED}", f"WITH {line} {_INITIATIVES}", f"WITH {line}, {amounts()} {_PARTS}"):
        for code, series, *key, organisation, low, high in _rows(statement, {"year": year}):
            cell = found[code, series][key[0], key[1], key[2], key[3]]
            was = cell.get(organisation, (0, 0))
            cell[organisation] = was[0] + int(low), was[1] + int(high)
    return found


def contested(year: int) -> Contributions:
    """Only of lines that add to what is possible and not to what is certain."""
    return contributions(year, only="AND low < high")


def changes(year: int, earlier: Edition) -> Contributions:
    """What has changed since an edition was frozen."""
    with counted_beside(as_in(earlier)) as then:
        who = f"AND organisation_id IN {among(_who_changed(year, then))}"
        old, new = contributions(year, table=then, only=who), contributions(year, only=who)
    found: Contributions = defaultdict(lambda: defaultdict(dict))
    for place in {*old, *new}:
        for key in {*old[place], *new[place]}:
            was, now = old[place][key], new[place][key]
            for organisation in {*was, *now}:
                before, after = was.get(organisation, (0, 0)), now.get(organisation, (0, 0))
                if before != after:
                    found[place][key][organisation] = after[0] - before[0], after[1] - before[1]
    return found


def as_in(edition: Edition, until: str = "") -> Scope:
    """The reports and settlements that the edition stands on."""
    return Scope(
        year=edition.year,
        until=until,
        reports=frozenset(edition.grounds["reports"]),
        settlements=frozenset(edition.grounds["settlements"]),
    )


def _who_changed(year: int, then: str) -> Iterable[int]:
    says = "SELECT organisation_id, figure_id, low, high FROM {} WHERE year = %(year)s"
    now, old = says.format(DERIVED.counted), says.format(then)
    both = (f"{now} EXCEPT {old}", f"{old} EXCEPT {now}")
    return {row[0] for statement in both for row in _rows(statement, {"year": year})}


def of_the_whole(scope: Scope) -> dict[Place, dict[int, Pair]]:
    """What each organisation adds to the whole, counted anew for the scope."""
    found: dict[Place, dict[int, Pair]] = defaultdict(dict)
    with counted_beside(scope) as table:
        for code, series, organisation, low, high in _rows(
            "SELECT i.code, line.series, line.organisation_id, SUM(line.low), SUM(line.high)"
            f" FROM {table} line JOIN core_indicator i ON i.id = line.indicator_id"
            " GROUP BY i.code, line.series, line.organisation_id",
            {},
        ):
            found[code, series][organisation] = int(low), int(high)
    return found


def _rows(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
