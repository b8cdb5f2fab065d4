"""Timelines: what is planned when, how far it is, and what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext, ngettext

from core.charts import text
from core.charts.base import WIDTHS, Cell, Chart, Key, Table
from core.charts.gantt.drawing import draw_gantt
from core.charts.gantt.rows import GanttRow, Milestone, state_words
from core.charts.scales import day, share

__all__ = ["GanttRow", "Milestone", "gantt_chart"]


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
