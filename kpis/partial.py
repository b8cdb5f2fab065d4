"""A refresh of just what the reports of some organisations can change in a year.

A report changes the lines of its organisation. By the rules of counting these decide on lines of others: on claims to
the organisation's workers, and on claims to the same workers as its own claims. Where one of those counts differently
now, what their reporters add changes too, and with it the cells that they add to. Nothing else is touched; what is
touched is made anew from the figures, as in a rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from kpis import cells, counting, settling
from kpis.quarters import write_quarters
from kpis.rollup import in_tables, lock
from kpis.scope import DERIVED, Scope, among

Cell = tuple[str, str, int, str, str]  # view, key, indicator id, series, region

# Lines that others report about somebody's workers, as they were reported.
_AS_REPORTED = """
UPDATE {counted} SET low = gross, high = gross, contested_set = '',
    status = CASE WHEN state IN ('value', 'zero') THEN 'counts' ELSE 'no_number' END,
    why = CASE WHEN state IN ('value', 'zero') THEN 'only_claim' ELSE 'no_number' END
WHERE year = %(year)s AND {claims}
"""


@transaction.atomic
def refresh(year: int, organisations: Iterable[int], *, quarters: bool = True) -> list[int]:
    """Make anew what the reports of these organisations (ids) can change in the year; returns the settlements whose
    ground has changed. `quarters`: reports of quarters are among them."""
    asked = frozenset(organisations)
    reporters = Scope(year=year, organisations=asked)
    lock()
    touched = _cells_of(reporters)
    employers = asked | _named_by(reporters)
    _rows(f"DELETE FROM {DERIVED.counted} WHERE 1 = 1 {reporters.clause()}", year)
    counting.write_years_figures(DERIVED, reporters)
    employers |= _named_by(reporters)
    changed, lapsed = _decide_claims(reporters, employers)
    adding = Scope(year=year, organisations=asked | changed)
    touched |= _cells_of(adding)
    _rows(f"DELETE FROM {DERIVED.organisation} WHERE 1 = 1 {adding.clause()}", year)
    _rows(in_tables(cells.ORGANISATIONS, DERIVED, scope=adding.clause()), year)
    if touched:
        _write_cells(year, touched)
    if quarters or lapsed:
        _rows(f"DELETE FROM {DERIVED.period} WHERE year = %(year)s", year)
        write_quarters(DERIVED, Scope(year=year), lapsed)
    return lapsed


def _named_by(scope: Scope) -> frozenset[int]:
    """Whose staff the organisations claim."""
    found = _rows(
        f"SELECT DISTINCT others_id FROM {DERIVED.counted} WHERE others_id IS NOT NULL {scope.clause()}", scope.year
    )
    return frozenset(row[0] for row in found)


def _decide_claims(reporters: Scope, employers: frozenset[int]) -> tuple[frozenset[int], list[int]]:
    """Count the lines of the reporters and all claims to the employers' workers; returns the other organisations of
    whose claims something else counts now, and the settlements whose ground has changed."""
    claims = f"others_id IN {among(employers)}"
    state = (
        f"SELECT figure_id, organisation_id, low, high FROM {DERIVED.counted} WHERE year = %(year)s AND {claims}"
        f" AND organisation_id NOT IN {among(reporters.organisations or ())}"
    )
    year = reporters.year
    before = set(_rows(state, year))
    _rows(_AS_REPORTED.format(counted=DERIVED.counted, claims=claims), year)
    unnamed = f"line.others_id IS NULL AND line.organisation_id IN {among(reporters.organisations or ())}"
    counting.decide(DERIVED, Scope(year=year), f"AND (line.{claims} OR {unnamed})")
    lapsed = settling.apply_settlements(DERIVED, Scope(year=year), concerning=employers)
    after = set(_rows(state, year))
    return frozenset(row[1] for row in before ^ after), lapsed


def _cells_of(scope: Scope) -> set[Cell]:
    """The cells that the organisations add to, but for their categories."""
    line = cells.LINES.format(counted=DERIVED.counted, scope=scope.clause())
    found = set(_rows(f"WITH {line}, {cells.VIEWS} SELECT DISTINCT {cells.CELL} FROM placed", scope.year))
    whole = {("region", "ALL", cell[2], cell[3], "ALL") for cell in found}
    of_types = _rows(
        f"SELECT DISTINCT 'member_type', member_type, indicator_id, series, country FROM {DERIVED.counted}"
        f" WHERE state IN ('value', 'zero') {scope.clause()}",
        scope.year,
    )
    return found | whole | set(of_types)


def _write_cells(year: int, touched: set[Cell]) -> None:
    values: dict[str, Any] = {"year": year}
    listed = _listed(sorted(touched), values)
    series = _listed(sorted({cell[2:4] for cell in touched}), values)
    scope = f"AND year = %(year)s AND (indicator_id, series) IN {series}"
    of_countries = f"AND ('member_type', member_type, indicator_id, series, region) IN {listed}"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {DERIVED.total} WHERE year = %(year)s AND ({cells.CELL}) IN {listed}", values)
        for statement in (cells.TOTALS, cells.WHOLE, cells.TYPES_OF_COUNTRIES):
            cursor.execute(
                in_tables(
                    statement,
                    DERIVED,
                    scope=scope,
                    touched=f"WHERE ({cells.CELL}) IN {listed}",
                    only="WHERE figure_id IN (SELECT figure_id FROM numbered)",
                    of_countries=of_countries,
                ),
                values,
            )


def _listed(rows: list[tuple[Any, ...]], values: dict[str, Any]) -> str:
    """The rows for IN, as marks; their values go to those of the statement."""
    marked = []
    for row in rows:
        names = [f"v{len(values) + place}" for place in range(len(row))]
        values |= dict(zip(names, row, strict=True))
        marked.append(f"({', '.join(f'%({name})s' for name in names)})")
    return f"(VALUES {', '.join(marked)})"


def _rows(statement: str, year: int | None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"year": year})
        return list(cursor.fetchall()) if cursor.description else []
