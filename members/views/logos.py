"""The logo of an organisation: served, and changed."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import permissions
from core.views.files import sealed
from members.forms.logos import LogoForm
from members.logos import MEDIA_TYPES
from members.models import Organisation, User
from members.services import logos as services
from members.views.organisations import inside

RIGHT = "members.change_organisation_profile"


@login_not_required
@require_safe
def logo(request: HttpRequest, code: str) -> HttpResponseBase:
    """The picture, to everybody who may see the organisation. Its type is the one that was found in it when it came."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), code=code)
    name = (organisation.logo.name or "").rpartition("/")[2]
    media_type = MEDIA_TYPES.get(name.rpartition(".")[2])
    if media_type is None:
        raise Http404
    etag = quote_etag(name)
    if request.headers.get("If-None-Match") == etag:
        answer = HttpResponse(status=304)
    else:
        try:
            with organisation.logo.open("rb") as file:
                answer = HttpResponse(file.read(), content_type=media_type)
        except FileNotFoundError:
            raise Http404 from None
    answer["ETag"] = etag
    public = Organisation.objects.members().filter(pk=organisation.pk).exists()
    answer["Cache-Control"] = "public, max-age=300" if public else "private, no-cache"
    answer["Content-Disposition"] = "inline"
    return sealed(answer)


@require_http_methods(["GET", "HEAD", "POST"])
def logo_edit(request: HttpRequest, code: str) -> HttpResponse:
    organisation = inside(request, code)
    permissions.require(request.user, RIGHT, organisation)
    form = LogoForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        has_logo=bool(organisation.logo),
        initial={"alt": organisation.logo_alt or _("Logo of %(name)s") % {"name": organisation.shown_name}},
    )
    if request.method == "POST" and form.is_valid():
        services.set_logo(
            organisation_id=organisation.pk,
            actor=cast(User, request.user),
            data=form.cleaned_data["logo"],
            alt=form.cleaned_data["alt"],
        )
        messages.success(request, _("The logo is saved."))
        return redirect("members:organisation_inside", code)
    context = {"organisation": organisation, "form": form}
    return render(request, "members/logo_edit.html", context, status=422 if form.errors else 200)


@require_POST
def logo_remove(request: HttpRequest, code: str) -> HttpResponse:
    organisation = inside(request, code)
    permissions.require(request.user, RIGHT, organisation)
    services.remove_logo(organisation_id=organisation.pk, actor=cast(User, request.user))
    messages.success(request, _("The logo is removed."))
    return redirect("members:organisation_inside", code)
