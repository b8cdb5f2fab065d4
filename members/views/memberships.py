"""Memberships, for the Office: all of them, and the history of each organisation's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import events, permissions
from core.workflow import InvalidTransition
from members.forms.memberships import EndForm, MembershipFilter, NoteForm, ReasonForm, StartForm
from members.models import Membership, Organisation, User, today
from members.services import memberships as services

PAGE_SIZE = 50


@require_safe
def membership_list(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, "members.view_memberships")
    form = MembershipFilter(request.GET)
    found = Membership.objects.select_related("organisation__country", "organisation__member_type")
    if form.is_valid():
        found = _filtered(found, form.cleaned_data["state"])
        if words := form.cleaned_data["q"]:
            found = found.filter(organisation__in=Organisation.objects.search(words))
    page = Paginator(found.order_by("organisation__legal_name", "-starts"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "members/membership_list.html", {"page": page, "form": form})


def _filtered(found: Any, state: str) -> Any:
    """A membership past its last day is among those that ended."""
    over = Q(ends__lt=today())
    if state == "ending":
        return found.exclude(status=Membership.Status.ENDED).filter(ends__gte=today())
    if state == Membership.Status.ENDED:
        return found.filter(Q(status=state) | over)
    return found.filter(status=state).exclude(over) if state else found


def _find(request: HttpRequest, code: str) -> Organisation:
    permissions.require(request.user, "members.view_memberships")
    found = Organisation.objects.visible_to(request.user).select_related("country", "member_type")
    return get_object_or_404(found, code=code)


def _show(request: HttpRequest, organisation: Organisation, **bound: forms.Form) -> HttpResponse:
    memberships = list(organisation.memberships.order_by("-starts", "-pk"))
    for one in memberships:
        one.organisation = organisation
    standing = next((one for one in memberships if one.shown_status != Membership.Status.ENDED), None)
    context: dict[str, Any] = {
        "organisation": organisation,
        "memberships": memberships,
        "standing": standing,
        "suspend_form": ReasonForm(prefix="suspend"),
        "lift_form": NoteForm(prefix="lift"),
        "end_form": EndForm(prefix="end"),
        "take_back_form": NoteForm(prefix="take_back"),
        "start_form": StartForm(prefix="start"),
        "events": events.of(*memberships)[:100] if memberships else [],
        **bound,
    }
    return render(request, "members/membership_detail.html", context, status=422 if bound else 200)


@require_safe
def membership_detail(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, _find(request, code))


@require_POST
def membership_start(request: HttpRequest, code: str) -> HttpResponse:
    organisation = _find(request, code)
    form = StartForm(request.POST, prefix="start")
    if form.is_valid():
        try:
            _membership, is_new = services.start_membership(
                organisation_id=organisation.pk, actor=cast(User, request.user), **form.cleaned_data
            )
        except services.NotPossible as problem:
            form.add_error("starts", str(problem))
        else:
            if is_new:
                messages.success(request, _("%(name)s is a member.") % {"name": organisation.shown_name})
            else:
                messages.info(request, _("It is a member already; nothing was changed."))
            return redirect("members:membership_detail", code)
    return _show(request, organisation, start_form=form)


def _act(
    request: HttpRequest, pk: int, name: str, form: forms.Form, act: Callable[..., Membership], done: str
) -> HttpResponse:
    permissions.require(request.user, "members.view_memberships")
    membership = get_object_or_404(Membership.objects.select_related("organisation"), pk=pk)
    organisation = _find(request, membership.organisation.code)
    if form.is_valid():
        try:
            act(membership_id=pk, actor=cast(User, request.user), **form.cleaned_data)
        except InvalidTransition as changed:
            messages.warning(request, changed.explanation)
        except services.NotPossible as problem:
            form.add_error("last_day" if "last_day" in form.fields else None, str(problem))
        else:
            messages.success(request, done)
    if form.errors:
        return _show(request, organisation, **{name: form})
    return redirect("members:membership_detail", organisation.code)


@require_POST
def membership_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST, prefix="suspend")
    done = _("The membership is suspended. Its representatives have no rights until you lift the suspension.")
    return _act(request, pk, "suspend_form", form, services.suspend_membership, done)


@require_POST
def membership_lift(request: HttpRequest, pk: int) -> HttpResponse:
    form = NoteForm(request.POST, prefix="lift")
    done = _("The suspension is lifted. Its representatives have their rights again.")
    return _act(request, pk, "lift_form", form, services.lift_suspension, done)


@require_POST
def membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    form = EndForm(request.POST, prefix="end")
    return _act(request, pk, "end_form", form, services.end_membership, _("The end of the membership is recorded."))


@require_POST
def membership_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    form = NoteForm(request.POST, prefix="take_back")
    return _act(request, pk, "take_back_form", form, services.take_back_end, _("The membership goes on."))
