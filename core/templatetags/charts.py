"""{% chart %} puts a chart on a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.charts import lines, markup
from core.charts.base import Chart, View
from core.charts.downloads import FORMATS
from core.charts.drawing import draw, tabulate
from core.charts.scales import Number
from core.charts.scales import day as day_words

register = template.Library()


@register.inclusion_tag("charts/figure.html", takes_context=True)
def chart(
    context: dict[str, Any], chart: Chart, *, level: int = 3, downloads: bool = True, later: bool = False
) -> dict[str, Any]:
    """{% chart by_country %}: title, drawing, legend, source, table and files. `level`: of its heading (2, 3 or 4).
    `downloads`: off where the page's view does not answer them (core.charts.downloads).
    `later`: drawing and table come when the reader reaches them; the page's view answers core.charts.alone."""
    files = []
    address = absolute = ""
    if downloads and not chart.empty and (request := context.get("request")):
        for name in FORMATS:
            query = request.GET.copy()
            query["download"], query["chart"] = name, chart.id
            files.append((name.upper(), f"?{query.urlencode()}"))
        if later:
            del query["download"]
            address = f"?{query.urlencode()}"
            absolute = request.build_absolute_uri(address)
    return {"chart": chart, "level": level, "downloads": files, "later": address, "absolute": absolute}


@register.simple_tag
def drawing(chart: Chart, view: View) -> SafeString:
    return draw(chart, view.geometry, view.uid)


@register.simple_tag
def figures_of(chart: Chart) -> SafeString:
    return tabulate(chart)


register.simple_tag(markup.rows, name="rows_of")
register.simple_tag(markup.shapes, name="shapes_of")
register.simple_tag(markup.areas, name="areas_of")
register.simple_tag(markup.places, name="places_of")


@register.simple_tag
def sparkline(values: Sequence[Number | None], name: str) -> SafeString | str:
    """{% sparkline values "Workers upskilled, 2022 to 2026" %}: a small line beside a figure; nothing for one value."""
    spark = lines.sparkline(values, name)
    return render_to_string("charts/spark.svg", {"spark": spark}) if spark else ""


@register.filter
def day(value: date | None) -> str:
    """A date in words: 12 May 2026."""
    return day_words(value) if value else ""
