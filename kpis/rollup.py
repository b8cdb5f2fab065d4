"""The roll-up: from counted lines to what one organisation adds to each region, and to the cells of the views.

Rebuilt from approved figures, never incremented: as a whole, or (kpis.partial) the cells that some reports can change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from core.models import Indicator
from kpis import cells
from kpis.quarters import KEY as PERIOD_KEY
from kpis.quarters import NUMBERS as PERIOD_NUMBERS
from kpis.quarters import write_quarters
from kpis.scope import DERIVED, EVERYTHING, Scope, Tables
from kpis.settling import write_counted_lines


def lock(indicator_id: int | None = None) -> None:
    """One roll-up at a time: a second one waits here until the first is over. In a transaction."""
    locked = Indicator.objects.select_for_update(no_key=True).order_by("pk")
    list(locked if indicator_id is None else locked.filter(pk=indicator_id))
    if connection.vendor == "postgresql":  # sums of millions of rows in memory; plans that are run once
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'")
            cursor.execute("SET LOCAL jit = off")


def write(tables: Tables, scope: Scope) -> list[int]:
    """Count, and fill the (emptied) tables; returns the settlements whose ground has changed."""
    lapsed = write_counted_lines(tables, scope)
    with connection.cursor() as cursor:
        for statement in (cells.ORGANISATIONS, cells.TOTALS, cells.WHOLE, cells.TYPES_OF_COUNTRIES):
            cursor.execute(in_tables(statement, tables, scope=scope.clause()), scope.parameters)
    write_quarters(tables, scope, lapsed)
    return lapsed


def in_tables(
    statement: str, tables: Tables, *, scope: str, touched: str = "", only: str = "", of_countries: str = ""
) -> str:
    return statement.format(
        counted=tables.counted,
        organisation=tables.organisation,
        total=tables.total,
        scope=scope,
        touched=touched,
        only=only,
        of_countries=of_countries,
    )


# -- Rebuild and audit ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shape:
    """What a derived table says, but for its row numbers; `key` is unique and never null."""

    key: str
    numbers: str

    @property
    def columns(self) -> str:
        return f"{self.key}, {self.numbers}"


SHAPES = {
    "counted": Shape(
        "figure_id",
        "report_id, organisation_id, year, indicator_id, indicator_version_id, series, region, country, whose,"
        " others_id, initiative, member_type, state, gross, low, high, status, why, contested_set",
    ),
    "organisation": Shape(
        "organisation_id, year, indicator_id, series, region",
        "member_type, gross, low, high",
    ),
    "total": Shape(
        'year, indicator_id, series, "by", region, key, breakdown, category',
        "gross, low, high, reporters, contributors, largest",
    ),
    "period": Shape(PERIOD_KEY, PERIOD_NUMBERS),
}
# Lines are compared with each other while they are counted.
_INDEXES = {"figure": "figure_id", "claims": "organisation_id, year", "others": "others_id, year",
            "year": "year, indicator_id, series"}  # fmt: skip


@transaction.atomic
def rebuild(scope: Scope = EVERYTHING) -> list[int]:
    """Make the derived tables anew, for one year and indicator or for all; returns the settlements whose ground has
    changed. Two at once: the second waits for the first, and finds nothing left to change.

    All is computed beside the kept tables, and what came out differently is written: to write every row again, into
    its indexes, takes longer than to compute it, and pages would have to wait for the dead rows to be cleared away."""
    lock(scope.indicator_id)
    with _recomputed(scope) as (fresh, lapsed):
        for name, shape in SHAPES.items():
            _write_differences(getattr(DERIVED, name), getattr(fresh, name), shape, scope)
    return lapsed


@transaction.atomic
def differences(limit: int = 20) -> dict[str, list[dict[str, object]]]:
    """Compare the derived tables with a full recomputation beside them; per table the first rows that only one of the
    two has. Empty lists when all is well."""
    lock()  # no roll-up in between; what is approved meanwhile has its own refresh
    found: dict[str, list[dict[str, object]]] = {}
    with _recomputed(EVERYTHING) as (fresh, _lapsed), connection.cursor() as cursor:
        for name, shape in SHAPES.items():
            kept, made = getattr(DERIVED, name), getattr(fresh, name)
            rows = []
            for these, those, side in ((kept, made, "kept"), (made, kept, "recomputed")):
                cursor.execute(_only_in(these, those, shape))
                names = [column[0] for column in cursor.description or ()]
                rows += [{"side": side, **dict(zip(names, row, strict=True))} for row in cursor.fetchmany(limit)]
            found[name] = rows
    return found


@contextmanager
def _recomputed(scope: Scope) -> Iterator[tuple[Tables, list[int]]]:
    """Temporary tables with what the derived ones should hold, and the settlements whose ground has changed."""
    fresh = Tables(**{name: f"fresh_{name}" for name in SHAPES})
    with connection.cursor() as cursor:
        for name, shape in SHAPES.items():
            kept, made = getattr(DERIVED, name), getattr(fresh, name)
            cursor.execute(f"DROP TABLE IF EXISTS {made}")
            cursor.execute(f"CREATE TEMPORARY TABLE {made} AS SELECT {shape.columns} FROM {kept} WHERE 1 = 0")
        for name, columns in _INDEXES.items():
            cursor.execute(f"CREATE INDEX fresh_{name} ON {fresh.counted} ({columns})")
        yield fresh, write(fresh, scope)
        for name in SHAPES:
            cursor.execute(f"DROP TABLE {getattr(fresh, name)}")


def _only_in(these: str, those: str, shape: Shape, of_these: str = "") -> str:
    return f"SELECT {shape.columns} FROM {these} WHERE 1 = 1 {of_these} EXCEPT SELECT {shape.columns} FROM {those}"


def _write_differences(kept: str, fresh: str, shape: Shape, scope: Scope) -> None:
    """Let the rows of the scope say what the fresh table says."""
    with connection.cursor() as cursor:
        gone = f"SELECT {shape.key} FROM ({_only_in(kept, fresh, shape, scope.clause())}) gone"
        cursor.execute(f"DELETE FROM {kept} WHERE ({shape.key}) IN ({gone})", scope.parameters)
        # Whatever is still kept is in the fresh table too, so equal numbers of rows mean equal tables.
        cursor.execute(
            f"SELECT (SELECT COUNT(*) FROM {kept} WHERE 1 = 1 {scope.clause()}), (SELECT COUNT(*) FROM {fresh})",
            scope.parameters,
        )
        there, wanted = cursor.fetchone()
        if there == wanted:
            return
        # EXCEPT reads all before the first row is written. A look into the index for each row would find those that
        # were written before it, and on a table that was empty a moment ago the planner knows no better.
        missing = f"SELECT {shape.columns} FROM {fresh}"
        if there:
            missing = f"{_only_in(fresh, kept, shape)} ORDER BY {shape.key}"
        cursor.execute(f"INSERT INTO {kept} ({shape.columns}) {missing}")
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {kept}")
