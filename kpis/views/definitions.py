"""What the indicators mean, for everybody: definitions with their versions, and the skills profiles."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import events, permissions
from core.models import Indicator
from core.workflow import NotPossible
from kpis.forms.definitions import DefinitionForm
from kpis.selectors import definitions
from kpis.services.definitions import revise_indicator
from members.models import User


@login_not_required
def indicator_list(request: HttpRequest) -> HttpResponse:
    return render(request, "kpis/indicator_list.html", {"versions": definitions.current_definitions()})


@login_not_required
def indicator_detail(request: HttpRequest, code: str) -> HttpResponse:
    indicator = get_object_or_404(Indicator, code=code)
    versions = definitions.versions_of(indicator)
    return render(
        request,
        "kpis/indicator_detail.html",
        {
            "indicator": indicator,
            "current": versions[0],
            "earlier": versions[1:],
            "events": events.of(indicator)[:20] if request.user.has_perm("core.revise_indicator", indicator) else [],
        },
    )


@login_not_required
def profile_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(definitions.skills_profiles(), 100).get_page(request.GET.get("page"))
    return render(request, "kpis/profile_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_revise(request: HttpRequest, code: str) -> HttpResponse:
    """The Office changes a definition: as a new version, with the reason."""
    indicator = get_object_or_404(Indicator, code=code)
    permissions.require(request.user, "core.revise_indicator", indicator)
    version = indicator.versions.current().select_related("indicator").get()
    form = DefinitionForm(request.POST if request.method == "POST" else None, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            made = revise_indicator(code=code, actor=cast(User, request.user), **form.cleaned_data)
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Version %(n)s is in force.") % {"n": made.version})
            return redirect("kpis:indicator_detail", code)
    return render(
        request, "kpis/indicator_revise.html", {"form": form, "version": version}, status=422 if form.errors else 200
    )
