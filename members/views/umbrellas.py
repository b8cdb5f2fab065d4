"""Whom an umbrella organisation represents, and how that overlaps with the roster."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core import permissions
from members import umbrella_overlap
from members.forms.umbrellas import RepresentedForm
from members.models import Organisation, Represented, User
from members.services import umbrellas as services
from members.views.merging import follows_merges
from members.views.organisations import inside

RIGHT = "members.change_organisation_profile"


@require_safe
@follows_merges
def represented_list(request: HttpRequest, code: str) -> HttpResponse:
    umbrella = inside(request, code)
    return _show(request, umbrella, RepresentedForm(umbrella=umbrella))


def _show(request: HttpRequest, umbrella: Organisation, form: RepresentedForm, status: int = 200) -> HttpResponse:
    standing = request.GET.get("standing", "")
    overlap = umbrella_overlap.overlap_of(umbrella, standing=standing)
    context: dict[str, Any] = {
        "organisation": umbrella,
        "overlap": overlap,
        "form": form,
        "standing": standing if standing in umbrella_overlap.WORDS else "",
        "tabs": [(key, words, overlap.counts[key]) for key, words in umbrella_overlap.WORDS.items()],
        "all": sum(overlap.counts.values()),
    }
    return render(request, "members/represented_list.html", context, status=status)


@require_POST
def represented_add(request: HttpRequest, code: str) -> HttpResponse:
    umbrella = inside(request, code)
    permissions.require(request.user, RIGHT, umbrella)
    form = RepresentedForm(request.POST, umbrella=umbrella)
    if not form.is_valid():
        return _show(request, umbrella, form, status=422)
    added = services.add_represented(umbrella_id=umbrella.pk, actor=cast(User, request.user), **form.cleaned_data)
    told = ngettext("%(n)s organisation is added.", "%(n)s organisations are added.", len(added)) % {"n": len(added)}
    if left := len(form.cleaned_data["named"]) - len(added):
        told += " " + ngettext("%(n)s was listed already.", "%(n)s were listed already.", left) % {"n": left}
    messages.success(request, told)
    return redirect("members:represented_list", code)


def _row(request: HttpRequest, code: str, pk: int) -> Represented:
    umbrella = inside(request, code)
    permissions.require(request.user, RIGHT, umbrella)
    return get_object_or_404(Represented, pk=pk, umbrella=umbrella)


@require_POST
def represented_end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    one = _row(request, code, pk)
    try:
        services.end_represented(represented_id=one.pk, actor=cast(User, request.user))
    except services.AlreadyOver as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("%(name)s is not represented any more, since today.") % {"name": one})
    return redirect("members:represented_list", code)


@require_POST
def represented_link(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """It is the organisation of the portal whose code the form names."""
    one = _row(request, code, pk)
    visible = Organisation.objects.visible_to(request.user)
    organisation = get_object_or_404(visible, code=request.POST.get("organisation", ""))
    try:
        services.link_represented(
            represented_id=one.pk, organisation_id=organisation.pk, actor=cast(User, request.user)
        )
    except services.AlreadyOver as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("%(name)s is connected with its record.") % {"name": organisation})
    return redirect("members:represented_list", code)
