"""Recommendations: the list, writing one, its page, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Committee
from core import events, permissions
from core.views.deciding import Steps
from core.workflow import Incomplete
from groups import services
from groups.errors import ChangedMeanwhile
from groups.forms import DecisionForm, ReasonForm, RecommendationForm, differences
from groups.forms.recommendations import IssueForm
from groups.models import Recommendation
from members.requests import SignedInRequest

A_PAGE = 25


def recommendation_list(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "groups.view_recommendations")
    rows = Recommendation.objects.visible_to(request.user).select_related("committee", "group")
    chosen = {name: request.GET.get(name, "").strip() for name in ("committee", "status")}
    if chosen["committee"]:
        rows = rows.filter(committee__code=chosen["committee"])
    if chosen["status"] in Recommendation.Status.values:
        rows = rows.filter(status=chosen["status"])
    context = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "committees": Committee.objects.all(),
        "statuses": Recommendation.Status.choices,
    }
    return render(request, "groups/recommendation_list.html", context)


def recommendation_create(request: SignedInRequest, code: str) -> HttpResponse:
    committee = get_object_or_404(Committee.objects.visible_to(request.user), code=code)
    permissions.require(request.user, "committees.draft_recommendation", committee)

    def save(**fields: Any) -> Recommendation:
        return services.draft_recommendation(committee_id=committee.pk, actor=request.user, **fields)

    form = RecommendationForm(request.POST or None, committee=committee)
    return _edit(request, committee, form, lambda revision, **fields: save(**fields))


def recommendation_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "groups.change_recommendation", found)

    def save(revision: int | None, **fields: Any) -> Recommendation:
        return services.change_recommendation(
            recommendation_id=pk, revision=revision or 0, actor=request.user, **fields
        )

    form = RecommendationForm(request.POST or None, instance=found, committee=found.committee)
    try:
        return _edit(request, found.committee, form, save)
    except ChangedMeanwhile:
        now = _find(request, pk)
        conflict = differences(form, {name: getattr(now, name) for name in ("title", "group", "text", "due")})
        again = request.POST.copy()
        again["revision"] = str(now.revision)
        form = RecommendationForm(again, instance=now, committee=now.committee)
        context = {"committee": now.committee, "form": form, "conflict": conflict}
        return render(request, "groups/recommendation_form.html", context, status=409)


def _edit(
    request: SignedInRequest, committee: Committee, form: RecommendationForm, save: Callable[..., Recommendation]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            found = save(**form.cleaned_data)
        except Incomplete as problem:
            for name, sentence in problem.problems.items():
                form.add_error(name, sentence)
        else:
            messages.success(request, _("The draft is saved. The chair or vice-chair issues it, but not who wrote it."))
            return redirect(found)
    context = {"committee": committee, "form": form}
    return render(request, "groups/recommendation_form.html", context, status=422 if form.errors else 200)


def _find(request: SignedInRequest, pk: int) -> Recommendation:
    rows = Recommendation.objects.visible_to(request.user).select_related("committee", "group__committee")
    return get_object_or_404(rows, pk=pk)


def recommendation_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: SignedInRequest, found: Recommendation, *, status: int = 200, **forms: Any) -> HttpResponse:
    if wrong := forms.get("issue_form"):  # what is shown with it is what is there now
        wrong.data = wrong.data.copy()
        wrong.data["revision"] = str(found.revision)
    context = {
        "recommendation": found,
        "problem": found.problem() if found.is_editable else "",
        "answered": found.status in Recommendation.ANSWERED,
        "events": events.readable_by(request.user, events.of(found)),
        "issue_form": IssueForm(auto_id="issue_%s", initial={"revision": found.revision}),
        "accept_form": DecisionForm(auto_id="accept_%s"),
        **{f"{name}_form": ReasonForm(auto_id=f"{name}_%s") for name in ("partly", "decline", "follow_up", "close")},
        **forms,
    }
    return render(request, "groups/recommendation_detail.html", context, status=status)


step = Steps(_find, _page, "groups.{step}_recommendation", "recommendation_id")
_answer = services.answer_recommendation
_told = gettext_lazy("The answer is recorded, and the committee is told.")
issue = step("issue", IssueForm, services.issue_recommendation, gettext_lazy("It is issued."))
accept = step("accept", DecisionForm, _answer, _told, answer="accepted")
partly = step("partly", ReasonForm, _answer, _told, right="accept_partly", answer="partly")
decline = step("decline", ReasonForm, _answer, _told, answer="declined")
follow_up = step("follow_up", ReasonForm, services.follow_up, gettext_lazy("It is recorded."))
close = step("close", ReasonForm, services.close_recommendation, gettext_lazy("It is closed."))
