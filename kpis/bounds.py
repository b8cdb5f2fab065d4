"""What a reader can say about hidden cells: no number is negative, and sums hold, so each lies between two bounds."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from math import inf

Bounds = dict[Hashable, tuple[float, float]]
SETTLED_AFTER = 50  # rounds: bounds that still move then have moved by less and less


def bounds(values: Mapping[Hashable, int], sums: Iterable[tuple[Hashable, tuple[Hashable, ...]]]) -> Bounds:
    """{cell: (least, most)} of every cell in the sums (whole, parts); cells without a value are hidden. Each bound
    narrows those beside it, until none moves."""
    known = list(sums)
    at: Bounds = {
        cell: (values[cell], values[cell]) if cell in values else (0, inf)
        for whole, parts in known
        for cell in (whole, *parts)
    }
    for _round in range(SETTLED_AFTER):
        before = dict(at)
        for whole, parts in known:
            _narrow(at, whole, parts)
        if at == before:
            break
    return at


def _narrow(at: Bounds, whole: Hashable, parts: tuple[Hashable, ...]) -> None:
    least = sum(at[part][0] for part in parts)
    ends = [at[part][1] for part in parts]
    open_ends, closed = ends.count(inf), sum(end for end in ends if end < inf)
    _keep(at, whole, least, inf if open_ends else closed)
    at_least, at_most = at[whole]
    for part in parts:
        low, high = at[part]
        rest_is_open = open_ends - (high == inf)
        rest = closed - (high if high < inf else 0)
        _keep(at, part, 0 if rest_is_open else at_least - rest, at_most - (least - low))


def _keep(at: Bounds, cell: Hashable, low: float, high: float) -> None:
    at[cell] = max(at[cell][0], low), min(at[cell][1], high)
