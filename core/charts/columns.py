"""Columns by year: how much, in which parts, against which target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import ClassVar, Literal

from django.utils.translation import gettext, ngettext

from core.charts import text
from core.charts.base import WIDTHS, Cell, Chart, Geometry, Hit, Key, Rule, Sign, Size, Table, Words, at_most, tip
from core.charts.scales import Number, Scale, between, compact, exact, known, plain, share, ticks

SMALL = 12.0
# Every second part has a texture: two neighbours differ without their colours.
SIGNS: dict[int, Sign] = {1: "dots", 3: "lines"}


@dataclass(frozen=True, slots=True)
class Series:
    """One part of stacked columns, or one line of a trend."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Target:
    """A level to reach, the same for all columns."""

    value: Number
    label: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `value` is certain, `high` what it may be at most. `parts` (series key -> value) stack; with parts and
    no value their sum is the value. `to_date`: the period is still running. `forecast`: an estimate, drawn as one."""

    label: str
    value: Number | None = None
    high: Number | None = None
    parts: Mapping[str, Number | None] = field(default_factory=dict)
    target: Number | None = None
    state: Literal["", "to_date", "forecast"] = ""
    url: str = ""
    missing: str = ""  # what to say where there is no value; else "no data"

    @property
    def total(self) -> Number | None:
        if self.value is not None:
            return self.value
        parts = [part for part in self.parts.values() if part is not None]
        return sum(parts) if parts else None


@dataclass(frozen=True, slots=True)
class Block:
    """One rectangle of a column."""

    x: float
    y: float
    width: float
    height: float
    css: str
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnGeometry(Geometry):
    template: ClassVar[str] = "charts/columns.svg"
    blocks: tuple[Block, ...]
    ranges: tuple[Block, ...]
    grid: tuple[Rule, ...]
    axis: tuple[Words, ...]
    labels: tuple[Words, ...]
    values: tuple[Words, ...]
    leaders: tuple[Rule, ...]
    targets: tuple[Rule, ...]
    target_words: tuple[Words, ...]
    baseline: float
    left: float
    right: float
    hits: tuple[Hit, ...]


def _state(column: Column) -> str:
    return {"to_date": gettext("to date"), "forecast": gettext("forecast")}.get(column.state, "")


def _goal(column: Column, target: Target | None) -> float | None:
    return known(column.target if column.target is not None else target.value if target else None)


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones (ascending), at least `gap` apart, between `low` and `high` while they fit."""
    places: list[float] = []
    for place in wanted:
        places.append(max(place, places[-1] + gap if places else low))
    limit = high
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], limit)
        limit = places[index] - gap
    return places


def _tip_lines(
    column: Column, series: Sequence[Series], goal: float | None, unit: str, target: Target | None
) -> tuple[str, ...]:
    lines = [f"{column.label} ({_state(column)})" if column.state else column.label]
    lines.append(f"{between(column.total, column.high, column.missing)} {unit}".strip())
    lines += [f"{one.label}: {exact(column.parts[one.key])}" for one in series if one.key in column.parts]
    if goal is not None:
        total = known(column.total)
        reached = f" ({share(total / goal)})" if total is not None and goal else ""
        lines.append(f"{(target and target.label) or gettext('Target')}: {exact(plain(goal))}{reached}")
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the columns stand."""

    left: float
    right: float
    top: float
    bottom: float
    room: float  # to the right, for the names of the parts
    band: float
    thick: float
    scale: Scale

    def centre(self, index: int) -> float:
        return round(self.left + self.band * (index + 0.5), 1)


def _top(column: Column) -> float:
    parts = sum(known(part) or 0.0 for part in column.parts.values())
    return max(known(column.total) or 0.0, known(column.high) or 0.0, parts)


def _rest(column: Column) -> float:
    """What of the total is in no part."""
    parts = sum(known(part) or 0.0 for part in column.parts.values())
    return max((known(column.total) or 0.0) - parts, 0.0)


def _blocks(column: Column, series: Sequence[Series], index: int, frame: _Frame) -> tuple[list[Block], list[Block]]:
    """The parts of a column from below, then what is not broken down; and the part that is not certain."""
    x, thick, scale = round(frame.centre(index) - frame.thick / 2, 1), round(frame.thick, 1), frame.scale
    looks = {"forecast": " chart-forecast", "to_date": " chart-todate"}.get(column.state, "")
    total, base = known(column.total), 0.0
    blocks: list[Block] = []

    def add(value: float, css: str, pattern: str = "") -> None:
        nonlocal base
        y = scale(base + value)
        # A hairline of the ground between two parts: they stay apart without any colour.
        height = round(scale(base) - y - (1.0 if base else 0.0), 2)
        blocks.append(Block(x, y, thick, max(height, 0.5), css + looks, pattern))
        base += value

    for place, one in enumerate(series if column.parts else ()):
        if value := known(column.parts.get(one.key)):
            add(value, f"chart-fill-{place + 1}", SIGNS.get(place, ""))
    if rest := _rest(column):
        add(rest, "chart-rest" if column.parts else "chart-fill-1")
    high = known(column.high)
    if total is None or high is None or high <= total:
        return blocks, []
    return blocks, [Block(x, scale(high), thick, round(scale(total) - scale(high), 2), "chart-range", "hatch")]


def _value_words(columns: Sequence[Column], band: float) -> list[str]:
    """The values over the columns, all in the same form: in full with their ranges, without these, or rounded; over
    very many columns only the highest and the latest."""
    forms = (
        [between(column.total, column.high, column.missing) for column in columns],
        [exact(column.total, column.missing) for column in columns],
        ["–" if column.total is None else compact(column.total) for column in columns],
    )
    for form in forms:
        if all(text.width(words, SMALL, bold=True) <= band - 2 for words in form):
            return form
    tops = [_top(column) for column in columns]
    last = len(columns) - 1
    kept = {last, tops.index(max(tops))}
    if text.width(forms[2][last], SMALL, bold=True) > (last - min(kept)) * band > 0:
        kept.discard(last)
    return [words if index in kept else "" for index, words in enumerate(forms[2])]


def _centred(words: str, centre: float, y: float, width: float, css: str = "") -> Words:
    """Words in the middle of their column, or flush with the frame where they would leave it."""
    if centre + text.width(words, SMALL, bold=True) / 2 > width:
        return Words(width, y, words, "end", css)
    return Words(centre, y, words, "middle", css)


def _hit(column: Column, lines: tuple[str, ...], index: int, frame: _Frame, size: tuple[float, float]) -> Hit:
    name = ", ".join([f"{lines[0]}: {lines[1]}", *lines[2:]])
    box = tip(frame.centre(index), frame.scale(_top(column)) - 18, lines, frame=size)
    left, high = round(frame.left + frame.band * index, 1), frame.bottom - frame.top + 20
    return Hit(left, frame.top - 20, round(frame.band, 1), high, name, column.url, box)


def draw_columns(
    columns: Sequence[Column], series: Sequence[Series], target: Target | None, unit: str, width: int
) -> ColumnGeometry:
    """Columns from a common zero, the names of stacked parts beside the last one where there is room."""
    narrow = width < 480
    height = 250.0 if narrow else 300.0 if width < 900 else 340.0
    goals = [_goal(column, target) for column in columns]
    marks = ticks(0, max([*map(_top, columns), *(goal for goal in goals if goal)]) or 1, 3 if narrow else 4)
    axis_words = [compact(plain(mark)) for mark in marks]
    left = max(text.width(words, SMALL) for words in axis_words) + 10
    beside = len(series) > 1 and not narrow
    room = min(max((text.width(one.label, SMALL) for one in series), default=0) + 22, width * 0.3) if beside else 2
    bottom = height - (42.0 if any(column.state for column in columns) else 26.0)
    band = (width - room - left) / len(columns)
    frame = _Frame(
        left, width - room, 30.0, bottom, room, band, min(band * 0.62, 72.0), Scale(0, marks[-1], bottom, 30.0)
    )
    blocks, ranges, values, labels, hits = [], [], [], [], []
    value_words = _value_words(columns, band)
    # Every label, or every second, third …, counted from the latest.
    longest = max(text.width(column.label, SMALL) for column in columns)
    every = 1 if band > 30 else -(-int(longest + 6) // max(int(band), 1))
    for index, column in enumerate(columns):
        certain, possible = _blocks(column, series, index, frame)
        blocks += certain
        ranges += possible
        centre = frame.centre(index)
        css = "chart-missing" if column.total is None else ""
        values.append(_centred(value_words[index], centre, frame.scale(_top(column)) - 7, width, css))
        if (len(columns) - 1 - index) % every == 0:
            label = text.shorten(column.label, band * every - 2, SMALL)
            labels.append(_centred(label, centre, bottom + 18, width))
        if column.state:
            state = text.shorten(_state(column), band - 2, 11)
            labels.append(Words(centre, bottom + 33, state, "middle", "chart-note"))
        hits.append(_hit(column, _tip_lines(column, series, goals[index], unit, target), index, frame, (width, height)))
    targets, target_words = _targets(goals, target, frame)
    leaders, names = _beside(columns, series, frame) if beside else ((), ())
    return ColumnGeometry(
        width=width,
        height=height,
        blocks=tuple(blocks),
        ranges=tuple(ranges),
        grid=tuple(Rule(left, frame.scale(mark), frame.right, frame.scale(mark)) for mark in marks[1:]),
        axis=tuple(
            Words(left - 8, frame.scale(mark) + 4, words, "end") for mark, words in zip(marks, axis_words, strict=True)
        ),
        labels=(*labels, *names),
        values=tuple(values),
        leaders=leaders,
        targets=targets,
        target_words=target_words,
        baseline=bottom,
        left=left,
        right=frame.right,
        hits=tuple(hits),
    )


def _targets(
    goals: list[float | None], target: Target | None, frame: _Frame
) -> tuple[tuple[Rule, ...], tuple[Words, ...]]:
    """A line over each run of columns with the same target, with its words above its start."""
    lines: list[Rule] = []
    words: list[Words] = []
    for goal, run in groupby(enumerate(goals), key=lambda pair: pair[1]):
        places = [place for place, _ in run]
        if goal is None:
            continue
        start, end = frame.left + frame.band * places[0], frame.left + frame.band * (places[-1] + 1)
        y = frame.scale(goal)
        lines.append(Rule(round(start, 1), y, round(min(end, frame.right), 1), y))
        full = f"{(target and target.label) or gettext('Target')} {exact(plain(goal))}"
        fits = len(set(goals)) == 1 or text.width(full, SMALL, bold=True) < end - start
        words.append(Words(round(start + 4, 1), y - 6, full if fits else compact(plain(goal))))
    return tuple(lines), tuple(words)


def _beside(
    columns: Sequence[Column], series: Sequence[Series], frame: _Frame
) -> tuple[tuple[Rule, ...], tuple[Words, ...]]:
    """The names of the parts beside the last column, joined to their middle by a thin line."""
    middles, base = [], 0.0
    for one in series:
        value = known(columns[-1].parts.get(one.key)) or 0.0
        middles.append(frame.scale(base + value / 2))
        base += value
    places = spread(middles[::-1], 16, frame.top, frame.bottom - 2)[::-1]
    edge = round(frame.centre(len(columns) - 1) + frame.thick / 2 + 2, 1)
    rules = tuple(Rule(edge, at, round(frame.right + 4, 1), place) for at, place in zip(middles, places, strict=True))
    names = tuple(
        Words(round(frame.right + 8, 1), place + 4, text.shorten(one.label, frame.room - 10, SMALL), css="chart-side")
        for one, place in zip(series, places, strict=True)
    )
    return rules, names


def column_chart(
    *,
    id: str,
    title: str,
    columns: Sequence[Column],
    series: Sequence[Series] = (),
    target: Target | None = None,
    unit: str = "",
    source: str = "",
    as_of: date | None = None,
    note: str = "",
    column_name: str = "",
    value_name: str = "",
    empty: str = "",
    size: Size = "half",
) -> Chart:
    """A column for each year in the given order; values are not negative."""
    columns = [
        Column(text.clean(one.label), one.value, one.high, one.parts, one.target, one.state, one.url, one.missing)
        for one in columns
    ]
    series = [Series(one.key, text.clean(one.label)) for one in series]
    if any((known(value) or 0.0) < 0 for one in columns for value in (one.value, *one.parts.values())):
        raise ValueError("A column cannot be negative.")
    ranges = any(one.high is not None and one.high != one.total for one in columns)
    goals = target is not None or any(one.target is not None for one in columns)
    stacked = len(series) > 1
    value_name = value_name or unit or gettext("Value")
    heads = [column_name or gettext("Year"), *(one.label for one in series if stacked)]
    heads += [gettext("%(what)s, low") % {"what": value_name}, gettext("high")] if ranges else [value_name]
    heads += [gettext("Target")] if goals else []

    def cells(one: Column) -> list[Cell]:
        name = f"{one.label} ({_state(one)})" if one.state else one.label
        row = [Cell(name, name, one.url)]
        row += [Cell(one.parts.get(part.key), exact(one.parts.get(part.key))) for part in series if stacked]
        row.append(Cell(one.total, exact(one.total, one.missing)))
        if ranges:
            row.append(at_most(one.total, one.high, one.missing))
        if goals:
            goal = one.target if one.target is not None else target.value if target else None
            row.append(Cell(goal, exact(goal)))
        return row

    legend = [
        Key(one.label, f"chart-fill-{index + 1}", SIGNS.get(index, "area"))
        for index, one in enumerate(series)
        if stacked
    ]
    if stacked and any(_rest(one) for one in columns):
        legend.append(Key(gettext("not broken down"), "chart-rest"))
    if len({_goal(one, target) for one in columns} - {None}) > 1:
        legend.append(Key((target and target.label) or gettext("Target"), "chart-target", "line"))
    legend += [Key(gettext("possible, still being settled"), "chart-hatch", "hatch")] if ranges else []
    summary = ngettext("Column chart with %(n)s column.", "Column chart with %(n)s columns.", len(columns))
    summary = summary % {"n": len(columns)}
    if latest := [one for one in columns if one.total is not None and one.state != "forecast"]:
        summary += " " + gettext("The latest: %(label)s, %(value)s %(unit)s.") % {
            "label": latest[-1].label,
            "value": between(latest[-1].total, latest[-1].high),
            "unit": unit,
        }
    return Chart(
        id=id,
        kind="columns",
        title=title,
        unit=unit,
        source=source,
        as_of=as_of,
        note=note,
        summary=summary,
        table=Table(tuple(heads), tuple(tuple(cells(one)) for one in columns), frozenset(range(1, len(heads)))),
        draw=lambda width: draw_columns(columns, series, target, unit, width),
        empty="" if columns else empty or gettext("There are no figures for this chart yet."),
        legend=tuple(legend),
        legend_inside=stacked and len(legend) == len(series),
        widths=WIDTHS[size],
        interactive=True,
    )
