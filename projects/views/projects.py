"""Pages of projects."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core import events
from core.charts import download
from projects import selectors
from projects.models import Project
from projects.structured import project_data


@login_not_required
def project_list(request: HttpRequest) -> HttpResponse:
    projects = list(Project.objects.visible_to(request.user).select_related("committee"))
    timeline = selectors.timeline(projects)
    if file := download(request, [timeline]):
        return file
    return render(request, "projects/project_list.html", {"projects": projects, "timeline": timeline})


@login_not_required
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("committee"), slug=slug)
    partners = selectors.partners_of(project)
    where = selectors.partners_map(project, partners)
    if file := download(request, [where] if where else []):
        return file
    insider = request.user.is_authenticated and request.user.is_insider
    return render(
        request,
        "projects/project_detail.html",
        {
            "project": project,
            "results": selectors.result_kinds(project),
            "partners": partners,
            "map": where,
            "initiatives": project.initiatives.visible_to(request.user),
            "events": events.readable_by(request.user, events.of(project)) if insider else [],
            "sources": project.sources.all(),
            "structured": project_data(project),
        },
    )
