"""Settlements of contested lines: the last step of counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kpis.counting import decide, meetings, write_years_figures
from kpis.lines import batched
from kpis.models import Adjustment, AdjustmentLine
from kpis.scope import DERIVED, Scope, Tables, among

SETTLED = "UPDATE {counted} SET low = %s, high = %s, status = 'settled' WHERE figure_id = %s"
Ground = frozenset[tuple[Any, ...]]  # what a settlement stands on: (kind, organisation, region, whose, …, value)
_SAYS = "organisation_id, region, whose, others_id, initiative, state, gross"


def write_counted_lines(tables: Tables, scope: Scope, without: Collection[int] = ()) -> list[int]:
    """Fill the (emptied) table of counted lines; returns the settlements whose ground has changed. `without`: those
    (ids) that take no effect."""
    write_years_figures(tables, scope)
    decide(tables, scope)
    return apply_settlements(tables, scope, without=without)


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
