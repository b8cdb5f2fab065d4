"""The reports behind a number of the dashboard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core import permissions
from kpis.selection import Selection
from kpis.selectors import dashboard as selectors
from kpis.selectors.drill_down import behind, behind_initiative
from projects.models import Initiative


def drill_down(request: HttpRequest) -> HttpResponse:
    """What is behind a number: each organisation with what it adds, each of its lines with what counts and why."""
    permissions.require(request.user, "kpis.view_figures")
    types = selectors.member_types()
    chosen = Selection.of(request.GET, newest=selectors.newest_year, member_types=types)
    version = selectors.indicators(chosen.year)[chosen.indicator]
    page, initiative = request.GET.get("page", "1"), None
    if code := request.GET.get("initiative", ""):
        initiative = get_object_or_404(Initiative.objects.visible_to(request.user), code=code)
        found = behind_initiative(chosen, initiative, page=page, user=request.user)
    else:
        found = behind(
            chosen,
            region=request.GET.get("region", "")[:5] or chosen.region,
            breakdown=request.GET.get("breakdown", "")[:20],
            category=request.GET.get("category", "")[:40],
            contested_set=request.GET.get("set", "")[:80],
            page=page,
            user=request.user,
        )
    return render(
        request,
        "kpis/drill_down.html",
        {
            "chosen": chosen,
            "version": version,
            "found": found,
            "type_name": types.get(chosen.member_type, ""),
            "initiative": initiative,
        },
    )
