"""The search for partners: the list of ideas, one idea, and what people do with it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import events, permissions
from core.views.deciding import Steps, carry_out
from groups.forms import DecisionForm, ReasonForm, RulingForm
from members.middleware import acting_for
from members.requests import PageRequest, SignedInRequest
from projects.models import Idea, Interest
from projects.partnering import matching, selectors, services
from projects.partnering.forms import (
    ApproachForm,
    AwardForm,
    IdeaForm,
    InterestForm,
    PostponeForm,
    contents_of,
)

PAGE_SIZE = 20
ANSWERS = {"accept": DecisionForm, "decline": ReasonForm, "withdraw": DecisionForm}
FILTERS = ("q", "programme", "within", "country", "type", "committee", "state")


def idea_list(request: PageRequest) -> HttpResponse:
    permissions.require(request.user, "projects.view_ideas")
    chosen = {name: request.GET.get(name, "").replace("\0", "").strip()[:120] for name in FILTERS}
    page = Paginator(selectors.idea_rows(request.user, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "chosen": chosen, "filtered": any(chosen.values())}
    rows_only = bool(request.htmx) and not request.htmx.history_restore_request
    if not rows_only:
        context |= {**selectors.filter_choices(), "own": selectors.own_ideas(request.user)}
    template = "projects/partials/_idea_rows.html" if rows_only else "projects/idea_list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])  # the browser keeps the rows and the page apart
    return response


def _find(request: SignedInRequest, pk: int) -> Idea:
    ideas = Idea.objects.visible_to(request.user).with_standing()
    found = matching.with_wish(ideas.select_related("organisation__country", "committee", "author", "project"))
    return get_object_or_404(found, pk=pk)


def idea_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: SignedInRequest, idea: Idea, *, status: int = 200, **forms: Any) -> HttpResponse:
    user = request.user
    interests = selectors.interests_in(idea, user)
    mine = [one for one in interests if user.represents(one.organisation_id)]
    known = {one.organisation_id for one in mine if one.status != Interest.Status.WITHDRAWN}
    answering = forms.pop("answering", None)  # an answer to an interest that did not go through
    for one in interests:
        wrong = forms if one.pk == answering else {}
        for name, kind in ANSWERS.items():
            setattr(one, f"{name}_form", wrong.get(f"{name}_form") or kind(auto_id=f"{name}_{one.pk}_%s"))
    timeline = list(events.readable_by(user, events.of(idea)))
    for event in timeline:  # of an act between two organisations the other one is named as well
        answered = event.verb in ("interest.accept", "interest.decline")
        whom = event.subject_label.partition(" → ")[0] if answered else event.data.get("whom", "")
        event.about = whom  # type: ignore[attr-defined]
    context = {
        "idea": idea,
        "interests": interests,
        "may_offer": bool(set(user.organisation_roles) - known - {idea.organisation_id}),
        "suggestions": matching.organisations_for(idea) if user.has_perm("projects.approach_idea", idea) else [],
        "events": timeline,
        "closing": next((one for one in timeline if one.verb == "idea.close"), None),
        "returned": next((one for one in timeline if one.verb in ("idea.return", "idea.award")), None),
        "recommend_form": RulingForm(auto_id="recommend_%s"),
        "close_form": ReasonForm(auto_id="close_%s"),
        "confirm_form": DecisionForm(auto_id="confirm_%s"),
        "return_form": ReasonForm(auto_id="return_%s"),
        "postpone_form": PostponeForm(auto_id="postpone_%s"),
        "award_form": AwardForm(
            auto_id="award_%s",
            initial={
                "acronym": idea.acronym,
                "project_summary": idea.project_summary,  # never what the idea says to members
                "starts": idea.starts,
                "ends": idea.ends,
                "grant_number": idea.grant_number,
                "website": idea.website,
            },
        ),
        "join_form": InterestForm(user=user, auto_id="join_%s"),
        **forms,
    }
    return render(request, "projects/idea_detail.html", context, status=status)


# -- Writing -----------------------------------------------------------------------------------------------------------
def idea_create(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "projects.post_idea")
    organisations = request.user.organisations
    if request.method == "POST":
        form = IdeaForm(request.POST, organisations=organisations)
        if not form.is_valid():
            return _form_page(request, form, status=422)
        chosen = form.cleaned_data.get("organisation") or organisations[0]
        idea = services.post_idea(
            actor=request.user, organisation_id=chosen.pk, key=form.cleaned_data["key"], **form.contents
        )
        messages.success(request, _("The idea is posted. Below stands who might fit: ask them to look."))
        return redirect(idea)
    acting = acting_for(request)
    initial = {"key": uuid.uuid4(), "organisation": acting.pk if acting else None}
    return _form_page(request, IdeaForm(initial=initial, organisations=organisations))


def idea_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    idea = _find(request, pk)
    permissions.require(request.user, "projects.change_idea", idea)
    if request.method == "POST":
        form = IdeaForm(request.POST, instance=idea, organisations=request.user.organisations)
        return carry_out(
            request,
            form,
            lambda actor, **_cleaned: services.change_idea(
                idea_id=pk, revision=form.cleaned_data["revision"] or 0, actor=actor, **form.contents
            ),
            again=lambda wrong: _form_page(request, wrong, idea=_find(request, pk), status=422),
            done=_("The idea is saved."),
            to=idea,
        )
    form = IdeaForm(instance=idea, initial=contents_of(idea), organisations=request.user.organisations)
    return _form_page(request, form, idea=idea)


def _form_page(request: SignedInRequest, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "projects/idea_form.html", {"form": form, **context}, status=status)


# -- Deciding ----------------------------------------------------------------------------------------------------------
step = Steps(_find, _page, "projects.{step}_idea", "idea_id")
idea_recommend = step(
    "recommend", RulingForm, services.recommend_idea, gettext_lazy("The committee recommends the idea.")
)
idea_close = step("close", ReasonForm, services.close_idea, gettext_lazy("The idea is closed."))
idea_postpone = step(
    "postpone",
    PostponeForm,
    services.postpone_idea,
    gettext_lazy("The deadline is postponed, and all who are interested are told."),
)
idea_award = step(
    "award", AwardForm, services.award_idea, gettext_lazy("The ASA Office is told; it enters the project.")
)
idea_confirm = step(
    "confirm", DecisionForm, services.confirm_idea, gettext_lazy("The project is entered and stands on its page.")
)
idea_return = step("return", ReasonForm, services.return_idea, gettext_lazy("It is returned with your reason."))


def interest_express(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form offers the organisations of the person, so the step is made for each request."""
    take = step(
        "join",
        lambda data, auto_id: InterestForm(data, user=request.user, auto_id=auto_id),
        services.express_interest,
        gettext_lazy("Your interest is told to those who posted the idea."),
    )
    return take(request, pk=pk)


idea_approach = step(
    "approach", ApproachForm, services.approach, gettext_lazy("Its contacts are asked to look at your idea.")
)


def _interest(request: SignedInRequest, pk: int) -> Interest:
    return get_object_or_404(Interest.objects.visible_to(request.user).select_related("idea", "organisation"), pk=pk)


def _idea_of(request: SignedInRequest, interest: Interest, **more: Any) -> HttpResponse:
    return _page(request, _find(request, interest.idea_id), answering=interest.pk, **more)


answer = Steps(_interest, _idea_of, "projects.{step}_interest", "interest_id")
interest_accept = answer(
    "accept", DecisionForm, services.accept_interest, lambda one: _("%(who)s takes part.") % {"who": one.organisation}
)
interest_decline = answer(
    "decline", ReasonForm, services.decline_interest, gettext_lazy("The interest is declined, with your reason.")
)
interest_withdraw = answer(
    "withdraw", DecisionForm, services.withdraw_interest, gettext_lazy("The interest is withdrawn.")
)
