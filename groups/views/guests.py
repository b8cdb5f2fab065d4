"""The guests of a group: who sees what until when, and who opened it to them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import permissions
from core.views.deciding import carry_out
from groups import selectors
from groups.forms import DecisionForm
from groups.forms.guests import GuestForm
from groups.models import Group
from groups.services import guests
from members.requests import SignedInRequest


def _find(request: SignedInRequest, code: str) -> Group:
    return get_object_or_404(Group.objects.inside_for(request.user).select_related("committee"), code=code)


def guest_list(request: SignedInRequest, code: str) -> HttpResponse:
    """The list, and with POST one more."""
    group = _find(request, code)
    permissions.require(request.user, "groups.revoke_guest", group)
    form = GuestForm(request.POST or None, group=group)

    def page(form: GuestForm, status: int = 200) -> HttpResponse:
        context = {
            "group": group,
            "guests": selectors.guests_of(group),
            "form": form,
            "revoke_form": DecisionForm(auto_id="revoke_%s"),
        }
        return render(request, "groups/guest_list.html", context, status=status)

    if request.method != "POST":
        return page(form)
    return carry_out(
        request,
        form,
        guests.admit_guest,
        again=lambda wrong: page(wrong, 422),
        done=_("It is open to the guest now, and they are told."),
        to=reverse("groups:guests", args=[group.code]),
        group_id=group.pk,
    )


@require_POST
def guest_revoke(request: SignedInRequest, code: str, kind: str, pk: int) -> HttpResponse:
    group = _find(request, code)
    permissions.require(request.user, "groups.revoke_guest", group)
    if kind not in guests.TABLES:
        raise Http404
    get_object_or_404(guests.TABLES[kind].objects.filter(pk=pk), pk=pk)
    return carry_out(
        request,
        DecisionForm(request.POST),
        guests.revoke_guest,
        again=lambda form: guest_list(request, code),
        done=_("The access is ended."),
        to=reverse("groups:guests", args=[group.code]),
        kind=kind,
        grant_id=pk,
    )
