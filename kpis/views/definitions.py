"""What the indicators mean, for everybody; and how the Office puts a new version in force."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import events, permissions
from core.models import Indicator
from core.views.deciding import carry_out
from kpis.forms.definitions import DefinitionForm, PublishVersionForm
from kpis.selectors import definitions
from kpis.services.definitions import discard_draft, draft_version, publish_version
from kpis.versions import first_possible_year
from members.requests import SignedInRequest


@login_not_required
def indicator_list(request: HttpRequest) -> HttpResponse:
    return render(request, "kpis/indicator_list.html", {"versions": definitions.current_definitions()})


@login_not_required
def indicator_detail(request: HttpRequest, code: str) -> HttpResponse:
    indicator = get_object_or_404(Indicator, code=code)
    versions = definitions.versions_of(indicator)
    may_revise = request.user.has_perm("core.revise_indicator", indicator)
    return render(
        request,
        "kpis/indicator_detail.html",
        {
            "indicator": indicator,
            "current": next((one for one in versions if one.is_in_force), versions[-1]),
            "coming": [one for one in versions if one.is_to_come],
            "earlier": [one for one in versions if not one.is_in_force and not one.is_to_come],
            "may_revise": may_revise,
            "draft": definitions.draft_of(indicator) if may_revise else None,
            "events": events.of(indicator)[:20] if may_revise else [],
        },
    )


def _to_revise(request: SignedInRequest, code: str) -> Indicator:
    indicator = get_object_or_404(Indicator, code=code)
    permissions.require(request.user, "core.revise_indicator", indicator)
    return indicator


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_revise(request: SignedInRequest, code: str) -> HttpResponse:
    """The Office drafts a new version; it holds for nothing before it is published."""
    indicator = _to_revise(request, code)
    version = definitions.begun_with(indicator)

    def page(form: Any, status: int = 200) -> HttpResponse:
        return render(request, "kpis/indicator_revise.html", {"form": form, "version": version}, status=status)

    if request.method != "POST":
        return page(DefinitionForm(version=version))
    return carry_out(
        request,
        DefinitionForm(request.POST, version=version),
        draft_version,
        again=lambda form: page(form, 422),
        done=_("The draft is kept. It holds once it is published."),
        to=reverse("kpis:indicator_draft", args=[code]),
        code=code,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_draft(request: SignedInRequest, code: str) -> HttpResponse:
    """What the draft changes; publishing it, from a year on and with the reason."""
    indicator = _to_revise(request, code)
    draft = definitions.draft_of(indicator)
    if draft is None:
        return redirect("kpis:indicator_detail", code)  # published or discarded in the meantime
    versions = definitions.versions_of(indicator)
    first = first_possible_year(indicator)

    def page(form: Any, status: int = 200) -> HttpResponse:
        shown = {
            "indicator": indicator,
            "draft": draft,
            "last": versions[0].version,
            "changes": definitions.changes_of(versions[0].version, draft),
            "form": form,
        }
        return render(request, "kpis/indicator_draft.html", shown, status=status)

    if request.method != "POST":
        return page(PublishVersionForm(version=draft, first=first))
    return carry_out(
        request,
        PublishVersionForm(request.POST, version=draft, first=first),
        publish_version,
        again=lambda form: page(form, 422),
        done=_("Published. The definition holds from the year that you named."),
        to=reverse("kpis:indicator_detail", args=[code]),
        code=code,
    )


@require_POST
def indicator_discard(request: SignedInRequest, code: str) -> HttpResponse:
    _to_revise(request, code)
    return carry_out(
        request,
        forms.Form(request.POST),
        discard_draft,
        again=lambda form: indicator_draft(request, code),
        done=_("The draft is discarded."),
        to=reverse("kpis:indicator_detail", args=[code]),
        code=code,
    )
