"""Charts as SVG, drawn on the server: typed data in, geometry out, templates that draw it.

chart = bar_chart(id="by-country", title="…", unit="persons", source="…", as_of=day, rows=[BarRow("Spain", 1200)])
if file := download(request, [chart]): return file      # ?download=csv&chart=by-country
{% load charts %}{% chart chart %}                      # title, drawing, legend, source, table, files
"""

from core.charts.alone import alone
from core.charts.bars import BarRow, bar_chart
from core.charts.base import Cell, Chart, Key, Table
from core.charts.columns import Column, Series, Target, column_chart
from core.charts.downloads import chart_response, download
from core.charts.gantt import GanttRow, Milestone, gantt_chart
from core.charts.headline import headline_bar
from core.charts.heat import HeatCell, HeatRow, heat_table
from core.charts.lines import Spark, Trend, line_chart, sparkline
from core.charts.maps import MapRegion, map_chart

__all__ = [
    "BarRow",
    "Cell",
    "Chart",
    "Column",
    "GanttRow",
    "HeatCell",
    "HeatRow",
    "Key",
    "MapRegion",
    "Milestone",
    "Series",
    "Spark",
    "Table",
    "Target",
    "Trend",
    "alone",
    "bar_chart",
    "chart_response",
    "column_chart",
    "download",
    "gantt_chart",
    "headline_bar",
    "heat_table",
    "line_chart",
    "map_chart",
    "sparkline",
]
