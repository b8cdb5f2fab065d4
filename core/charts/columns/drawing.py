"""Where the columns, their parts, values and targets are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from django.utils.translation import gettext

from core.charts import text
from core.charts.base import PLANNED, REACHED, Geometry, Hit, Rule, Sign, Words, tip
from core.charts.columns.years import Column, Series, Target
from core.charts.scales import Scale, between, compact, exact, known, plain, share, ticks

SMALL = 12.0
# Every second part has a texture: two neighbours differ without their colours.
SIGNS: dict[int, Sign] = {1: "dots", 3: "lines"}


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
    lines = [f"{column.label} ({column.state_words})" if column.state else column.label]
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
    if rest := column.rest:
        add(rest, "chart-rest" if column.parts else PLANNED if column.planned else REACHED)
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
    goals = [column.goal(target) for column in columns]
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
            state = text.shorten(column.state_words, band - 2, 11)
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
