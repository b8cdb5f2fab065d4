"""How an organisation comes into a group, and out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import events, permissions
from core.views.deciding import Steps, carry_out
from core.workflow import NotPossible
from groups import services
from groups.forms import DecisionForm, JoinForm, PeopleForm, ReasonForm
from groups.forms.joining import InviteForm
from groups.models import Group, GroupMembership
from groups.services import inviting
from members.middleware import acting_for
from members.requests import SignedInRequest


def join(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask to join, on behalf of the organisation that the person acts for."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("committee"), code=code)
    organisation = acting_for(request)
    known = GroupMembership.objects.live().filter(group=group, organisation=organisation).first()
    if known is not None and known.status == GroupMembership.Status.INVITED:
        return redirect("groups:joining_accept", known.pk)
    if known is not None and organisation is not None:
        messages.info(
            request,
            _("Your organisation takes part in this group already.")
            if known.status == GroupMembership.Status.ACTIVE
            else _("Your organisation has asked already; the lead has not decided yet."),
        )
        return redirect(group)
    permissions.require(request.user, "groups.ask_joining", GroupMembership(group=group, organisation=organisation))
    if organisation is None:  # the right implies one; it may have ended between the two lines
        raise permissions.Denied(_("You represent no member at the moment."))
    form = JoinForm(request.POST or None, organisation=organisation, initial={"representative": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            joined = services.ask_to_join(
                group_id=group.pk, organisation_id=organisation.pk, actor=request.user, **form.cleaned_data
            )
        except NotPossible as problem:  # a colleague was faster, or it was clicked twice
            messages.info(request, str(problem))
            return redirect(group)
        if joined.status == GroupMembership.Status.ACTIVE:
            messages.success(request, _("Your organisation takes part in the group now."))
        else:
            messages.success(request, _("Your request is with the lead of the group now."))
        return redirect(group)
    return render(
        request,
        "groups/join_form.html",
        {"group": group, "organisation": organisation, "form": form},
        status=422 if form.errors else 200,
    )


def _find(request: SignedInRequest, pk: int) -> GroupMembership:
    return get_object_or_404(
        GroupMembership.objects.visible_to(request.user).select_related(
            "group__committee", "organisation__country", "organisation__member_type", "representative", "requested_by"
        ),
        pk=pk,
    )


def joining_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    joining = _find(request, pk)
    if not (
        request.user.has_perm("groups.view_group_inside", joining.group)
        or request.user.represents(joining.organisation_id)
    ):
        return redirect(joining.group)  # that it takes part is public; how it came in is not
    return _page(request, joining)


def _page(request: SignedInRequest, joining: GroupMembership, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "joining": joining,
        "group": joining.group,
        "alternates": joining.alternates.all(),
        "events": events.of(joining),
        "why_not_admitted": permissions.explain(request.user, "groups.admit_joining", joining),
        "admit_form": DecisionForm(auto_id="admit_%s"),
        "refuse_form": ReasonForm(auto_id="refuse_%s"),
        "remove_form": ReasonForm(auto_id="remove_%s"),
        "leave_form": DecisionForm(auto_id="leave_%s"),
        "decline_form": ReasonForm(auto_id="decline_%s"),
        "uninvite_form": DecisionForm(auto_id="uninvite_%s"),
        **more,
    }
    return render(request, "groups/joining_detail.html", context, status=status)


def people_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name who speaks for the organisation in the group."""
    joining = _find(request, pk)
    permissions.require(request.user, "groups.represent_joining", joining)
    form = PeopleForm(
        request.POST or None,
        organisation=joining.organisation,
        initial={"representative": joining.representative_id, "alternates": joining.alternates.all()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_people(membership_id=pk, actor=request.user, **form.cleaned_data)
        except NotPossible as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("The people of your organisation in this group are saved."))
        return redirect(joining)
    return render(
        request,
        "groups/people_form.html",
        {"joining": joining, "group": joining.group, "form": form},
        status=422 if form.errors else 200,
    )


def invite(request: SignedInRequest, code: str) -> HttpResponse:
    """Invite an organisation into the group."""
    group = get_object_or_404(Group.objects.inside_for(request.user).select_related("committee"), code=code)
    permissions.require(request.user, "groups.invite_organisation", group)
    form = InviteForm(request.POST or None, group=group, initial={"organisation": request.GET.get("organisation")})

    def page(form: InviteForm, status: int = 200) -> HttpResponse:
        return render(request, "groups/invite_form.html", {"group": group, "form": form}, status=status)

    if request.method != "POST":
        return page(form)
    return carry_out(
        request,
        form,
        inviting.invite,
        again=lambda wrong: page(wrong, 422),
        done=_("The organisation is invited, and its contacts are told. One that had asked to join takes part now."),
        to=group.get_workspace_url(),
        group_id=group.pk,
    )


def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept an invitation: who speaks for the organisation in the group."""
    joining = _find(request, pk)
    permissions.require(request.user, "groups.accept_joining", joining)
    if joining.status != GroupMembership.Status.INVITED:
        messages.info(request, _("The invitation is answered already."))
        return redirect(joining)
    form = PeopleForm(
        request.POST or None, organisation=joining.organisation, initial={"representative": request.user.pk}
    )

    def page(form: PeopleForm, status: int = 200) -> HttpResponse:
        context = {"joining": joining, "group": joining.group, "form": form, "accepts": True}
        return render(request, "groups/people_form.html", context, status=status)

    if request.method != "POST":
        return page(form)
    return carry_out(
        request,
        form,
        inviting.accept_invitation,
        again=lambda wrong: page(wrong, 422),
        done=_("Your organisation takes part in the group now."),
        to=joining.group.get_workspace_url(),
        membership_id=pk,
    )


def _to(request: SignedInRequest, joining: GroupMembership) -> Any:
    inside = request.user.has_perm("groups.view_group_inside", joining.group)
    return joining.group.get_workspace_url() if inside else joining.group


def _to_group(request: SignedInRequest, joining: GroupMembership) -> Group:
    return joining.group


def _about(sentence: Any) -> Callable[[GroupMembership], str]:
    return lambda joining: sentence % {"who": joining.organisation}


step = Steps(_find, _page, "groups.{step}_joining", "membership_id")
admit = step("admit", DecisionForm, services.admit, _about(gettext_lazy("%(who)s takes part now.")), to=_to)
refuse = step("refuse", ReasonForm, services.refuse, _about(gettext_lazy("The request of %(who)s is refused.")), to=_to)
remove = step(
    "remove", ReasonForm, services.remove, _about(gettext_lazy("%(who)s does not take part any more.")), to=_to
)
leave = step("leave", DecisionForm, services.leave, gettext_lazy("Your organisation has left the group."), to=_to_group)
withdraw = step("withdraw", DecisionForm, services.withdraw, gettext_lazy("The request is withdrawn."), to=_to_group)
decline = step(
    "decline", ReasonForm, inviting.decline_invitation, gettext_lazy("The invitation is declined."), to=_to_group
)
uninvite = step(
    "uninvite", DecisionForm, inviting.take_back_invitation, gettext_lazy("The invitation is taken back."), to=_to
)
