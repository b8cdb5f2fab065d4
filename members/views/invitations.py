"""Inviting people to an organisation, and following an invitation."""

from __future__ import annotations

from typing import cast

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import permissions
from core.workflow import InvalidTransition
from members.forms.joining import InvitationForm
from members.models import Invitation, Organisation, Representation, User
from members.services import invitations
from members.signing_up import InvitationExpired, InvitationVoid, follow_invitation, has_account


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The personal link of an invitation. Opening it changes nothing (mail programs open links by themselves)."""
    found = Invitation.objects.select_related("organisation", "invited_by", "accepted_by").filter(token=token).first()
    if found is None:
        return render(request, "members/invitation_gone.html", {"why": "unknown"}, status=404)
    if not found.is_usable:
        why = "expired" if found.status == Invitation.Status.OPEN else found.status
        return render(request, "members/invitation_gone.html", {"invitation": found, "why": why}, status=410)
    if invitations.is_void(found):
        return render(request, "members/invitation_gone.html", {"invitation": found, "why": "void"}, status=410)
    if request.method == "POST":
        return _accept(request, found)
    context = {
        "invitation": found,
        "is_for_me": request.user.is_authenticated and request.user.has_perm("members.accept_invitation", found),
        "has_account": has_account(found),
    }
    return render(request, "members/invitation.html", context)


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    if not request.user.is_authenticated:
        if has_account(found):
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        follow_invitation(request, found)
        return redirect("account_signup")
    try:
        invitations.accept_invitation(invitation_id=found.pk, actor=request.user)
    except (InvalidTransition, InvitationExpired, InvitationVoid):
        return redirect(request.path)  # the page says what happened in the meantime
    messages.success(
        request,
        _("Welcome. You now represent %(organisation)s as %(role)s.")
        % {"organisation": found.organisation.shown_name, "role": found.get_role_display()},
    )
    return redirect("pages:me")


def invite(request: HttpRequest) -> HttpResponse:
    """The page of the organisation that the person acts for."""
    organisation: Organisation | None = request.organisation  # type: ignore[attr-defined]
    if not organisation:
        raise permissions.Denied(_("You do not represent a member at present."))
    return redirect("members:invite_for", organisation.code)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_for(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody to an organisation; who represents it, and who has been invited."""
    user = cast(User, request.user)
    organisation = get_object_or_404(Organisation.objects.visible_to(user), code=code)
    permissions.require(user, "members.invite_representative", organisation)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="invite"):
            form.add_error(None, _("You have sent many invitations in a short time. Please go on in an hour."))
        else:
            try:
                found, sent = invitations.invite_person(
                    organisation_id=organisation.pk, actor=user, **form.cleaned_data
                )
            except invitations.AlreadyRepresents as known:
                form.add_error("email", str(known))
            else:
                if sent:
                    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": found.email})
                else:
                    messages.info(
                        request, _("%(email)s has been invited already; nothing was sent.") % {"email": found.email}
                    )
                return redirect(found)
    context = {
        "organisation": organisation,
        "form": form,
        "representations": Representation.objects.current().filter(organisation=organisation).select_related("user"),
        "invitations": Invitation.objects.visible_to(user)
        .open()
        .filter(organisation=organisation)
        .select_related("invited_by"),
    }
    return render(request, "members/invite.html", context, status=422 if form.errors else 200)


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    found = get_object_or_404(Invitation.objects.visible_to(user), pk=pk)
    try:
        invitations.withdraw_invitation(invitation_id=found.pk, actor=user)
        messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": found.email})
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(found)


@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    found = get_object_or_404(Invitation.objects.visible_to(user), pk=pk)
    if not ratelimit.consume(request, action="invite"):
        messages.warning(request, _("You have sent many invitations in a short time. Please go on in an hour."))
        return redirect(found)
    try:
        invitations.resend_invitation(invitation_id=found.pk, actor=user)
        messages.success(request, _("A new link is on its way to %(email)s.") % {"email": found.email})
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(found)
