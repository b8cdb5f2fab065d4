"""Trends over years, and the small line beside a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext, ngettext

from core.charts import text
from core.charts.base import WIDTHS, Cell, Chart, Geometry, Hit, Key, Rule, Size, Table, Words, tip
from core.charts.columns import SMALL, Target, spread
from core.charts.scales import Number, Scale, compact, exact, known, plain, share, ticks

# Each line has its own marker: a circle, a square, a triangle, a diamond …
MARKERS = (
    "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0",
    "M-3.6 -3.6H3.6V3.6H-3.6Z",
    "M0 -4.8L4.6 3.6H-4.6Z",
    "M0 -5L5 0L0 5L-5 0Z",
    "M-4.6 -3.6H4.6L0 4.8Z",
    "M-5 -1.6H-1.6V-5H1.6V-1.6H5V1.6H1.6V5H-1.6V1.6H-5Z",
)


@dataclass(frozen=True, slots=True)
class Trend:
    """One line: a value for each label of the chart. From the index `forecast_from` on, values are estimates."""

    label: str
    values: tuple[Number | None, ...]
    forecast_from: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    hollow: bool


@dataclass(frozen=True, slots=True)
class Stroke:
    """One drawn line; `number` is that of its colour and marker, from 1."""

    number: int
    solid: str
    dashed: str
    points: tuple[Point, ...]
    marker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGeometry(Geometry):
    template: ClassVar[str] = "charts/lines.svg"
    strokes: tuple[Stroke, ...]
    under: str
    grid: tuple[Rule, ...]
    axis: tuple[Words, ...]
    labels: tuple[Words, ...]
    ends: tuple[Words, ...]
    target: Rule | None
    target_words: Words | None
    baseline: float
    left: float
    right: float
    hits: tuple[Hit, ...]


def _paths(places: list[tuple[float, float] | None], forecast_from: int | None) -> tuple[str, str]:
    """The solid and the dashed part; a missing value breaks the line, for nothing is known between."""
    parts: dict[bool, list[str]] = {False: [], True: []}
    for index in range(1, len(places)):
        before, here = places[index - 1], places[index]
        if before is None or here is None:
            continue
        dashed = forecast_from is not None and index >= forecast_from
        joined = index > 1 and places[index - 2] is not None and bool(parts[dashed])
        joined = joined and (forecast_from is None or index != forecast_from)
        parts[dashed].append(f"L{here[0]} {here[1]}" if joined else f"M{before[0]} {before[1]}L{here[0]} {here[1]}")
    return "".join(parts[False]), "".join(parts[True])


def draw_lines(
    labels: Sequence[str], trends: Sequence[Trend], target: Target | None, unit: str, width: int
) -> LineGeometry:
    """Lines over a common zero, each named at its end."""
    narrow = width < 480
    height = 230.0 if narrow else 280.0 if width < 900 else 320.0
    values = [value for trend in trends for one in trend.values if (value := known(one)) is not None]
    goal = known(target.value) if target else None
    marks = ticks(min([0.0, *values]), max([*values, goal or 0.0, 0.0]) or 1, 3 if narrow else 4)
    words = [compact(plain(mark)) for mark in marks]
    left = max(text.width(one, SMALL) for one in words) + 14
    names = [trend.label for trend in trends] if len(trends) > 1 else []
    lasts = [next((value for value in reversed(trend.values) if known(value) is not None), None) for trend in trends]
    ends = [(f"{name} " if not narrow else "") + exact(last) for name, last in zip(names or [""], lasts, strict=False)]
    room = min(max(text.width(end, SMALL, bold=True) for end in ends) + 14, width * 0.36)
    right, top, bottom = width - room, 26.0, height - 26
    scale = Scale(marks[0], marks[-1], bottom, top)
    gap = (right - left) / max(len(labels) - 1, 1)
    strokes, end_places = [], []
    columns: list[list[float]] = [[] for _ in labels]
    for number, trend in enumerate(trends):
        places: list[tuple[float, float] | None] = []
        for index, one in enumerate(trend.values):
            value = known(one)
            places.append(None if value is None else (round(left + gap * index, 1), scale(value)))
            if value is not None:
                columns[index].append(scale(value))
        solid, dashed = _paths(places, trend.forecast_from)
        points = tuple(
            Point(*place, trend.forecast_from is not None and index >= trend.forecast_from)
            for index, place in enumerate(places)
            if place
        )
        strokes.append(Stroke(number + 1, solid, dashed, points, MARKERS[number % len(MARKERS)]))
        end_places.append(points[-1] if points else None)
    order = sorted((index for index, place in enumerate(end_places) if place), key=lambda i: end_places[i].y)  # type: ignore[union-attr]
    tops = spread([end_places[i].y for i in order], 16, top - 8, bottom)  # type: ignore[union-attr]
    end_words = tuple(
        Words(
            round(end_places[i].x + 9, 1),
            round(y + 4, 1),
            text.shorten(ends[i], width - end_places[i].x - 10, SMALL, bold=True),
        )  # type: ignore[union-attr]
        for i, y in zip(order, tops, strict=True)
    )
    every = max(1, -(-int(max(text.width(one, SMALL) for one in labels) + 8) // max(int(gap), 1)))
    hits = []
    for index, label in enumerate(labels):
        lines = [label]
        for trend in trends:
            name = f"{trend.label}: " if names else ""
            lines.append(f"{name}{exact(trend.values[index])} {unit if not names else ''}".strip())
        if goal and len(trends) == 1 and (value := known(trends[0].values[index])) is not None:
            lines.append(gettext("%(share)s of the target") % {"share": share(value / goal)})
        x = left + gap * index
        hits.append(
            Hit(
                round(x - gap / 2, 1),
                top - 14,
                round(gap, 1),
                bottom - top + 14,
                ", ".join([lines[0] + ": " + lines[1], *lines[2:]]),
                "",
                tip(x, min(columns[index], default=top + 40) - 4, tuple(lines), frame=(width, height)),
            )
        )
    under = ""
    if (
        len(trends) == 1
        and trends[0].forecast_from is None
        and all(known(value) is not None for value in trends[0].values)
    ):
        first, final = strokes[0].points[0], strokes[0].points[-1]
        under = f"{strokes[0].solid}L{final.x} {scale(0)}L{first.x} {scale(0)}Z" if strokes[0].solid else ""
    goal_words = f"{target.label or gettext('Target')} {exact(target.value)}" if target else ""
    return LineGeometry(
        width=width,
        height=height,
        strokes=tuple(strokes),
        under=under,
        grid=tuple(Rule(left, scale(mark), right, scale(mark)) for mark in marks if mark),
        axis=tuple(Words(left - 12, scale(mark) + 4, one, "end") for mark, one in zip(marks, words, strict=True)),
        labels=tuple(
            Words(round(left + gap * index, 1), height - 8, label, "middle")
            for index, label in enumerate(labels)
            if (len(labels) - 1 - index) % every == 0
        ),
        ends=end_words,
        target=Rule(left, scale(goal), right, scale(goal)) if goal is not None else None,
        target_words=Words(left + 4, scale(goal) - 6, goal_words) if goal is not None else None,
        baseline=scale(0),
        left=left,
        right=right,
        hits=tuple(hits),
    )


def line_chart(
    *,
    id: str,
    title: str,
    labels: Sequence[str],
    trends: Sequence[Trend],
    target: Target | None = None,
    unit: str = "",
    source: str = "",
    as_of: date | None = None,
    note: str = "",
    label_name: str = "",
    empty: str = "",
    size: Size = "half",
) -> Chart:
    """Lines over the same labels (years); raises ValueError where a line has not one value for each label."""
    labels = [text.clean(label) for label in labels]
    trends = [replace(trend, label=text.clean(trend.label)) for trend in trends]
    if any(len(trend.values) != len(labels) for trend in trends):
        raise ValueError("A line needs a value, or None, for each label.")
    nothing = not any(known(value) is not None for trend in trends for value in trend.values)
    heads = (label_name or gettext("Year"), *(trend.label or unit or gettext("Value") for trend in trends))

    def cells(index: int) -> tuple[Cell, ...]:
        estimated = any(trend.forecast_from is not None and index >= trend.forecast_from for trend in trends)
        name = f"{labels[index]} ({gettext('forecast')})" if estimated else labels[index]
        return (Cell(name, name), *(Cell(trend.values[index], exact(trend.values[index])) for trend in trends))

    summary = ngettext("Line chart with %(n)s line.", "Line chart with %(n)s lines.", len(trends)) % {"n": len(trends)}
    if labels and trends and not nothing:
        summary += " " + gettext("From %(first)s in %(start)s to %(last)s in %(end)s.") % {
            "first": exact(trends[0].values[0]),
            "start": labels[0],
            "last": exact(trends[0].values[-1]),
            "end": labels[-1],
        }
    return Chart(
        id=id,
        kind="lines",
        title=title,
        unit=unit,
        source=source,
        as_of=as_of,
        note=note,
        summary=summary,
        table=Table(heads, tuple(cells(index) for index in range(len(labels))), frozenset(range(1, len(heads)))),
        draw=lambda width: draw_lines(labels, trends, target, unit, width),
        empty=(empty or gettext("There are no figures for this chart yet.")) if nothing else "",
        legend=tuple(
            Key(trend.label, f"chart-line chart-stroke-{index + 1}", "line", index + 1, MARKERS[index % len(MARKERS)])
            for index, trend in enumerate(trends)
        )
        if len(trends) > 1
        else (),
        legend_inside=True,
        widths=WIDTHS[size],
        interactive=True,
    )


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line without axes: where a figure comes from."""

    width: float
    height: float
    path: str
    x: float
    y: float
    name: str


def sparkline(values: Sequence[Number | None], name: str, *, width: float = 120, height: float = 32) -> Spark | None:
    """None with fewer than two values: one point is no line. A missing value breaks the line."""
    numbers = [known(value) for value in values]
    found = [value for value in numbers if value is not None]
    if len(found) < 2:
        return None
    scale = Scale(min(found), max(found), height - 5, 5) if min(found) != max(found) else Scale(0, 1, height / 2, 0)
    flat = min(found) == max(found)
    gap = (width - 10) / (len(numbers) - 1)
    places = [
        None if one is None else (round(4 + gap * index, 1), scale(0 if flat else one))
        for index, one in enumerate(numbers)
    ]
    last = [place for place in places if place][-1]
    return Spark(width, height, _paths(places, None)[0], last[0], last[1], text.clean(name))
