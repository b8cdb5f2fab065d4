"""Trends over years, and the small line beside a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext, ngettext

from core.charts import text
from core.charts.base import WIDTHS, Cell, Chart, Geometry, Hit, Key, Rule, Size, Table, Words, tip
from core.charts.columns.drawing import SMALL, spread
from core.charts.columns.years import Target
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


def _stroke(number: int, trend: Trend, places: list[tuple[float, float] | None]) -> Stroke:
    solid, dashed = _paths(places, trend.forecast_from)
    points = tuple(
        Point(*place, trend.forecast_from is not None and index >= trend.forecast_from)
        for index, place in enumerate(places)
        if place
    )
    return Stroke(number, solid, dashed, points, MARKERS[(number - 1) % len(MARKERS)])


def _ends(
    strokes: Sequence[Stroke], words: Sequence[str], limits: tuple[float, float], width: float
) -> tuple[Words, ...]:
    """The words at the ends of the lines, moved apart where two lines end together."""
    ended = sorted(
        (stroke.points[-1].y, stroke.points[-1].x, words[stroke.number - 1]) for stroke in strokes if stroke.points
    )
    tops = spread([y for y, _, _ in ended], 16, *limits)
    return tuple(
        Words(round(x + 9, 1), round(top + 4, 1), text.shorten(one, width - x - 10, SMALL, bold=True))
        for top, (_, x, one) in zip(tops, ended, strict=True)
    )


def _under(strokes: Sequence[Stroke], trends: Sequence[Trend], ground: float) -> str:
    """The area under a single line without gaps and estimates."""
    if len(trends) != 1 or trends[0].forecast_from is not None or not strokes[0].solid:
        return ""
    if any(known(value) is None for value in trends[0].values):
        return ""
    first, last = strokes[0].points[0], strokes[0].points[-1]
    return f"{strokes[0].solid}L{last.x} {ground}L{first.x} {ground}Z"


def _tip_lines(index: int, label: str, trends: Sequence[Trend], goal: float | None, unit: str) -> tuple[str, ...]:
    if len(trends) > 1:
        return (label, *(f"{trend.label}: {exact(trend.values[index])}" for trend in trends))
    lines = [label, f"{exact(trends[0].values[index])} {unit}".strip()]
    value = known(trends[0].values[index])
    if goal and value is not None:
        lines.append(gettext("%(share)s of the target") % {"share": share(value / goal)})
    return tuple(lines)


def draw_lines(
    labels: Sequence[str], trends: Sequence[Trend], target: Target | None, unit: str, width: int
) -> LineGeometry:
    """Lines over a common zero, each named at its end."""
    narrow, several = width < 480, len(trends) > 1
    height = 230.0 if narrow else 280.0 if width < 900 else 320.0
    values = [value for trend in trends for one in trend.values if (value := known(one)) is not None]
    goal = known(target.value) if target else None
    marks = ticks(min([0.0, *values]), max([*values, goal or 0.0, 0.0]) or 1, 3 if narrow else 4)
    words = [compact(plain(mark)) for mark in marks]
    lasts = [next((one for one in reversed(trend.values) if known(one) is not None), None) for trend in trends]
    ends = [
        f"{trend.label if several and not narrow else ''} {exact(last)}".strip()
        for trend, last in zip(trends, lasts, strict=True)
    ]
    left = max(text.width(one, SMALL) for one in words) + 14
    right = width - min(max(text.width(one, SMALL, bold=True) for one in ends) + 14, width * 0.36)
    top, bottom = 26.0, height - 26
    scale = Scale(marks[0], marks[-1], bottom, top)
    gap = (right - left) / max(len(labels) - 1, 1)
    places = [
        [
            None if (value := known(one)) is None else (round(left + gap * index, 1), scale(value))
            for index, one in enumerate(trend.values)
        ]
        for trend in trends
    ]
    strokes = [_stroke(number, trend, line) for number, (trend, line) in enumerate(zip(trends, places, strict=True), 1)]
    hits = []
    for index, label in enumerate(labels):
        lines = _tip_lines(index, label, trends, goal, unit)
        x = left + gap * index
        highest = min((place[1] for line in places if (place := line[index])), default=top + 40)
        name = ", ".join([f"{lines[0]}: {lines[1]}", *lines[2:]])
        box = tip(x, highest - 4, lines, frame=(width, height))
        hits.append(Hit(round(x - gap / 2, 1), top - 14, round(gap, 1), bottom - top + 14, name, "", box))
    # Every label, or every second, third …, counted from the latest.
    every = -(-int(max(text.width(one, SMALL) for one in labels) + 8) // max(int(gap), 1))
    return LineGeometry(
        width=width,
        height=height,
        strokes=tuple(strokes),
        under=_under(strokes, trends, scale(0)),
        grid=tuple(Rule(left, scale(mark), right, scale(mark)) for mark in marks if mark),
        axis=tuple(Words(left - 12, scale(mark) + 4, one, "end") for mark, one in zip(marks, words, strict=True)),
        labels=tuple(
            Words(round(left + gap * index, 1), height - 8, label, "middle")
            for index, label in enumerate(labels)
            if (len(labels) - 1 - index) % every == 0
        ),
        ends=_ends(strokes, ends, (top - 8, bottom), width),
        target=Rule(left, scale(goal), right, scale(goal)) if goal is not None else None,
        target_words=Words(left + 4, scale(goal) - 6, f"{target.label or gettext('Target')} {exact(target.value)}")
        if target and goal is not None
        else None,
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
