"""Which unknowns sums determine."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable

PRIME = (1 << 61) - 1  # the arithmetic is exact but for a chance of one in 10^18
Row = dict[Hashable, int]


def recoverable(sums: Iterable[tuple[Hashable, tuple[Hashable, ...]]], unknown: Collection[Hashable]) -> list[Hashable]:
    """Unknowns whose value the others determine in sums (whole, parts): those that elimination leaves alone in a
    row."""
    reduced: dict[Hashable, Row] = {}
    for whole, parts in sums:
        row: Row = {key: 1 for key in parts if key in unknown}
        if whole in unknown:
            row[whole] = PRIME - 1
        for pivot, other in reduced.items():
            if pivot in row:
                _subtract(row, other, row[pivot])
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        inverse = pow(factor, -1, PRIME)
        row = {key: value * inverse % PRIME for key, value in row.items()}
        for other in reduced.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        reduced[pivot] = row
    return [pivot for pivot, row in reduced.items() if len(row) == 1]


def _subtract(row: Row, other: Row, factor: int) -> None:
    for key, value in other.items():
        rest = (row.get(key, 0) - factor * value) % PRIME
        if rest:
            row[key] = rest
        else:
            row.pop(key, None)
