"""Timelines: what is planned when, how far it is, and what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import ClassVar, Literal

from django.utils.translation import gettext, ngettext

from core.charts import text
from core.charts.base import WIDTHS, Cell, Chart, Geometry, Hit, Key, Rule, Table, Words, tip
from core.charts.scales import Scale, day, month, share

State = Literal["planned", "active", "done", "cancelled"]
HEAD = 52.0


@dataclass(frozen=True, slots=True)
class Milestone:
    """A deliverable that is due on a day."""

    day: date
    label: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class GanttRow:
    """An activity. `progress` from 0 to 1; None where nobody has said. `late`: by whoever knows the rule; None means
    that the end is past and the activity is neither done nor cancelled. Rows with the same `group` stand together."""

    label: str
    start: date | None
    end: date | None
    progress: float | None = None
    state: State = "planned"
    late: bool | None = None
    owner: str = ""
    url: str = ""
    group: str = ""
    milestones: tuple[Milestone, ...] = ()

    def is_late(self, today: date) -> bool:
        if self.late is not None:
            return self.late
        return self.end is not None and self.end < today and self.state not in {"done", "cancelled"}

    def days(self) -> list[date]:
        return [one for one in (self.start, self.end, *(mark.day for mark in self.milestones)) if one]


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
    rows: tuple[Rule, ...]
    brackets: tuple[Rule, ...]
    labels: tuple[Words, ...]
    spans: tuple[Span, ...]
    remarks: tuple[Words, ...]
    diamonds: tuple[Diamond, ...]
    today_x: float | None
    today_words: Words | None
    left: float
    hits: tuple[Hit, ...]


def state_words(row: GanttRow, today: date) -> str:
    if row.is_late(today):
        return gettext("late")
    return {
        "planned": gettext("planned"),
        "active": gettext("under way"),
        "done": gettext("done"),
        "cancelled": gettext("cancelled"),
    }[row.state]


def _period(row: GanttRow) -> str:
    if row.start and row.end:
        return f"{day(row.start)} – {day(row.end)}"
    return day(row.start or row.end) if row.start or row.end else gettext("no dates")  # type: ignore[arg-type]


def _months(first: date, last: date) -> list[date]:
    result = [first]
    while (following := (result[-1] + timedelta(days=32)).replace(day=1)) <= last:
        result.append(following)
    return result


def _remark(row: GanttRow, today: date) -> str:
    parts = [state_words(row, today) if row.is_late(today) or row.state == "cancelled" else ""]
    parts += [share(row.progress) if row.progress is not None else "", row.owner]
    return " · ".join(part for part in parts if part)


def _tip_lines(row: GanttRow, today: date) -> tuple[str, ...]:
    status = state_words(row, today) + (f", {share(row.progress)}" if row.progress is not None else "")
    lines = [text.shorten(row.label, 300), _period(row), status + (f" · {row.owner}" if row.owner else "")]
    for mark in row.milestones:
        words = f"◆ {day(mark.day)}: {mark.label}" + (f" ({gettext('done')})" if mark.done else "")
        lines.append(text.shorten(words, 320))
    return tuple(lines)


def draw_gantt(rows: Sequence[GanttRow], today: date, start: date, end: date, width: int) -> GanttGeometry:
    """Months across, activities down. In a narrow frame the names stand above the bars."""
    narrow = width < 480
    row_height, thick, size = (50.0, 12.0, 13.0) if narrow else (36.0, 16.0, 13.0)
    first = start.replace(day=1)
    last = (end.replace(day=1) + timedelta(days=32)).replace(day=1)
    months = _months(first, last - timedelta(days=1))
    frame = max(float(width), len(months) * 25.0 + 2) if narrow else float(width)
    longest = max(text.width(row.label, size) + 14 * bool(row.group) for row in rows)
    left = 1.0 if narrow else min(longest + 18, width * 0.3)
    scale = Scale(first.toordinal(), last.toordinal(), left, frame - 1)

    def at(one: date) -> float:
        return scale(min(max(one, first), last).toordinal())

    every = next(step for step in (1, 3, 6, 12, 120) if (frame - left) / len(months) * step >= 24 or step == 120)
    month_words = []
    for index, one in enumerate(months):
        if index % every == 0:
            words, room = month(one.month), (frame - left) / len(months) * every
            words = words if text.width(words, 11) < room - 5 else words[:1]
            month_words.append(Words(at(one) + 4, HEAD - 9, words))
    years = [Words(at(one) + 4, 17, str(one.year)) for one in months if one == first or one.month == 1]
    years = [one for index, one in enumerate(years) if index + 1 == len(years) or years[index + 1].x - one.x > 40]
    labels, spans, remarks, diamonds, hits, lines, brackets = [], [], [], [], [], [], []
    y = HEAD
    for group, members in groupby(rows, key=lambda row: row.group):
        listed = list(members)
        if group:
            days = [one for row in listed for one in row.days()]
            labels.append(
                Words(
                    0,
                    y + (17 if narrow else 23),
                    text.shorten(group, frame - 4 if narrow else left - 12, size, bold=True),
                    "start",
                    "chart-group",
                )
            )
            if days:
                level = y + (25 if narrow else 18)
                brackets.append(Rule(at(min(days)), level, at(max(days)), level))
            y += 34.0
        for row in listed:
            lines.append(Rule(0, y, frame, y))
            middle = y + (33 if narrow else row_height / 2)
            indent = 14.0 if group and not narrow else 0.0
            words = text.shorten(row.label, (width - 8 if narrow else left - 14 - indent), size)
            labels.append(
                Words(indent, y + 18 if narrow else middle + 4.5, words, "start", "chart-to" if row.url else "")
            )
            low = row.start or row.end
            high = row.end or row.start
            late = row.is_late(today)
            edge = left
            if low and high:
                x, right = at(low), max(at(high + timedelta(days=1)), at(low) + 3)
                reached = 1.0 if row.state == "done" else min(max(row.progress or 0.0, 0.0), 1.0)
                edge = right
                state: str = "late" if late else row.state
                spans.append(
                    Span(
                        x,
                        middle - thick / 2,
                        round(right - x, 1),
                        thick,
                        round((right - x) * reached, 1),
                        state,
                        "late" if late else "done" if row.state == "done" else "",
                        0,
                        middle,
                    )
                )
            for mark in row.milestones:
                missed = mark.day < today and not mark.done
                css = "chart-diamond" + (
                    " chart-diamond-done" if mark.done else " chart-diamond-late" if missed else ""
                )
                diamonds.append(Diamond(at(mark.day), middle, css))
                if at(mark.day) + 8 > edge and at(mark.day) - 12 < edge + 40:
                    edge = at(mark.day) + 9
            sign = spans[-1].sign if low and high else ""
            remark = _remark(row, today)
            need = text.width(remark, 12) + (20 if sign else 0) + 10
            room = frame - edge
            starts = spans[-1].x if low and high else edge
            if (room >= min(need, 60) and room >= need * 0.6) or starts - left < need:
                place = edge + 8
                if sign:
                    spans[-1] = replace(spans[-1], sign_x=place + 7)
                    place += 20
                remarks.append(
                    Words(
                        round(place, 1),
                        middle + 4,
                        text.shorten(remark, frame - place - 2, 12) if frame - place > 24 else "",
                        "start",
                        "chart-late" if late else "",
                    )
                )
            else:
                place = starts - 8
                remarks.append(Words(round(place, 1), middle + 4, remark, "end", "chart-late" if late else ""))
                if sign:
                    spans[-1] = replace(spans[-1], sign_x=place - text.width(remark, 12) - 9)
            tips = _tip_lines(row, today)
            hits.append(
                Hit(
                    0,
                    y + 1,
                    frame,
                    row_height - 2,
                    ", ".join([row.label, *tips[1:]]),
                    row.url,
                    tip((starts + edge) / 2, middle - thick / 2, tips, frame=(frame, 10_000)),
                )
            )
            y += row_height
    lines.append(Rule(0, y, frame, y))
    shown = first <= today < last
    x = at(today) if shown else 0.0
    label = gettext("Today, %(day)s") % {"day": f"{today.day} {month(today.month)}"}
    half = text.width(label, 11, bold=True) / 2
    height = y + 4
    return GanttGeometry(
        width=frame,
        height=height,
        years=tuple(years),
        months=tuple(month_words),
        grid=tuple(
            Rule(
                at(one),
                HEAD - (30 if one.month == 1 or one == first else 20),
                at(one),
                y,
                "chart-year" if one.month == 1 else "",
            )
            for one in months
        ),
        rows=tuple(lines),
        brackets=tuple(brackets),
        labels=tuple(labels),
        spans=tuple(spans),
        remarks=tuple(remarks),
        diamonds=tuple(diamonds),
        today_x=x if shown else None,
        today_words=Words(round(min(max(x, half + 1), frame - half - 1), 1), 17, label, "middle") if shown else None,
        left=left,
        hits=tuple(hits),
    )


def gantt_chart(
    *,
    id: str,
    title: str,
    rows: Sequence[GanttRow],
    today: date,
    start: date | None = None,
    end: date | None = None,
    source: str = "",
    as_of: date | None = None,
    note: str = "",
    empty: str = "",
) -> Chart:
    """Activities on a calendar, in the given order; groups stand where their first row stands."""
    rows = [
        replace(row, label=text.clean(row.label), owner=text.clean(row.owner), group=text.clean(row.group))
        for row in rows
    ]
    order = {group: place for place, group in enumerate(dict.fromkeys(row.group for row in rows))}
    rows.sort(key=lambda row: order[row.group])
    days = [one for row in rows for one in row.days()] or [today]
    first, last = min([*days, start or days[0]]), max([*days, end or days[0]])
    grouped = any(row.group for row in rows)
    marked = any(row.milestones for row in rows)
    heads = [
        gettext("Activity"),
        *([gettext("Group")] if grouped else []),
        gettext("Start"),
        gettext("End"),
        gettext("Progress"),
        gettext("Status"),
        gettext("Owner"),
        *([gettext("Deliverables")] if marked else []),
    ]

    def cells(row: GanttRow) -> tuple[Cell, ...]:
        group = (Cell(row.group, row.group),) if grouped else ()
        words = state_words(row, today)
        due = "; ".join(
            f"{mark.label} ({day(mark.day)}{', ' + gettext('done') if mark.done else ''})" for mark in row.milestones
        )
        return (
            Cell(row.label, row.label, row.url),
            *group,
            Cell(row.start, day(row.start) if row.start else "–"),
            Cell(row.end, day(row.end) if row.end else "–"),
            Cell(row.progress, share(row.progress) if row.progress is not None else "–"),
            Cell(words, words),
            Cell(row.owner, row.owner),
            *((Cell(due, due),) if marked else ()),
        )

    late = sum(row.is_late(today) for row in rows)
    summary = ngettext("Timeline with %(n)s activity", "Timeline with %(n)s activities", len(rows)) % {"n": len(rows)}
    summary += ngettext(", %(n)s late.", ", %(n)s late.", late) % {"n": late} if late else "."
    legend = [Key(gettext("done part"), "chart-span-reached"), Key(gettext("planned"), "chart-span-planned")]
    legend += [Key(gettext("late"), "chart-span-late", "hatch")] if late else []
    legend += [Key(gettext("deliverable"), "chart-diamond", "diamond")] if marked else []
    return Chart(
        id=id,
        kind="gantt",
        title=title,
        source=source,
        as_of=as_of,
        note=note,
        summary=summary,
        table=Table(tuple(heads), tuple(cells(row) for row in rows), frozenset({4 if grouped else 3})),
        draw=lambda width: draw_gantt(rows, today, first, last, width),
        empty="" if rows else empty or gettext("There are no activities yet."),
        legend=tuple(legend),
        widths=WIDTHS["full"],
        interactive=True,
    )
