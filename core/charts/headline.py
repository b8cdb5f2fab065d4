"""One figure against its target: what is certain, what may be, and what is missing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext

from core.charts import text
from core.charts.base import PLANNED, REACHED, WIDTHS, Cell, Chart, Geometry, Key, Rule, Size, Table, Words, at_most
from core.charts.columns.years import Target
from core.charts.scales import Number, Scale, between, compact, exact, known, plain, share, ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineGeometry(Geometry):
    template: ClassVar[str] = "charts/headline.svg"
    figure: str
    rest: str
    share: Words
    whole: str
    ticks: tuple[Words, ...]
    marks: tuple[Rule, ...]
    y: float
    thickness: float
    certain: float  # the width of what is certain
    look: str  # of that part
    more_x: float
    more: float
    target_x: float | None
    target_top: float
    target_bottom: float


def reached(value: Number | None, high: Number | None, target: Number | None) -> str:
    """The share of the target: "58.9 %", "58.9 %–65 %", or nothing where there is no target or no value."""
    goal, low, top = known(target), known(value), known(high)
    if not goal or low is None:
        return ""
    return share(low / goal) + (f"–{share(top / goal)}" if top is not None and top != low else "")


def draw_headline(
    value: Number | None, high: Number | None, target: Target | None, unit: str, look: str, width: int
) -> HeadlineGeometry:
    """A number in large type over a bar that ends at the target, or at the number where that is beyond."""
    goal = known(target.value) if target else None
    low, top = known(value) or 0.0, max(known(high) or 0.0, known(value) or 0.0)
    end = max(goal or 0.0, top)
    marks = ticks(0, end or 1, 4)
    scale = Scale(0, max(end, 1.0) if goal else marks[-1], 0, width)
    figure = exact(value)
    rest = f"– {exact(high)} {unit}".strip() if top > low else unit
    if high == math.inf:
        rest = gettext("or more %(unit)s") % {"unit": unit}
    part = reached(value, high, target.value if target else None)
    whole = gettext("of %(target)s") % {"target": exact(target.value)} if part and target else ""
    need = text.width(figure, 34, bold=True) + text.width(rest, 15) + text.width(part, 22, bold=True)
    beside = need + text.width(whole, 15) + 40 < width
    y = 60.0 if beside or not part else 88.0
    thickness, ground = 20.0, y + 20.0
    tick_words, rules = [], []
    goal_words = f"{target.label or gettext('Target')} {exact(target.value)}" if target else ""
    goal_x = scale(goal) if goal is not None else None
    reserve = (
        goal_x - text.width(goal_words, 12, bold=True) - 14 if goal_x is not None and goal_x > width * 0.5 else None
    )
    for mark in marks:
        x, label = scale(mark), compact(plain(mark))
        if x > width + 0.5:
            continue
        rules.append(Rule(min(max(x, 0.5), width - 0.5), ground, min(max(x, 0.5), width - 0.5), ground + 5))
        half = text.width(label, 12) / 2
        place, anchor = (0.0, "start") if x < half else (float(width), "end") if x > width - half else (x, "middle")
        if reserve is None or x + half < reserve:
            tick_words.append(Words(place, ground + 19, label, anchor, "chart-tick"))
    if goal_x is not None:
        near = goal_x > width * 0.5
        tick_words.append(
            Words(
                goal_x if near else goal_x + 4,
                ground + 19 if near else y - 6,
                goal_words,
                "end" if near else "start",
                "chart-target-words",
            )
        )
    return HeadlineGeometry(
        width=width,
        height=ground + 28,
        figure=figure,
        rest=text.shorten(rest, width - text.width(figure, 34, bold=True), 15),
        share=Words(width if beside else 0, 30 if beside else 62, part, "end" if beside else "start"),
        whole=whole,
        ticks=tuple(tick_words),
        marks=tuple(rules),
        y=y,
        thickness=thickness,
        certain=scale(low),
        look=look,
        more_x=scale(low),
        more=round(scale(top) - scale(low), 2),
        target_x=min(goal_x, width - 1.25) if goal_x is not None else None,
        target_top=y - 5,
        target_bottom=ground + 6,
    )


def headline_bar(
    *,
    id: str,
    title: str,
    value: Number | None,
    high: Number | None = None,
    target: Target | None = None,
    unit: str = "",
    source: str = "",
    as_of: date | None = None,
    note: str = "",
    empty: str = "",
    size: Size = "half",
    planned: bool = False,
) -> Chart:
    """The value of a period against its target; nothing is extrapolated. What is `planned` looks like no result."""
    look = PLANNED if planned else REACHED
    ranges = high is not None and high != value
    rows = [(gettext("certain") if ranges else unit or gettext("Value"), value)]
    rows += [(gettext("at most, still being settled"), high)] if ranges else []
    rows += [(target.label or gettext("Target"), target.value)] if target else []
    summary = f"{between(value, high)} {unit}".strip()
    if target and (part := reached(value, high, target.value)):
        summary += ": " + gettext("%(share)s of %(target)s") % {"share": part, "target": exact(target.value)}
    return Chart(
        id=id,
        kind="headline",
        title=title,
        unit="",
        source=source,
        as_of=as_of,
        note=note,
        summary=summary,
        table=Table(
            (gettext("What"), unit or gettext("Value")),
            tuple((Cell(text.clean(name), text.clean(name)), at_most(one, one)) for name, one in rows),
            frozenset({1}),
        ),
        draw=lambda width: draw_headline(value, high, target, text.clean(unit), look, width),
        empty=(empty or gettext("There are no figures yet.")) if known(value) is None and known(high) is None else "",
        legend=(
            Key(gettext("certain"), look),
            Key(gettext("possible, still being settled"), "chart-hatch", "hatch"),
        )
        if ranges
        else ((Key(gettext("planned"), look),) if planned else ()),
        widths=WIDTHS[size],
    )
