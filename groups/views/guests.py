"""The guests of a group: who sees what until when, who opened it to them, and who has been invited."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import permissions
from core.views.deciding import carry_out
from core.workflow import InvalidTransition
from groups import selectors
from groups.forms import DecisionForm
from groups.forms.guests import GuestDayForm, GuestForm
from groups.models import Group, GroupGrant, GuestInvitation, WorkPlanGrant
from groups.services import guests
from members.requests import SignedInRequest
from members.signing_up import InvitationExpired, InvitationVoid, follow_invitation, has_account


def _find(request: SignedInRequest, code: str) -> Group:
    return get_object_or_404(Group.objects.inside_for(request.user).select_related("committee"), code=code)


def guest_list(request: SignedInRequest, code: str) -> HttpResponse:
    """The list, and with POST one more is invited."""
    group = _find(request, code)
    permissions.require(request.user, "groups.revoke_guest", group)
    form = GuestForm(request.POST or None, group=group)

    def page(form: GuestForm, status: int = 200) -> HttpResponse:
        return _page(request, group, status, form=form)

    if request.method != "POST":
        return page(form)
    if form.is_valid() and not ratelimit.consume(request, action="invite"):
        form.add_error(None, _("You have sent many invitations in a short time. Please go on in an hour."))
    return carry_out(
        request,
        form,
        guests.invite_guest,
        again=lambda wrong: page(wrong, 422),
        done=_("The invitation is on its way. It is open to the guest once they accept."),
        to=reverse("groups:guests", args=[group.code]),
        group_id=group.pk,
    )


def _page(
    request: SignedInRequest,
    group: Group,
    status: int,
    form: GuestForm | None = None,
    changed: tuple[GroupGrant | WorkPlanGrant, GuestDayForm] | None = None,
) -> HttpResponse:
    rows = selectors.guests_of(group)
    for row in rows:
        is_it = changed is not None and (row.KIND, row.pk) == (changed[0].KIND, changed[0].pk)
        form_of_day = changed[1] if changed and is_it else None
        row.day_form = form_of_day or GuestDayForm(  # type: ignore[union-attr]
            initial={"until": row.until}, auto_id=f"{row.KIND}_{row.pk}_%s"
        )
    context = {
        "group": group,
        "guests": rows,
        "invitations": selectors.guest_invitations_of(group),
        "form": form or GuestForm(group=group),
        "revoke_form": DecisionForm(auto_id="revoke_%s"),
    }
    return render(request, "groups/guest_list.html", context, status=status)


def _grant(group: Group, kind: str, pk: int) -> GroupGrant | WorkPlanGrant:
    """One of this group, whatever else the address says."""
    if kind == GroupGrant.KIND:
        return get_object_or_404(GroupGrant.objects.select_related("content_object"), pk=pk, content_object=group)
    if kind == WorkPlanGrant.KIND:
        rows = WorkPlanGrant.objects.select_related("content_object__group")
        return get_object_or_404(rows, pk=pk, content_object__group=group)
    raise Http404


@require_POST
def guest_extend(request: SignedInRequest, code: str, kind: str, pk: int) -> HttpResponse:
    group = _find(request, code)
    permissions.require(request.user, "groups.admit_guest", group)
    row = _grant(group, kind, pk)
    return carry_out(
        request,
        GuestDayForm(request.POST, auto_id=f"{kind}_{pk}_%s"),
        guests.extend_guest,
        again=lambda wrong: _page(request, group, 422, changed=(row, wrong)),
        done=_("The new last day holds, and the guest is told."),
        to=reverse("groups:guests", args=[group.code]),
        kind=kind,
        grant_id=pk,
    )


@require_POST
def guest_revoke(request: SignedInRequest, code: str, kind: str, pk: int) -> HttpResponse:
    group = _find(request, code)
    permissions.require(request.user, "groups.revoke_guest", group)
    _grant(group, kind, pk)
    return carry_out(
        request,
        DecisionForm(request.POST),
        guests.revoke_guest,
        again=lambda form: _page(request, group, 422),
        done=_("The access is ended."),
        to=reverse("groups:guests", args=[group.code]),
        kind=kind,
        grant_id=pk,
    )


@require_POST
def guest_withdraw(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    group = _find(request, code)
    permissions.require(request.user, "groups.revoke_guest", group)
    row = get_object_or_404(GuestInvitation, pk=pk, group=group)
    try:
        guests.withdraw_guest(invitation_id=row.pk, actor=request.user)
        messages.success(request, _("The invitation is taken back: its link does not work any more."))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect("groups:guests", group.code)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The personal link of an invitation. Opening it changes nothing (mail programs open links by themselves)."""
    rows = GuestInvitation.objects.select_related("group__committee", "plan__group", "invited_by", "accepted_by")
    found = rows.filter(token=token).first()
    if found is None:
        return render(request, "groups/guest_invitation.html", {"why": "unknown"}, status=404)
    why = ""
    if not found.is_usable:
        why = "expired" if found.status == GuestInvitation.Status.OPEN else found.status
    elif guests.is_void(found):
        why = "void"
    if why:
        return render(request, "groups/guest_invitation.html", {"invitation": found, "why": why}, status=410)
    if request.method == "POST":
        return _accept(request, found)
    user = request.user
    context = {
        "invitation": found,
        "is_for_me": user.is_authenticated and user.has_perm("groups.accept_guestinvitation", found),
        "has_account": has_account(found),
    }
    return render(request, "groups/guest_invitation.html", context)


def _opened(found: GuestInvitation) -> str:
    return found.plan.get_absolute_url() if found.plan else found.group.get_workspace_url()


def _accept(request: HttpRequest, found: GuestInvitation) -> HttpResponse:
    if not request.user.is_authenticated:
        if has_account(found):
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        follow_invitation(request, found)
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': _opened(found)})}")
    try:
        guests.accept_guest(invitation_id=found.pk, actor=request.user)
    except (InvalidTransition, InvitationExpired, InvitationVoid):
        return redirect(request.path)  # the page says what happened in the meantime
    messages.success(request, _("Welcome. This is open to you now, until the day that was named."))
    return redirect(_opened(found))
