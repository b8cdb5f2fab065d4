"""Figures on their way in: what a form, a file or a loader says, before it is checked and stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from kpis.models import Figure, Report
from kpis.models.reports import State


@dataclass(frozen=True)
class Cell:
    """What stands in one cell."""

    state: str = State.MISSING
    value: int | None = None

    @classmethod
    def of(cls, value: int | None) -> Cell:
        """A number, a true zero, or nothing."""
        if value is None:
            return MISSING
        return cls(State.VALUE if value else State.ZERO, value)

    @property
    def is_number(self) -> bool:
        return self.state in (State.VALUE, State.ZERO)

    @property
    def number(self) -> int:
        return self.value or 0


MISSING = Cell()


@dataclass(frozen=True)
class Line:
    """A line of a report. `others` is the id of the organisation whose staff they are; none with whose=others means
    that it is unknown. Regions are codes of NUTS. `parts`: {(breakdown, category): cell}."""

    indicator: str
    region: str
    total: Cell = MISSING
    series: str = "achieved"
    whose: str = "own"
    others: int | None = None
    initiative: str = ""
    note: str = ""
    parts: dict[tuple[str, str], Cell] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, str, int | None]:
        """What a report divides by regions: one country, or its regions."""
        return self.indicator, self.series, self.whose, self.others

    @property
    def key(self) -> tuple[str, str, str, int | None, str, str]:
        """What is there once in a report."""
        return *self.place, self.region, self.initiative


def lines_of(report: Report) -> list[Line]:
    """The lines of a stored report, in three queries."""
    figures = report.figures.select_related("indicator_version__indicator", "region").prefetch_related(
        "parts__category__breakdown"
    )
    return [line_of(figure) for figure in figures]


def line_of(figure: Figure) -> Line:
    return Line(
        indicator=figure.indicator_version.indicator.code,
        region=figure.region.code,
        total=Cell(figure.state, figure.value),
        series=figure.series,
        whose=figure.whose,
        others=figure.others_id,
        initiative=figure.initiative,
        note=figure.note,
        parts={
            (part.category.breakdown.code, part.category.code): Cell(part.state, part.value)
            for part in figure.parts.all()
        },
    )


def totals(lines: Iterable[Line], whose: str | None = None) -> dict[tuple[str, str], int]:
    """{(indicator, series): sum} over lines with a number, those of one kind of workers if named."""
    sums: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.total.is_number and whose in (None, line.whose):
            sums[line.indicator, line.series] = sums.get((line.indicator, line.series), 0) + line.total.number
    return sums


def fingerprint(lines: Iterable[Line]) -> str:
    """What the lines say, in short: by it a window notices that another one saved since it was opened."""
    said = sorted(
        repr(
            (
                *map(str, line.key),
                str(line.total.state),
                line.total.value,
                line.note,
                sorted((*place, str(cell.state), cell.value) for place, cell in line.parts.items()),
            )
        )
        for line in lines
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:20]
