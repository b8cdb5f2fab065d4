"""Who represents an organisation, in which roles, since when and until when."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import permissions
from members.forms.representatives import EndRoleForm, RolesForm
from members.models import Invitation, Organisation, Representation, User
from members.services import representatives as services


def _find(user: User, code: str) -> Organisation:
    organisation = get_object_or_404(Organisation.objects.visible_to(user), code=code)
    if not user.has_perm("members.view_organisation_inside", organisation):
        raise Http404
    return organisation


@require_safe
def representatives(request: HttpRequest, code: str) -> HttpResponse:
    user = cast(User, request.user)
    organisation = _find(user, code)
    rows = Representation.objects.filter(organisation=organisation).select_related("user", "organisation")
    context = {
        "organisation": organisation,
        "current": rows.current().order_by("user__name", "user__email", "role"),
        "past": rows.past().order_by("-ends", "-pk")[:100],
        "open_invitations": Invitation.objects.visible_to(user).open().filter(organisation=organisation).count(),
    }
    return render(request, "members/representatives.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def representative_roles(request: HttpRequest, code: str, person: int) -> HttpResponse:
    """The roles of one person: ticked is given, unticked ends at once."""
    user = cast(User, request.user)
    organisation = _find(user, code)
    held = Representation.objects.current().filter(organisation=organisation, user=person).select_related("user")
    if not held:
        raise Http404
    permissions.require(user, "members.change_representation", organisation)
    before = [one.role for one in held]
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": before})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_roles(
                organisation_id=organisation.pk, user_id=person, actor=user, roles=form.cleaned_data["roles"]
            )
        except (services.LastPrimaryContact, services.DoesNotRepresent) as problem:
            form.add_error("roles", str(problem))
        else:
            messages.success(request, _("The roles of %(who)s are saved.") % {"who": held[0].user})
            return _back(user, organisation)
    context = {"organisation": organisation, "person": held[0].user, "form": form}
    return render(request, "members/representative_roles.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def representation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one role. The person does it for themselves, the primary contact and the Office for anybody."""
    user = cast(User, request.user)
    held = get_object_or_404(
        Representation.objects.visible_to(user).current().select_related("user", "organisation"), pk=pk
    )
    permissions.require(user, "members.end_representation", held)
    form = EndRoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ended = services.end_role(representation_id=held.pk, actor=user, **form.cleaned_data)
        except services.LastPrimaryContact as problem:
            form.add_error(None, str(problem))
        except services.WrongDay as problem:
            form.add_error("last_day", str(problem))
        else:
            if ended.is_current:
                messages.success(request, _("The role ends after %(day)s.") % {"day": f"{ended.ends:%d.%m.%Y}"})
            else:
                messages.success(request, _("The role has ended."))
            return _back(user, held.organisation)
    context = {
        "organisation": held.organisation,
        "held": held,
        "form": form,
        "is_last": services.is_last_contact(held),
    }
    return render(request, "members/representation_end.html", context, status=422 if form.errors else 200)


def _back(user: User, organisation: Organisation) -> HttpResponse:
    """To the list, as long as the person may still see it."""
    user.forget_roles()
    if user.has_perm("members.view_organisation_inside", organisation):
        return redirect("members:representatives", organisation.code)
    return redirect("pages:me")
