"""The settings of a group: who leads it, and how organisations come into it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import permissions
from core.views.deciding import carry_out
from groups import selectors
from groups.forms import DecisionForm
from groups.forms.leading import AdmissionForm, AppointForm
from groups.models import Group, GroupRole
from groups.services import leading
from members.requests import SignedInRequest


def _find(request: SignedInRequest, code: str) -> Group:
    group = get_object_or_404(Group.objects.inside_for(request.user).select_related("committee"), code=code)
    permissions.require(request.user, "groups.lead_group", group)
    return group


def settings(request: SignedInRequest, code: str) -> HttpResponse:
    return _page(request, _find(request, code))


def _page(request: SignedInRequest, group: Group, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "group": group,
        "leads": selectors.leads_of(group),
        "admission_form": AdmissionForm(initial={"admission": group.admission}),
        "appoint_form": AppointForm(group=group),
        "end_form": DecisionForm(auto_id="end_%s"),
        **forms,
    }
    return render(request, "groups/settings.html", context, status=status)


def _to(group: Group) -> str:
    return reverse("groups:settings", args=[group.code])


@require_POST
def admission(request: SignedInRequest, code: str) -> HttpResponse:
    group = _find(request, code)
    return carry_out(
        request,
        AdmissionForm(request.POST),
        leading.set_admission,
        again=lambda form: _page(request, group, status=422, admission_form=form),
        done=_("It is saved."),
        to=_to(group),
        group_id=group.pk,
    )


@require_POST
def appoint(request: SignedInRequest, code: str) -> HttpResponse:
    group = _find(request, code)
    return carry_out(
        request,
        AppointForm(request.POST, group=group),
        leading.appoint,
        again=lambda form: _page(request, group, status=422, appoint_form=form),
        done=_("It is done, and everybody concerned is told."),
        to=group.get_workspace_url(),  # who handed over may not see the settings any more
        group_id=group.pk,
    )


@require_POST
def co_lead_end(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    group = _find(request, code)
    role = get_object_or_404(GroupRole, pk=pk, group=group)
    return carry_out(
        request,
        DecisionForm(request.POST, auto_id="end_%s"),
        leading.end_co_lead,
        again=lambda form: _page(request, group, status=422, end_form=form),
        done=_("The role is ended."),
        to=group.get_workspace_url(),
        role_id=role.pk,
    )
