"""Pages of initiatives."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core import events
from core.charts import download
from projects import selectors
from projects.models import Initiative


@login_not_required
def initiative_list(request: HttpRequest) -> HttpResponse:
    found = Initiative.objects.visible_to(request.user).select_related("lead", "region", "project")
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    return render(request, "projects/initiative_list.html", {"page": page})


@login_not_required
def initiative_detail(request: HttpRequest, code: str) -> HttpResponse:
    found = Initiative.objects.visible_to(request.user).select_related("lead__country", "region", "project")
    initiative = get_object_or_404(found, code=code)
    return render(
        request,
        "projects/initiative_detail.html",
        {
            "initiative": initiative,
            "partners": initiative.partners.select_related("organisation__country"),
            "outcomes": selectors.outcomes(initiative, request.user),
            "events": _history(request, initiative),
        },
    )


def _history(request: HttpRequest, initiative: Initiative) -> Any:
    insider = request.user.is_authenticated and request.user.is_insider
    return events.readable_by(request.user, events.of(initiative)) if insider else []


@login_not_required
@require_safe
def pilot_list(request: HttpRequest) -> HttpResponse:
    """Where the partnership tries things: map, who, what, figures."""
    shown = selectors.pilots(request.user)
    chart = selectors.pilots_map(shown)
    if file := download(request, [chart]):
        return file
    return render(request, "projects/pilot_list.html", {"pilots": shown, "map": chart})
