"""The page on which the committee or the Office links a group to what came before and after it."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core import permissions
from core.views.deciding import carry_out
from groups.forms.lineage import LineageForm
from groups.models import Group
from groups.services import lineage
from members.requests import SignedInRequest


def group_lineage(request: SignedInRequest, code: str) -> HttpResponse:
    group = get_object_or_404(
        Group.objects.inside_for(request.user).select_related("committee", "successor"), code=code
    )
    permissions.require(request.user, "groups.link_group", group)

    def page(form: forms.BaseForm, status: int = 200) -> HttpResponse:
        context = {"group": group, "form": form, "predecessors": group.predecessors.all()}
        return render(request, "groups/lineage.html", context, status=status)

    if request.method != "POST":
        return page(LineageForm(group=group))
    return carry_out(
        request,
        LineageForm(request.POST, group=group),
        lineage.link_group,
        again=lambda form: page(form, 422),
        done=_("It is saved, and stands on the pages of the groups."),
        to=group,
        group_id=group.pk,
    )
