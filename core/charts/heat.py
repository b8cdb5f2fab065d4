"""A matrix of figures, shaded from little to much: on a page a table, in a file a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext

from core.charts import text
from core.charts.base import Cell, Chart, Geometry, Table, Words
from core.charts.maps import class_of, classify, shade
from core.charts.scales import Number, exact, known


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One figure of the matrix. `gap` marks where something is missing that should be there."""

    value: Number | None
    url: str = ""
    gap: bool = False


@dataclass(frozen=True, slots=True)
class HeatRow:
    label: str
    cells: tuple[HeatCell | Number | None, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    x: float
    y: float
    width: float
    height: float
    css: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatGeometry(Geometry):
    template: ClassVar[str] = "charts/heat.svg"
    squares: tuple[Square, ...]
    labels: tuple[Words, ...]


def draw_heat(table: Table, width: int) -> HeatGeometry:
    """The table as squares; for the files, a page shows the table itself."""
    left = min(max(text.width(row[0].text, 13) for row in table.rows) + 16, width * 0.35)
    columns = len(table.columns) - 1
    each = (width - left) / max(columns, 1)
    heads = [text.wrap(name, each - 6, 12, lines=3) for name in table.columns[1:]]
    top = max((len(lines) for lines in heads), default=1) * 15 + 10.0
    labels = [
        Words(
            round(left + each * (column + 0.5), 1),
            round(top - 8 - 15 * (len(lines) - 1 - index), 1),
            line,
            "middle",
            "chart-tick",
        )
        for column, lines in enumerate(heads)
        for index, line in enumerate(lines)
    ]
    squares = []
    for number, row in enumerate(table.rows):
        y = top + number * 34
        labels.append(Words(0, y + 21, text.shorten(row[0].text, left - 12), "start", "chart-label"))
        for column, cell in enumerate(row[1:]):
            x = round(left + each * column, 1)
            css = (
                "chart-cell-gap"
                if cell.gap
                else f"chart-cell chart-class-{cell.step}"
                if cell.step
                else "chart-cell chart-cell-none"
            )
            words = Words(
                round(x + each / 2, 1),
                y + 21,
                cell.text,
                "middle",
                f"chart-on-{cell.step}" if cell.step else "chart-out",
            )
            squares.append(Square(x + 1, y + 1, round(each - 2, 1), 32, css, words))
    return HeatGeometry(
        width=width, height=top + len(table.rows) * 34 + 2, squares=tuple(squares), labels=tuple(labels)
    )


def heat_table(
    *,
    id: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[HeatRow],
    row_name: str = "",
    unit: str = "",
    source: str = "",
    as_of: date | None = None,
    note: str = "",
    empty: str = "",
) -> Chart:
    """Figures of rows x columns. Zero has no shade; raises ValueError where a row has not one cell for each column."""
    if any(len(row.cells) != len(columns) for row in rows):
        raise ValueError("A row needs a cell, or None, for each column.")
    given = [[one if isinstance(one, HeatCell) else HeatCell(one) for one in row.cells] for row in rows]
    bounds = classify([value for cells in given for one in cells if (value := known(one.value))], steps="quantile")

    def cell(one: HeatCell) -> Cell:
        value = known(one.value)
        step = shade(class_of(value, bounds), len(bounds)) if value else 0
        return Cell(one.value, exact(one.value) if value is not None else "–", one.url, step, one.gap)

    lines = tuple(
        (Cell(label, label, row.url), *map(cell, cells))
        for row, cells in zip(rows, given, strict=True)
        for label in [text.clean(row.label)]
    )
    table = Table(
        (row_name or gettext("Name"), *map(text.clean, columns)), lines, frozenset(range(1, len(columns) + 1))
    )
    gaps = sum(one.gap for cells in given for one in cells)
    summary = gettext("Matrix of %(rows)s rows and %(columns)s columns.") % {"rows": len(rows), "columns": len(columns)}
    return Chart(
        id=id,
        kind="heat",
        title=title,
        unit=unit,
        source=source,
        as_of=as_of,
        summary=summary,
        note=" ".join(part for part in (note, gettext("A dashed frame marks a gap.") if gaps else "") if part),
        table=table,
        draw=lambda width: draw_heat(table, width),
        empty="" if rows and columns else empty or gettext("There are no figures for this table yet."),
        widths=(880,),
        interactive=True,
    )
