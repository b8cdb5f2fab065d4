"""Proposing a group, and deciding on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import events, permissions
from core.views.deciding import Steps
from core.workflow import InvalidTransition
from groups import exchange, selectors, services
from groups.errors import ChangedMeanwhile, Incomplete
from groups.forms import DecisionForm, ProposalForm, ReasonForm, RulingForm, RulingReasonForm, differences
from groups.forms.proposals import AnswerForm, contents_of, names_of
from groups.models import Founder, Proposal
from members.middleware import acting_for
from members.requests import SignedInRequest


def _find(request: SignedInRequest, pk: int) -> Proposal:
    return get_object_or_404(
        Proposal.objects.visible_to(request.user).select_related("committee", "organisation", "proposer", "group"),
        pk=pk,
    )


def proposal_create(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "groups.propose_group")
    organisation = acting_for(request)
    if organisation is None:  # the right implies one; it may have ended between the two lines
        raise permissions.Denied(_("You represent no member at the moment."))
    if request.method == "POST":
        form = _form(request)
        if form.is_valid():
            key = form.cleaned_data["key"] or uuid.uuid4()
            draft = Proposal.objects.filter(key=key, proposer=request.user).first()  # the same form, sent twice
            if draft is None:
                draft = services.start_proposal(
                    actor=request.user, organisation_id=organisation.pk, key=key, **form.contents
                )
            return _go_on(request, draft, form)
        return _edit_page(request, form, organisation=organisation, status=422)
    form = ProposalForm(
        initial={"key": uuid.uuid4(), "committee": request.GET.get("committee")}, minimum=settings.GROUP_FOUNDERS_MIN
    )
    return _edit_page(request, form, organisation=organisation)


def proposal_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    proposal = _find(request, pk)
    if request.method == "POST":
        form = _form(request)
        if not form.is_valid():
            return _edit_page(request, form, proposal=proposal, status=422)
        try:
            services.change_proposal(
                proposal_id=pk,
                revision=form.cleaned_data["revision"] or 0,
                actor=request.user,
                **form.contents,
            )
        except ChangedMeanwhile:
            return _conflict(request, pk, form)
        except permissions.Denied as problem:  # submitted or decided meanwhile: show the reason, keep what was written
            form.add_error(None, str(problem))
            return _edit_page(request, form, proposal=proposal, status=409)
        return _go_on(request, proposal, form)
    permissions.require(request.user, "groups.change_proposal", proposal)
    form = ProposalForm(
        instance=proposal,
        initial={"revision": proposal.revision, "founders": names_of(contents_of(proposal)["founders"])},
        minimum=settings.GROUP_FOUNDERS_MIN,
    )
    return _edit_page(request, form, proposal=proposal)


def _form(request: SignedInRequest, data: Any = None) -> ProposalForm:
    return ProposalForm(
        request.POST if data is None else data,
        hand_in=request.POST.get("then") == "submit",
        minimum=settings.GROUP_FOUNDERS_MIN,
    )


def _go_on(request: SignedInRequest, proposal: Proposal, form: ProposalForm) -> HttpResponse:
    """Saved; now submit it, if that was the button."""
    if not form.hand_in:
        messages.success(request, _("The draft is saved."))
        return redirect(proposal)
    try:
        services.submit_proposal(proposal_id=proposal.pk, actor=request.user)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    except Incomplete as problem:
        messages.warning(request, _("The draft is saved, but not submitted. %(why)s") % {"why": problem})
    else:
        messages.success(request, _("The proposal is with the committee now."))
    return redirect(proposal)


def _conflict(request: SignedInRequest, pk: int, form: ProposalForm) -> HttpResponse:
    """Somebody saved the draft meanwhile: show theirs beside mine; saving again is then a decision."""
    current = _find(request, pk)
    found = differences(form, contents_of(current))
    data = request.POST.copy()
    data["revision"] = str(current.revision)
    again = _form(request, data)
    again.is_valid()
    return _edit_page(request, again, proposal=current, conflict=found, status=409)


def _edit_page(request: SignedInRequest, form: ProposalForm, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(
        request,
        "groups/proposal_form.html",
        {"form": form, "minimum": settings.GROUP_FOUNDERS_MIN, "months": settings.TASK_FORCE_MAX_MONTHS, **context},
        status=status,
    )


def proposal_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: SignedInRequest, proposal: Proposal, *, status: int = 200, **forms: Any) -> HttpResponse:
    founders = list(proposal.founder_rows.select_related("organisation__country", "organisation__member_type"))
    for row in founders:
        row.proposal = proposal
    context = {
        "proposal": proposal,
        "founders": founders,
        "own_founding": next((row for row in founders if request.user.has_perm("groups.refuse_founder", row)), None),
        "themes": proposal.themes.all(),
        "missing": _missing(proposal),
        "next_step": selectors.next_step(proposal),
        "events": events.readable_by(request.user, events.of(proposal)),
        "questions": exchange.of(proposal),
        "answer_form": AnswerForm(auto_id="answer_%s"),
        "confirm_form": DecisionForm(auto_id="confirm_%s"),
        "refuse_form": ReasonForm(auto_id="refuse_%s"),
        "accept_form": RulingForm(auto_id="accept_%s"),
        "return_form": ReasonForm(auto_id="return_%s"),
        "decline_form": RulingReasonForm(auto_id="decline_%s"),
        **forms,
    }
    return render(request, "groups/proposal_detail.html", context, status=status)


def _missing(proposal: Proposal) -> dict[str, str]:
    """What stands against the next step, by what it is."""
    if proposal.is_editable:
        return proposal.missing()
    return proposal.obstacles() if proposal.status == Proposal.Status.SUBMITTED else {}


def _founder(request: SignedInRequest, pk: int) -> Founder:
    return get_object_or_404(Founder.objects.visible_to(request.user), pk=pk)


def _founders_page(request: SignedInRequest, founder: Founder, **more: Any) -> HttpResponse:
    return _page(request, _find(request, founder.proposal_id), **more)


def _to_proposal(request: SignedInRequest, founder: Founder) -> Proposal:
    return founder.proposal


answer = Steps(_founder, _founders_page, "groups.{step}_founder", "founder_id")
founder_confirm = answer(
    "confirm",
    DecisionForm,
    services.confirm_founding,
    gettext_lazy("Your organisation founds the group."),
    to=_to_proposal,
)
founder_refuse = answer(
    "refuse",
    ReasonForm,
    services.refuse_founding,
    gettext_lazy("Your organisation is not among the founders."),
    to=_to_proposal,
)


@require_POST
def proposal_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    proposal = _find(request, pk)
    try:
        services.submit_proposal(proposal_id=pk, actor=request.user)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    except Incomplete as problem:
        messages.warning(request, _("It cannot be submitted yet. %(why)s") % {"why": problem})
    else:
        messages.success(request, _("The proposal is with the committee now."))
    return redirect(proposal)


step = Steps(_find, _page, "groups.{step}_proposal", "proposal_id")
proposal_accept = step(
    "accept", RulingForm, services.accept_proposal, gettext_lazy("The proposal is accepted and the group is founded.")
)
proposal_return = step(
    "return", ReasonForm, services.return_proposal, gettext_lazy("The proposal is returned with your question.")
)
proposal_answer = step("answer", AnswerForm, services.answer_proposal, gettext_lazy("Your answer is given."))
proposal_decline = step(
    "decline", RulingReasonForm, services.decline_proposal, gettext_lazy("The proposal is declined.")
)
