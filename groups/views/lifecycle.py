"""What becomes of a group: asking for an extension, a conversion or a closing, and deciding on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import events, permissions
from core.views.deciding import Steps
from groups import services
from groups.errors import Incomplete
from groups.forms import DecisionForm, RulingForm, RulingReasonForm, form_for
from groups.models import Group, GroupChange, Output
from groups.views.groups import by_earlier_codes
from members.requests import SignedInRequest


def _group(request: SignedInRequest, code: str) -> Group:
    return get_object_or_404(Group.objects.inside_for(request.user).select_related("committee"), code=code)


@by_earlier_codes
def future(request: SignedInRequest, code: str) -> HttpResponse:
    """What can be asked for, by whom, and what was asked before."""
    group = _group(request, code)
    changes = list(group.changes.select_related("group", "asked_by"))
    context = {
        "group": group,
        "changes": changes,
        "asked": next((one for one in changes if one.status == GroupChange.Status.ASKED), None),
        # What the rights are asked about: the request that this person would make.
        "wish": GroupChange(group=group, asked_by=request.user),
    }
    return render(request, "groups/future.html", context)


def _outputs(request: SignedInRequest, group: Group) -> QuerySet[Output]:
    return Output.objects.visible_to(request.user).current().filter(group=group).select_related("licence")


def change_ask(request: SignedInRequest, code: str, kind: str) -> HttpResponse:
    if kind not in GroupChange.Kind.values:
        raise Http404
    group = _group(request, code)
    permissions.require(request.user, f"groups.ask_{kind}", GroupChange(group=group, kind=kind))
    form = form_for(kind, group, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change = services.ask_for_change(group_id=group.pk, kind=kind, actor=request.user, **form.cleaned_data)
        except Incomplete as problem:
            for name, sentence in problem.problems.items():
                form.add_error(name if name in form.fields else None, sentence)
        else:
            messages.success(request, _("The committee is asked. It decides, and you are told."))
            return redirect(change)
    context = {
        "group": group,
        "form": form,
        "kind": GroupChange.Kind(kind),
        "outputs": _outputs(request, group),
        "wish": Output(group=group),
    }
    return render(request, "groups/change_form.html", context, status=422 if form.errors else 200)


def _find(request: SignedInRequest, pk: int) -> GroupChange:
    return get_object_or_404(
        GroupChange.objects.visible_to(request.user).select_related("group__committee", "asked_by", "successor"), pk=pk
    )


def change_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: SignedInRequest, change: GroupChange, *, status: int = 200, **forms: Any) -> HttpResponse:
    may = {
        verb: request.user.has_perm(f"groups.{verb}_{change.kind}", change) for verb in ("grant", "decline", "withdraw")
    }
    is_open = change.status == GroupChange.Status.ASKED
    context = {
        "change": change,
        "group": change.group,
        "is_open": is_open,
        "outputs": _outputs(request, change.group) if change.kind == GroupChange.Kind.CLOSING else [],
        "may_decide": is_open and may["grant"],
        "may_withdraw": is_open and may["withdraw"],
        "why_not": permissions.explain(request.user, f"groups.grant_{change.kind}", change),
        "problems": change.problems() if is_open else {},
        "events": events.readable_by(request.user, events.of(change)),
        "grant_form": RulingForm(auto_id="grant_%s"),
        "decline_form": RulingReasonForm(auto_id="decline_%s"),
        "withdraw_form": DecisionForm(auto_id="withdraw_%s"),
        **forms,
    }
    return render(request, "groups/change_detail.html", context, status=status)


step = Steps(_find, _page, "groups.{step}_{of.kind}", "change_id")
change_grant = step("grant", RulingForm, services.grant_change, gettext_lazy("It is granted, and in the register."))
change_decline = step("decline", RulingReasonForm, services.decline_change, gettext_lazy("It is declined."))
change_withdraw = step("withdraw", DecisionForm, services.withdraw_change, gettext_lazy("The request is withdrawn."))
