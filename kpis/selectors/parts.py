"""What counts of categories where it is not kept: it follows from the counted lines by the SQL of the roll-up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from kpis.cells import LINES, amounts
from kpis.scope import DERIVED
from kpis.selection import ALL, Selection


def _lines(chosen: Selection, region: str) -> tuple[str, dict[str, Any]]:
    """Conditions on counted lines: one indicator and series of a year, in a region of any level, of a member type."""
    scope = (
        "AND year = %(year)s AND series = %(series)s"
        " AND indicator_id = (SELECT id FROM core_indicator WHERE code = %(indicator)s)"
    )
    values: dict[str, Any] = {"year": chosen.year, "series": chosen.series, "indicator": chosen.indicator}
    if region != ALL:
        scope += f" AND substr(region, 1, {len(region)}) = %(region)s"
        values["region"] = region
    if chosen.member_type:
        scope += " AND member_type = %(member_type)s"
        values["member_type"] = chosen.member_type
    return LINES.format(counted=DERIVED.counted, scope=scope), values


def parts_of_organisations(
    chosen: Selection, *, region: str, breakdown: str, category: str
) -> list[tuple[int, str, int, int, int]]:
    """(organisation id, member type, gross, low, high) of a category, largest first."""
    line, values = _lines(chosen, region)
    only = "AND c.breakdown_id = (SELECT id FROM core_breakdown WHERE code = %(breakdown)s)"
    return _rows(
        f"WITH {line}, {amounts(only)} SELECT line.organisation_id, line.member_type, SUM(amount.gross),"
        " SUM(amount.low), SUM(amount.high) FROM amount JOIN line ON line.figure_id = amount.figure_id"
        " WHERE amount.category_id = (SELECT c.id FROM core_breakdowncategory c"
        " JOIN core_breakdown b ON b.id = c.breakdown_id WHERE b.code = %(breakdown)s AND c.code = %(category)s)"
        " GROUP BY line.organisation_id, line.member_type ORDER BY 5 DESC, 3 DESC, 1",
        {**values, "breakdown": breakdown, "category": category},
    )


def parts_of_a_type_in_a_country(chosen: Selection) -> Iterator[tuple[str, str, int, int, int, int]]:
    """(breakdown, category, gross, low, high, reporters): too many cells, for too few readers, to keep."""
    line, values = _lines(chosen, chosen.country)
    rows = _rows(
        f"WITH {line}, {amounts()} SELECT b.code, c.code, SUM(amount.gross), SUM(amount.low), SUM(amount.high),"
        " COUNT(DISTINCT line.organisation_id) FROM amount JOIN line ON line.figure_id = amount.figure_id"
        " JOIN core_breakdowncategory c ON c.id = amount.category_id JOIN core_breakdown b ON b.id = c.breakdown_id"
        " GROUP BY b.code, c.code",
        values,
    )
    return ((row[0], row[1], int(row[2]), int(row[3]), int(row[4]), row[5]) for row in rows)


def parts_of_a_year(year: int) -> Iterator[tuple[Any, ...]]:
    """(organisation's code, indicator, series, breakdown, category, gross, low, high), in the order of exports."""
    line = LINES.format(counted=DERIVED.counted, scope="AND year = %(year)s")
    rows = _rows(
        f"WITH {line}, {amounts()} SELECT o.code, i.code, line.series, COALESCE(b.code, ''), COALESCE(c.code, ''),"
        " SUM(amount.gross), SUM(amount.low), SUM(amount.high)"
        " FROM amount JOIN line ON line.figure_id = amount.figure_id"
        " JOIN members_organisation o ON o.id = line.organisation_id JOIN core_indicator i ON i.id = line.indicator_id"
        " LEFT JOIN core_breakdowncategory c ON c.id = amount.category_id"
        " LEFT JOIN core_breakdown b ON b.id = c.breakdown_id"
        " GROUP BY o.code, i.code, line.series, COALESCE(b.code, ''), COALESCE(c.code, '')"
        " ORDER BY i.code, line.series, o.code, COALESCE(b.code, ''), COALESCE(c.code, '')",
        {"year": year},
    )
    return ((*row[:5], int(row[5]), int(row[6]), int(row[7])) for row in rows)


def _rows(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
