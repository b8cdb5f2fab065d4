"""Horizontal bars: one thing compared over named rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from django.utils.translation import gettext, ngettext

from core.charts import text
from core.charts.base import PLANNED, REACHED, WIDTHS, Cell, Chart, Geometry, Key, Size, Table, at_most
from core.charts.scales import Number, Scale, between, exact, known

Look = Literal["", "chosen"]


@dataclass(frozen=True, slots=True)
class BarRow:
    """A row: `value` is what is certain, `high` what it may be at most (infinite: not shown); None is no
    data (or whatever `missing` says, such as "not shown"), and 0 is a true zero. A `planned` row is
    not reached yet, a `chosen` one is what the reader has filtered by."""

    label: str
    value: Number | None
    high: Number | None = None
    url: str | None = None
    look: Look = ""
    missing: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a label, at its baseline."""

    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One drawn row. `x` and `width` are those of the certain part, `more_*` those of the uncertain one."""

    top: float
    y: float
    x: float
    width: float
    thickness: float
    more_x: float
    more_width: float
    lines: tuple[Line, ...]
    value_x: float
    value_y: float
    anchor: str
    value: str
    name: str
    url: str
    css: str
    chosen: bool
    missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BarGeometry(Geometry):
    template: ClassVar[str] = "charts/bars.svg"
    bars: tuple[Bar, ...]
    row_height: float
    zero: float
    label_x: float
    stacked_labels: bool


def _top(row: BarRow) -> float:
    return max(known(row.value) or 0.0, known(row.high) or 0.0)


def draw_bars(rows: Sequence[BarRow], unit: str, width: int) -> BarGeometry:
    """Bars from a common zero; labels beside them, or above them where the frame is narrow."""
    narrow = width < 480
    size = 13.0
    values = [between(row.value, row.high, row.missing) for row in rows]
    value_room = max(text.width(words, size, bold=True) for words in values) + 10
    label_room = min(max(text.width(row.label, size, bold=row.look == "chosen") for row in rows) + 20, width * 0.36)
    if narrow:
        left, right, row_height, thickness = 0.0, float(width), 44.0, 9.0
    else:
        left, right, thickness = label_room, width - value_room, 16.0
        labels = [text.wrap(row.label, label_room - 18, size, bold=row.look == "chosen") for row in rows]
        row_height = 40.0 if any(len(lines) > 1 for lines in labels) else 30.0
    low = min([0.0, *(known(row.value) or 0.0 for row in rows)])
    high = max([*(_top(row) for row in rows), 0.0])
    if low < 0 and not narrow:  # the words of a bar to the left of zero stand to its left
        left += value_room
    scale = Scale(low, high if high > low else low + 1, left, max(right, left + 10))
    zero = scale(0)
    bars = []
    for index, row in enumerate(rows):
        top = index * row_height
        value = known(row.value)
        end = scale(value or 0.0)
        certain = abs(end - zero)
        high_value = known(row.high)
        reach = end if high_value is None else max(end, scale(high_value))
        if narrow:
            words = text.shorten(row.label, width - text.width(values[index], size, bold=True) - 12, size)
            lines: tuple[Line, ...] = (Line(top + 17, words),)
            y, value_x, value_y, anchor = top + 25, float(width), top + 17, "end"
        else:
            middle = top + row_height / 2
            offset = (len(labels[index]) - 1) * 8
            lines = tuple(
                Line(round(middle - offset + line * 16 + 4.5, 1), part) for line, part in enumerate(labels[index])
            )
            y, value_y = middle - thickness / 2, middle + 4.5
            value_x, anchor = (end - 8, "end") if end < zero else (reach + 8, "start")
        bars.append(
            Bar(
                top=top,
                y=round(y, 1),
                x=min(zero, end),
                width=round(certain, 2),
                thickness=thickness,
                more_x=end,
                more_width=round(max(reach - end, 0), 2),
                lines=lines,
                value_x=round(value_x, 1),
                value_y=round(value_y, 1),
                anchor=anchor,
                value=values[index],
                name=f"{row.label}: {values[index]} {unit}".strip(),
                url=row.url or "",
                css=PLANNED if row.planned else REACHED,
                chosen=row.look == "chosen",
                missing=value is None and not row.high,
            )
        )
    return BarGeometry(
        width=width,
        height=len(rows) * row_height + 4,
        bars=tuple(bars),
        row_height=row_height,
        zero=zero,
        label_x=0.0 if narrow else 6.0,
        stacked_labels=narrow,
    )


def _legend(rows: Sequence[BarRow], *, ranges: bool) -> Iterator[Key]:
    planned = any(row.planned for row in rows)
    if planned:
        yield Key(gettext("planned"), PLANNED)
    reached = any(not row.planned for row in rows)
    if reached and (planned or ranges):
        yield Key(gettext("achieved") if planned else gettext("certain"), REACHED)
    if ranges:
        yield Key(gettext("possible, still being settled"), "chart-hatch", "hatch")


def bar_chart(
    *,
    id: str,
    title: str,
    rows: Sequence[BarRow],
    unit: str = "",
    source: str = "",
    as_of: date | None = None,
    note: str = "",
    ranked: bool = True,
    row_name: str = "",
    value_name: str = "",
    empty: str = "",
    size: Size = "half",
) -> Chart:
    """A bar for each row, the largest first unless `ranked` is off; rows without data come last."""
    clean = [replace(row, label=text.clean(row.label), missing=text.clean(row.missing)) for row in rows]
    if ranked:
        clean.sort(key=lambda row: (known(row.value) is None, -(known(row.value) or 0.0), -_top(row)))
    ranges = any(row.high is not None and row.high != row.value for row in clean)
    value_name = value_name or unit or gettext("Value")
    columns: tuple[str, ...] = (row_name or gettext("Name"), value_name)
    if ranges:
        columns = (columns[0], gettext("%(what)s, low") % {"what": value_name}, gettext("high"))
    table = Table(
        columns=columns,
        rows=tuple(
            (
                Cell(row.label, row.label, row.url or ""),
                Cell(row.value, exact(row.value, row.missing)),
                *([at_most(row.value, row.high, row.missing)] if ranges else []),
            )
            for row in clean
        ),
        numeric=frozenset(range(1, len(columns))),
    )
    known_rows = [row for row in clean if known(row.value) is not None]
    summary = ngettext("Bar chart with %(n)s row.", "Bar chart with %(n)s rows.", len(clean)) % {"n": len(clean)}
    if known_rows:
        largest = max(known_rows, key=lambda row: known(row.value) or 0.0)
        summary += " " + gettext("The largest: %(label)s, %(value)s %(unit)s.") % {
            "label": largest.label,
            "value": between(largest.value, largest.high),
            "unit": unit,
        }
    return Chart(
        id=id,
        kind="bars",
        title=title,
        unit=unit,
        source=source,
        as_of=as_of,
        note=note,
        summary=summary,
        table=table,
        draw=lambda width: draw_bars(clean, unit, width),
        empty="" if clean else empty or gettext("There are no figures for this chart yet."),
        legend=tuple(_legend(clean, ranges=ranges)),
        widths=WIDTHS[size],
        interactive=any(row.url for row in clean),
    )
