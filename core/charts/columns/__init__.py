"""Columns by year: how much, in which parts, against which target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext, ngettext

from core.charts import text
from core.charts.base import PLANNED, WIDTHS, Cell, Chart, Key, Size, Table, at_most
from core.charts.columns.drawing import SIGNS, draw_columns
from core.charts.columns.years import Column, Series, Target
from core.charts.scales import between, exact, known

__all__ = ["Column", "Series", "Target", "column_chart"]


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
    columns = [replace(one, label=text.clean(one.label)) for one in columns]
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
        name = f"{one.label} ({one.state_words})" if one.state else one.label
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
    if stacked and any(one.rest for one in columns):
        legend.append(Key(gettext("not broken down"), "chart-rest"))
    if len({one.goal(target) for one in columns} - {None}) > 1:
        legend.append(Key((target and target.label) or gettext("Target"), "chart-target", "line"))
    legend += [Key(gettext("planned"), PLANNED)] if any(one.planned for one in columns) else []
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
