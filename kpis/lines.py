"""Figures on their way in: what a form, a file or a loader says, before it is checked and stored."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kpis.models import Figure, FigureCategory, Report
from kpis.models.reports import State

T = TypeVar("T")


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
Key = tuple[str, str, str, "int | None", str, str]  # indicator, series, whose, others, region, initiative


@dataclass(frozen=True)
class Line:
    """A line of a report. `others` is the id of the organisation whose staff they are; none with whose=others means
    that it is unknown. Regions are codes of NUTS, `initiative` is a code. `parts`: {(breakdown, category): cell}."""

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
    def key(self) -> Key:
        """What is there once in a report."""
        return *self.place, self.region, self.initiative


def lines_of(report: Report) -> list[Line]:
    """The lines of a stored report, in two queries."""
    return lines_of_reports([report.pk])[report.pk]


def lines_of_reports(report_ids: Collection[int]) -> dict[int, list[Line]]:
    """The lines of each of the reports, in line order; in two queries for every thousand reports."""
    found: dict[int, list[Line]] = {pk: [] for pk in report_ids}
    for ids in batched(sorted(found), 1000):
        parts: dict[int, dict[tuple[str, str], Cell]] = defaultdict(dict)
        cells = FigureCategory.objects.filter(figure__report__in=ids).values_list(
            "figure", "category__breakdown__code", "category__code", "state", "value"
        )
        for figure, breakdown, category, state, value in cells:
            parts[figure][breakdown, category] = Cell(state, value)
        figures = Figure.objects.filter(report__in=ids).values_list(
            "pk", "report", "indicator_version__indicator__code", "region__code", "state", "value", "series", "whose",
            "others", "initiative", "note",
        )  # fmt: skip
        for pk, report, indicator, region, state, value, series, whose, others, initiative, note in figures:
            found[report].append(
                Line(
                    indicator=indicator,
                    region=region,
                    total=Cell(state, value),
                    series=series,
                    whose=whose,
                    others=others,
                    initiative=str(initiative or ""),
                    note=note,
                    parts=parts.get(pk, {}),
                )
            )
    return found


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def line_name(line: Line) -> str:
    """A line among those of its indicator, as evidence names it."""
    return "|".join(str(part or "") for part in (line.series, line.whose, line.others, line.region, line.initiative))


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
