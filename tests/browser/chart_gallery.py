"""A page with every kind of chart on it, for the tests of charts only. The names on it are invented."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from core.charts import (
    BarRow,
    Chart,
    Column,
    GanttRow,
    HeatCell,
    HeatRow,
    MapRegion,
    Milestone,
    Series,
    Target,
    Trend,
    bar_chart,
    column_chart,
    download,
    gantt_chart,
    headline_bar,
    heat_table,
    line_chart,
    map_chart,
)

PAGE = """
{% extends "base.html" %}{% load charts %}
{% block title %}Charts{% endblock %}
{% block breadcrumbs %}<li aria-current="page">Charts</li>{% endblock %}
{% block heading %}<h1>Every chart</h1>{% endblock %}
{% block content %}
  {% for one in charts %}<section class="card">{% chart one level=2 %}</section>{% endfor %}
  <p>{% sparkline numbers "Rising" %}</p>
{% endblock %}
"""
DAY = date(2026, 9, 30)
TODAY = date(2026, 10, 14)
COUNTRIES = [
    ("DE", 41230),
    ("FR", 38400),
    ("IT", 22110),
    ("CZ", 15400),
    ("GR", 980),
    ("XK", 12),
    ("NL", 0),
    ("HR", None),
]


def charts() -> list[Chart]:
    about = {"unit": "persons", "source": "Reports of members", "as_of": DAY}
    people = Target(700_000, "Ambition")
    years = [str(year) for year in range(2021, 2027)]
    return [
        headline_bar(id="headline", title="Workers in 2026", value=412_300, high=455_000, target=people, **about),
        gantt_chart(
            id="plan",
            title="Work plan",
            today=TODAY,
            rows=[
                GanttRow("Map of occupations", date(2026, 1, 12), date(2026, 5, 29), 1, "done", group="Intelligence"),
                GanttRow("Survey", date(2026, 4, 1), date(2026, 9, 30), 0.7, "active", group="Intelligence", url="#s"),
                GanttRow(
                    "A forecast with a name that is too long for any timeline that has ever been drawn", DAY, None
                ),
                GanttRow(
                    "Workshop", None, None, milestones=(Milestone(date(2026, 11, 20), "Workshop"),), owner="Beskydia"
                ),
            ],
        ),
        column_chart(
            id="years",
            title="Workers by year",
            target=people,
            columns=[
                Column("2024", 318_500, 341_000, url="#y"),
                Column("2025", 455_100),
                Column("2026", 9, state="to_date"),
            ],
            **about,
        ),
        column_chart(
            id="parts",
            title="Workers by year and kind",
            series=[Series("up", "Upskilled"), Series("re", "Reskilled")],
            columns=[Column(year, parts={"up": 10 * int(year[3]), "re": 5}) for year in years],
            **about,
        ),
        line_chart(
            id="trend",
            title="Awards",
            labels=years,
            trends=[Trend("Own", (1, 2, None, 4, 5, 6), 5), Trend("Others", (3, 3, 3, 2, 2, 2))],
            **about,
        ),
        bar_chart(id="countries", title="By country", rows=[BarRow(c, v, url=f"#{c}") for c, v in COUNTRIES], **about),
        map_chart(id="map", title="On the map", regions=[MapRegion(c, v, url=f"#{c}") for c, v in COUNTRIES], **about),
        map_chart(
            id="regions", title="Regions", level=2, regions=[MapRegion("CZ01", 5), MapRegion("FRY1", 3)], **about
        ),
        heat_table(
            id="matrix",
            title="Who takes part",
            columns=["Manufacturer", "Trade union"],
            rows=[HeatRow(f"TECH-WG-0{n}", (n * n, HeatCell(0, "#gap", gap=True)), url="#group") for n in range(1, 7)],
        ),
        bar_chart(id="nothing", title="Nothing yet", rows=[]),
    ]


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    shown = charts()
    if file := download(request, shown):
        return file
    context = {"charts": shown, "numbers": [1, 3, 2, 5]}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("charts/", gallery), path("", include("asa_portal.urls"))]
