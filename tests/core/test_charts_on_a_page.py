"""Charts as they reach a page."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

from django.template import Context, Template

from core.charts import BarRow, Column, GanttRow, MapRegion, bar_chart, column_chart, gantt_chart, map_chart
from core.charts.drawing import draw, png_file, svg_file

HOSTILE = "<script>alert('x')</script> & \"quotes\" \x00 \x1b ]]>"
DAY = date(2026, 9, 30)


def charts(label: str = "A name", title: str = "A title", url: str = "/there/?a=1&b=2"):
    return [
        bar_chart(
            id="bars", title=title, unit=label, rows=[BarRow(label, 5, 7, url), BarRow("b", 0), BarRow("c", None)]
        ),
        column_chart(id="columns", title=title, columns=[Column(label, 4, 6, url=url), Column("2025", None)]),
        map_chart(id="map", title=title, regions=[MapRegion("DE", 5, 7, url, label), MapRegion("GR", None)]),
        map_chart(id="nuts", title=title, level=2, regions=[MapRegion("CZ01", 5, url=url), MapRegion("FRY1", 2)]),
        gantt_chart(
            id="gantt", title=title, today=DAY, rows=[GanttRow(label, DAY, DAY, owner=label, group=label, url=url)]
        ),
    ]


def test_every_drawing_is_valid_xml_without_styles_or_scripts_whatever_the_labels_say():
    for chart in charts(HOSTILE, HOSTILE):
        for view in chart.views:
            markup = draw(chart, view.geometry, view.uid)
            root = ET.fromstring(markup)  # noqa: S314 - our own markup
            assert root.get("role") == "group"
            for element in root.iter():
                assert "style" not in element.attrib
                assert not element.tag.endswith("}script")
                assert not any(name.startswith("on") for name in element.attrib)
            assert "\x00" not in markup


def test_a_file_holds_all_that_it_needs_and_no_link():
    for chart in charts(HOSTILE, HOSTILE):
        markup = svg_file(chart)
        root = ET.fromstring(markup)  # noqa: S314 - our own markup
        assert "var(" not in markup
        assert "light-dark" not in markup
        assert root.find("{http://www.w3.org/2000/svg}style") is not None
        assert not any(element.tag.endswith("}a") for element in root.iter())


def test_a_picture_is_a_png():
    for chart in charts():
        assert png_file(chart).startswith(b"\x89PNG\r\n\x1a\n")


def test_the_figure_names_source_day_and_table(rf):
    chart = bar_chart(
        id="by-country", title="Workers", unit="persons", source="Reports", as_of=DAY, rows=[BarRow("Spain", 1234)]
    )
    page = Template("{% load charts %}{% chart chart %}").render(
        Context({"chart": chart, "request": rf.get("/?year=2026")})
    )
    assert "Workers" in page
    assert "Source: Reports" in page
    assert "30 Sep" in page
    assert "Show as table" in page
    assert "1,234" in page
    assert "?year=2026&amp;download=csv&amp;chart=by-country" in page


def test_a_chart_without_rows_says_so_and_draws_nothing(rf):
    chart = bar_chart(id="none", title="Nothing", rows=[])
    page = Template("{% load charts %}{% chart chart %}").render(Context({"chart": chart, "request": rf.get("/")}))
    assert "There are no figures" in page
    assert "<svg" not in page
