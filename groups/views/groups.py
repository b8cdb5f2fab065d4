"""Groups: the list, the public face of one, and its workspace."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers

from committees.models import Committee
from groups import freshness, selectors
from groups.forms import StartPlanForm
from groups.models import Group, GroupChange, GroupKind, GroupMembership, Output, Proposal
from members.middleware import acting_for
from members.models import today
from members.requests import PageRequest, SignedInRequest

PAGE_SIZE = 25
HISTORY_SIZE = 12  # events on the workspace before “show all”


@login_not_required
def group_list(request: PageRequest) -> HttpResponse:
    rows = selectors.group_rows(request.user)
    chosen = {name: request.GET.get(name, "").strip() for name in ("q", "committee", "kind", "status", "news")}
    if chosen["q"]:
        rows = rows.search(chosen["q"])
    if chosen["committee"]:
        rows = rows.filter(committee__code=chosen["committee"])
    if chosen["kind"] in GroupKind.values:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["status"] in Group.Status.values:
        rows = rows.filter(status=chosen["status"])
    inside = _sees_news(request)
    if chosen["news"] == "stale" and inside:
        rows = rows.filter(freshness.is_stale())
    page = Paginator(rows.order_by("code"), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    stale = freshness.stale_among(page.object_list) if inside else set()
    for group in page.object_list:
        group.is_stale = group.pk in stale
    context: dict[str, Any] = {
        "page": page,
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "committees": Committee.objects.all(),
        "kinds": GroupKind.choices,
        "statuses": Group.Status.choices,
        "inside": inside,
        "stale_days": settings.GROUP_STALE_DAYS,
    }
    rows_only = bool(request.htmx) and not request.htmx.history_restore_request
    template = "groups/partials/_group_rows.html" if rows_only else "groups/group_list.html"
    if request.user.is_authenticated and not rows_only:
        context["own_proposals"] = Proposal.objects.filter(
            organisation__in=list(request.user.organisation_roles), group=None
        ).select_related("committee")
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])  # the browser keeps the rows and the page apart
    return response


def _sees_news(request: PageRequest) -> bool:
    """What goes on in a group is not public, nor is that nothing does."""
    return bool(request.user.is_authenticated and request.user.is_insider)


def by_earlier_codes(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Under a code that a group had once, its page of today is found."""

    @wraps(view)
    def found(request: PageRequest, code: str) -> HttpResponse:
        try:
            return view(request, code)
        except Http404:
            group = Group.objects.visible_to(request.user).once_called(code)
            if group is None or request.resolver_match is None:
                raise
            return redirect(request.resolver_match.view_name, group.code)

    return found


@login_not_required
@by_earlier_codes
def group_detail(request: PageRequest, code: str) -> HttpResponse:
    group = get_object_or_404(
        Group.objects.visible_to(request.user).select_related("committee", "successor"), code=code
    )
    signed_in = request.user.is_authenticated
    organisation = acting_for(request) if signed_in else None
    own = (
        GroupMembership.objects.live().filter(group=group, organisation=organisation).first() if organisation else None
    )
    return render(
        request,
        "groups/group_detail.html",
        {
            "group": group,
            "members": selectors.members_of(group),
            "leads": selectors.leads_of(group) if signed_in else [],
            "themes": group.themes.all(),
            "predecessors": group.predecessors.all(),
            "closing": selectors.closing_of(group),
            "is_stale": _sees_news(request) and bool(freshness.stale_among([group])),
            "stale_days": settings.GROUP_STALE_DAYS,
            "plans": selectors.plans_of(group, request.user) if signed_in else [],
            "organisation": organisation,
            "own": own,
            # What may_join is asked about: the request that this person would make.
            "wish": GroupMembership(group=group, organisation=organisation) if organisation and not own else None,
        },
    )


@by_earlier_codes
def workspace(request: SignedInRequest, code: str) -> HttpResponse:
    group = get_object_or_404(Group.objects.inside_for(request.user).select_related("committee"), code=code)
    plans, history = selectors.plans_of(group, request.user), selectors.history_of(group, request.user)
    current = next((plan for plan in plans if plan.year == today().year and plan.status == "approved"), None)
    return render(
        request,
        "groups/workspace.html",
        {
            "group": group,
            "members": selectors.members_of(group),
            "requests": selectors.requests_for(group),
            "guests": selectors.guests_of(group),
            "invitations": selectors.invitations_of(group),
            "leads": selectors.leads_of(group),
            "plans": plans,
            "current": current,
            "overdue": [row for row in selectors.activities_of(current) if row.is_late or row.deliverable_is_late]
            if current
            else [],
            "start_form": StartPlanForm(group=group),
            "wish": Output(group=group),  # what the right to record one is asked about
            "is_stale": bool(freshness.stale_among([group])),
            "stale_days": settings.GROUP_STALE_DAYS,
            "asked": GroupChange.objects.asked().filter(group=group).first(),
            "events": history if request.GET.get("history") == "all" else history[:HISTORY_SIZE],
            "older": max(history.count() - HISTORY_SIZE, 0) if request.GET.get("history") != "all" else 0,
        },
    )
