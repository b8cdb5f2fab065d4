"""Where: countries and regions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.charts import Chart, MapRegion, bar_chart, map_chart
from core.charts.scales import locale
from core.geography import shapes
from kpis.drawings.frame import Frame
from kpis.selectors.figures import Amount


def _places(frame: Frame, found: dict[str, Amount]) -> list[MapRegion]:
    return [
        MapRegion(code, one.shown_low, one.shown_high, frame.link(region=code), missing=frame.missing(one))
        for code, one in found.items()
    ]


def country_map(frame: Frame) -> Chart:
    found = frame.figures.countries
    return map_chart(
        id="map",
        title=_("%(what)s by country, %(year)s") % frame.words + frame.kind_only,
        regions=_places(frame, found),
        unit=frame.unit,
        note=frame.note(*found.values()),
        value_name=frame.unit,
        **frame.foot,
    )


def region_map(frame: Frame) -> Chart:
    found, nothing = frame.figures.regions, _no_regions(frame)
    partly = _("A member may report a whole country instead of its regions: regions do not add up to their country.")
    return map_chart(
        id="regions",
        title=_("%(what)s by region (NUTS 2), %(year)s") % frame.words + frame.where,
        regions=[] if nothing else _places(frame, found),
        level=2,
        unit=frame.unit,
        note="" if nothing else f"{partly} {frame.note(*found.values())}".strip(),
        value_name=frame.unit,
        empty=nothing,
        **frame.foot,
    )


def _no_regions(frame: Frame) -> str:
    """Why there is no map of regions; empty where there is one."""
    found = frame.figures.regions
    if frame.figures.selection.member_type:
        return _("Regions are not divided by member type: choose all member types to see them.")
    if not found:
        return _("Nobody reported a region for this choice; figures of whole countries are on the other map.")
    if all(one.hidden for one in found.values()):
        return _("In every region the figures are too small to be published.")
    return ""


def countries(frame: Frame) -> Chart:
    found = frame.figures.countries
    return bar_chart(
        id="countries",
        title=_("Countries in order, %(year)s") % frame.words + frame.kind_only,
        rows=[
            frame.bar(
                shapes.place_name(code, locale()),
                amount,
                frame.link(region=code),
                "chosen" if code == frame.figures.selection.country else "",
            )
            for code, amount in found.items()
        ],
        unit=frame.unit,
        note=frame.note(*found.values()),
        row_name=_("Country"),
        value_name=frame.unit,
        **frame.foot,
    )
