"""One chart of a page by itself: what is large is sent when the reader comes to it, not with the page."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from core.charts.base import Chart


def alone(request: HttpRequest, charts: Iterable[Chart]) -> HttpResponse | None:
    """In a page's view: `if one := alone(request, [regions]): return one`. None: the whole page is asked for.

    `?chart=regions` is a page with that chart, and its figure alone for htmx; Http404 where there is no such chart.
    """
    wanted = request.GET.get("chart")
    if wanted is None:
        return None
    chart = next((one for one in charts if one.id == wanted), None)
    if chart is None:
        raise Http404
    query = request.GET.copy()
    del query["chart"]
    htmx = request.htmx  # type: ignore[attr-defined]
    template = "charts/fragment.html" if htmx else "charts/alone.html"
    answer = render(request, template, {"chart": chart, "back": f"?{query.urlencode()}#chart-{chart.id}"})
    patch_vary_headers(answer, ["HX-Request"])
    return answer
