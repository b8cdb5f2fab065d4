"""Where activities stand on the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import ClassVar

from django.utils.translation import gettext

from core.charts import text
from core.charts.base import Geometry, Hit, Rule, Words, tip
from core.charts.gantt.rows import GanttRow, period, state_words
from core.charts.scales import Scale, day, month, share

HEAD = 52.0  # of months and years
ASIDE = 104.0  # the room for words behind a bar that ends with the calendar


@dataclass(frozen=True, slots=True)
class Diamond:
    x: float
    y: float
    css: str


@dataclass(frozen=True, slots=True)
class Span:
    """One drawn activity; `done_width` is the part that is reached."""

    x: float
    y: float
    width: float
    height: float
    done_width: float
    state: str
    sign: str  # late, done or nothing: a sign, so that colour is not the only mark
    sign_x: float
    sign_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GanttGeometry(Geometry):
    template: ClassVar[str] = "charts/gantt.svg"
    years: tuple[Words, ...]
    months: tuple[Words, ...]
    grid: tuple[Rule, ...]
    rows: tuple[Rule, ...]  # the hairlines between them
    brackets: tuple[Rule, ...]
    labels: tuple[Words, ...]
    spans: tuple[Span, ...]
    remarks: tuple[Words, ...]
    diamonds: tuple[Diamond, ...]
    today_x: float | None
    today_words: Words | None
    left: float
    hits: tuple[Hit, ...]


def _months(first: date, last: date) -> list[date]:
    result = [first]
    while (following := (result[-1] + timedelta(days=32)).replace(day=1)) <= last:
        result.append(following)
    return result


def _remarks(row: GanttRow, today: date) -> list[str]:
    """What stands beside a bar, the fullest first: state where it matters, progress, owner."""
    state = state_words(row, today) if row.is_late(today) or row.state in {"cancelled", "done"} else ""
    progress = share(row.progress) if row.progress is not None and row.state != "done" else ""
    given = [(state, progress, row.owner), (state, progress), (state or progress,)]
    return [" · ".join(part for part in parts if part) for parts in given]


def _tip_lines(row: GanttRow, today: date) -> tuple[tuple[str, ...], int]:
    """The lines, and how many of them are the name."""
    status = state_words(row, today) + (f", {share(row.progress)}" if row.progress is not None else "")
    heads = len(text.wrap(row.label, 300, bold=True))
    lines = [*text.wrap(row.label, 300, bold=True), period(row), status + (f" · {row.owner}" if row.owner else "")]
    for mark in row.milestones:
        words = f"◆ {day(mark.day)}: {mark.label}" + (f" ({gettext('done')})" if mark.done else "")
        lines.append(text.shorten(words, 320))
    return tuple(lines), heads


class _Sheet:
    """The paper on which activities are drawn one below the other; `y` is how far it is filled."""

    def __init__(self, months: Sequence[date], after: date, today: date, width: int, longest: float) -> None:
        self.narrow = width < 480
        self.row_height, self.thick = (50.0, 12.0) if self.narrow else (36.0, 16.0)
        self.months, self.today = months, today
        self.frame = float(width)
        self.room = self.frame - 8 if self.narrow else min(max(longest, 110.0) + 4, width * 0.3 - 14)
        self.left = 1.0 if self.narrow else self.room + 14
        right = self.frame - (1.0 if self.narrow else ASIDE)
        self.scale = Scale(months[0].toordinal(), after.toordinal(), self.left, right)
        # The word "today" has a line of its own.
        self.shows_today = months[0] <= today < after
        self.head = HEAD + (14.0 if self.shows_today else 0.0)
        self.y = self.head
        self.labels: list[Words] = []
        self.spans: list[Span] = []
        self.remarks: list[Words] = []
        self.diamonds: list[Diamond] = []
        self.hits: list[Hit] = []
        self.rules: list[Rule] = []
        self.brackets: list[Rule] = []

    def at(self, one: date) -> float:
        return self.scale(min(max(one.toordinal(), self.scale.low), self.scale.high))

    def add_group(self, name: str, rows: Sequence[GanttRow]) -> None:
        """A heading, and a bracket over the time that its rows take."""
        room = self.frame - 4 if self.narrow else self.room
        self.labels.append(
            Words(0, self.y + (17 if self.narrow else 23), text.shorten(name, room, bold=True), css="chart-group")
        )
        if days := [one for row in rows for one in row.days()]:
            level = self.y + (25 if self.narrow else 18)
            self.brackets.append(Rule(self.at(min(days)), level, self.at(max(days)), level))
        self.y += 34.0

    def add_row(self, row: GanttRow) -> None:
        top, middle = self.y, self.y + (33 if self.narrow else self.row_height / 2)
        indent = 14.0 if row.group and not self.narrow else 0.0
        self.rules.append(Rule(0, top, self.frame, top))
        start, end, sign = self._add_span(row, middle)
        end = self._add_diamonds(row, middle, end)
        if self.narrow:
            taken = self._add_remark_above(row, top + 18, sign)
        else:
            taken = 0.0
            self._add_remark(row, middle, start, end, sign)
        name = text.shorten(row.label, self.room - indent - taken)
        y = top + 18 if self.narrow else middle + 4.5
        self.labels.append(Words(indent, y, name, css="chart-to" if row.url else ""))
        lines, heads = _tip_lines(row, self.today)
        box = tip((start + end) / 2, middle - self.thick / 2, lines, frame=(self.frame, 10_000), heads=heads)
        spoken = ", ".join([row.label, *lines[heads:]])
        self.hits.append(Hit(0, top + 1, self.frame, self.row_height - 2, spoken, row.url, box))
        self.y += self.row_height

    def _add_span(self, row: GanttRow, middle: float) -> tuple[float, float, bool]:
        """Draws the bar, if there is one; tells where it starts and ends, and whether a sign stands behind it."""
        low, high = row.start or row.end, row.end or row.start
        if not low or not high:
            return self.left, self.left, False
        x = self.at(low)
        width = max(self.at(high + timedelta(days=1)) - x, 3.0)
        reached = 1.0 if row.state == "done" else min(max(row.progress or 0.0, 0.0), 1.0)
        late = row.is_late(self.today)
        sign = "late" if late else "done" if row.state == "done" else ""
        self.spans.append(
            Span(
                x,
                middle - self.thick / 2,
                round(width, 1),
                self.thick,
                round(width * reached, 1),
                "late" if late else row.state,
                sign,
                0,
                middle,
            )
        )
        return x, x + width, bool(sign)

    def _add_diamonds(self, row: GanttRow, middle: float, end: float) -> float:
        """Draws the deliverables; tells where the row is free again."""
        for mark in row.milestones:
            css = "chart-diamond"
            if mark.done:
                css += " chart-diamond-done"
            elif mark.day < self.today:
                css += " chart-diamond-late"
            x = self.at(mark.day)
            self.diamonds.append(Diamond(x, middle, css))
            end = max(end, x + 9)
        return end

    def _add_remark(self, row: GanttRow, middle: float, start: float, end: float, sign: bool) -> None:
        """State, progress and owner beside the bar: behind it, else before it, else shorter and behind it."""
        late, space = row.is_late(self.today), 20.0 if sign else 0.0
        after, before = self.frame - end - 10 - space, start - self.left - 10 - space
        full, *shorter = _remarks(row, self.today)
        choices = [(full, False, after), (full, True, before), *((words, False, after) for words in shorter)]
        words, ahead, room = next(
            (choice for choice in choices if text.width(choice[0], 12, bold=late) <= choice[2]), choices[-1]
        )
        words = text.shorten(words, room, 12, bold=late)
        place = start - 8 if ahead else end + 8 + space
        self._add_words(words, place, middle + 4, ahead, late)
        if sign:
            self._move_sign(place - text.width(words, 12, bold=late) - 10 if ahead else end + 15, middle)

    def _add_remark_above(self, row: GanttRow, y: float, sign: bool) -> float:
        """The same on the line of the name, without the owner; tells how much of the line it takes."""
        late = row.is_late(self.today)
        words = _remarks(row, self.today)[1]
        need = text.width(words, 12, bold=late)
        self._add_words(words, self.frame - 1, y, True, late)
        if sign:
            self._move_sign(self.frame - need - 10, y - 4)
        return need + (24 if sign else 6)

    def _add_words(self, words: str, x: float, y: float, ahead: bool, late: bool) -> None:
        if words:
            anchor = "end" if ahead else "start"
            self.remarks.append(Words(round(x, 1), y, words, anchor, "chart-late" if late else ""))

    def _move_sign(self, x: float, y: float) -> None:
        self.spans[-1] = replace(self.spans[-1], sign_x=round(x, 1), sign_y=y)

    @property
    def step(self) -> int:
        """Months, quarters or years: whatever can be told apart."""
        each = (self.scale.end - self.left) / len(self.months)
        return 1 if each >= 13 else 3 if each >= 9 else 12

    def marks(self, step: int) -> list[date]:
        ends = (*self.months, date.fromordinal(int(self.scale.high)))
        return [one for one in ends if (one.month - 1) % step == 0]

    def month_words(self) -> tuple[Words, ...]:
        """The names of all months, or all initials, or the names of the first months of quarters; none with years."""
        if self.step == 12:
            return ()
        shown = [one for one in self.marks(self.step) if one.toordinal() < self.scale.high]
        room = (self.scale.end - self.left) / len(self.months) * self.step - 6
        short = any(text.width(month(one.month), 12) > room for one in shown)
        return tuple(Words(self.at(one) + 4, self.head - 9, month(one.month)[: 1 if short else None]) for one in shown)

    def year_words(self) -> tuple[Words, ...]:
        """The years where they begin, and the first where the calendar does; not all where they would meet."""
        y = self.head - 9 if self.step == 12 else self.head - 35
        starts = [one for one in self.months if one.month == 1]
        if not starts or self.at(starts[0]) - self.left > 40:
            starts.insert(0, self.months[0])
        words: list[Words] = []
        for one in starts:
            if not words or self.at(one) + 4 - words[-1].x >= 40:
                words.append(Words(self.at(one) + 4, y, str(one.year)))
        return tuple(words)

    def grid(self) -> tuple[Rule, ...]:
        return tuple(
            Rule(
                self.at(one),
                self.head - (30 if one.month == 1 else 20),
                self.at(one),
                self.y,
                "chart-year" * (one.month == 1),
            )
            for one in dict.fromkeys([self.months[0], *self.marks(self.step)])
        )

    def today_words(self) -> Words | None:
        if not self.shows_today:
            return None
        words = gettext("Today, %(day)s") % {"day": f"{self.today.day} {month(self.today.month)}"}
        half = text.width(words, 11, bold=True) / 2
        return Words(round(min(max(self.at(self.today), half + 1), self.frame - half - 1), 1), 11, words, "middle")


def draw_gantt(rows: Sequence[GanttRow], today: date, start: date, end: date, width: int) -> GanttGeometry:
    """Months across, activities down. In a narrow frame the names stand above the bars."""
    after = (end.replace(day=1) + timedelta(days=32)).replace(day=1)
    longest = max(text.width(row.label) + 14 * bool(row.group) for row in rows)
    longest = max(longest, *(text.width(row.group, bold=True) for row in rows))
    sheet = _Sheet(_months(start.replace(day=1), after - timedelta(days=1)), after, today, width, longest)
    for group, members in groupby(rows, key=lambda row: row.group):
        listed = list(members)
        if group:
            sheet.add_group(group, listed)
        for row in listed:
            sheet.add_row(row)
    words = sheet.today_words()
    return GanttGeometry(
        width=sheet.frame,
        height=sheet.y + 4,
        years=sheet.year_words(),
        months=sheet.month_words(),
        grid=sheet.grid(),
        rows=(*sheet.rules, Rule(0, sheet.y, sheet.frame, sheet.y)),
        brackets=tuple(sheet.brackets),
        labels=tuple(sheet.labels),
        spans=tuple(sheet.spans),
        remarks=tuple(sheet.remarks),
        diamonds=tuple(sheet.diamonds),
        today_x=sheet.at(today) if words else None,
        today_words=words,
        left=sheet.left,
        hits=tuple(sheet.hits),
    )
