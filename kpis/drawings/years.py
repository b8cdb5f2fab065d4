"""The year against its target, the years side by side, the quarters inside the year, plans beside what was achieved."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.charts import Chart, Column, Target, bar_chart, column_chart, headline_bar
from core.models import Series
from kpis.drawings.frame import Frame
from kpis.models.rounds import Period

YEARS_OF_PLANS = 5


def headline(frame: Frame) -> Chart:
    total, target = frame.figures.total, frame.target
    return headline_bar(
        id="headline",
        title=_("%(what)s in %(year)s") % frame.words + frame.where,
        value=total.shown_low if total else None,
        high=total.shown_high if total else None,
        target=Target(target.people, target.label) if target else None,
        unit=frame.unit,
        note=frame.note(total),
        empty=_("This figure is not shown.")
        if total and total.hidden
        else _("There are no approved figures for this choice yet."),
        size="full",
        planned=frame.figures.selection.series == Series.PLANNED,
        **frame.foot,
    )


def _span(frame: Frame, indicator: str, series: str) -> range:
    years = [year for year, code, of in frame.figures.years if (code, of) == (indicator, series)]
    return range(min(years), max(years) + 1) if years else range(0)


def _years(frame: Frame, indicator: str, series: str, *, goals: bool) -> list[Column]:
    columns = []
    for year in _span(frame, indicator, series):
        amount = frame.figures.of(indicator, series, year)
        columns.append(
            Column(
                label=str(year),
                value=amount.shown_low if amount else None,
                high=amount.shown_high if amount else None,
                target=frame.target.in_year(year) if goals and frame.target else None,
                state="to_date" if year == frame.running_year else "",
                url=(
                    frame.link(year=year, indicator=indicator, series=series, region=frame.figures.selection.region)
                    or ""
                )
                if amount
                else "",
                missing=frame.missing(amount),
                planned=series == Series.PLANNED,
            )
        )
    return columns


def trend(frame: Frame) -> Chart:
    one = frame.figures.selection
    not_summed = _("The years stand side by side and are not added up: a person may be in more than one of them.")
    hidden = frame.note(
        *(frame.figures.of(one.indicator, one.series, year) for year in _span(frame, one.indicator, one.series))
    )
    return column_chart(
        id="trend",
        title=_("%(what)s by year") % frame.words + frame.where,
        columns=_years(frame, one.indicator, one.series, goals=True),
        unit=frame.unit,
        note=f"{not_summed} {hidden}".strip(),
        value_name=frame.unit,
        size="full",
        **frame.foot,
    )


def quarters(frame: Frame) -> Chart | None:
    """None where nobody reported by quarter."""
    one, found = frame.figures.selection, frame.figures.quarters
    if not found:
        return None
    amounts = {str(Period(code).label): amount for code, amount in found.items()}
    if frame.figures.total and not (len(found) == 1 and one.year == frame.running_year):
        amounts[_("Year so far") if one.year == frame.running_year else str(Period.YEAR.label)] = frame.figures.total
    return column_chart(
        id="quarters",
        title=_("%(what)s in %(year)s, to the end of each quarter") % frame.words + frame.where,
        columns=[
            Column(
                label,
                amount.shown_low,
                amount.shown_high,
                missing=frame.missing(amount),
                planned=one.series == Series.PLANNED,
            )
            for label, amount in amounts.items()
        ],
        unit=frame.unit,
        note=_("Each quarter holds the year up to its end, so quarters are never added up.")
        + (" " + frame.note(*amounts.values())).rstrip(),
        column_name=_("Year to the end of"),
        value_name=frame.unit,
        **frame.foot,
    )


def plans(frame: Frame) -> Chart | None:
    """Planned and achieved, year by year; None where nothing is planned."""
    one = frame.figures.selection
    years = _span(frame, one.indicator, Series.PLANNED)[-YEARS_OF_PLANS:]
    if not years:
        return None
    rows, seen = [], []
    for year in reversed(years):
        for series in (Series.PLANNED, Series.ACHIEVED):
            amount = frame.figures.of(one.indicator, series, year)
            if amount:
                seen.append(amount)
                label = _("%(year)s, %(series)s") % {"year": year, "series": series.label.lower()}
                url = frame.link(year=year, series=series, region=one.region)
                rows.append(frame.bar(label, amount, url, series=series))
    return bar_chart(
        id="plans",
        title=_("%(name)s, planned and achieved") % {"name": frame.names[one.indicator]} + frame.where,
        rows=rows,
        unit=frame.unit,
        note=frame.note(*seen),
        ranked=False,
        row_name=_("Year"),
        value_name=frame.unit,
        **frame.foot,
    )


def others(frame: Frame) -> list[Chart]:
    """The other indicators, year by year."""
    one = frame.figures.selection
    return [
        column_chart(
            id=f"years-{code.lower()}",
            title=f"{code}: {name}" + frame.where,
            columns=columns,
            unit=frame.units[code],
            note=frame.note(*(frame.figures.of(code, Series.ACHIEVED, int(column.label)) for column in columns)),
            value_name=frame.units[code],
            **frame.foot,
        )
        for code, name in frame.names.items()
        if code != one.indicator
        for columns in [_years(frame, code, Series.ACHIEVED, goals=False)]
    ]
