"""Pages that read across all apps."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from asa_portal.pages import selectors
from core import permissions
from members import representing as members_selectors
from members.models import Organisation


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    cards = selectors.committee_cards()
    return render(request, "pages/home.html", {"cards": cards, "partnership": selectors.partnership(cards)})


@require_safe
def my_organisation(request: HttpRequest) -> HttpResponse:
    """The organisation that the person acts for: its profile, people, commitments, groups and reports."""
    organisation: Organisation | None = request.organisation  # type: ignore[attr-defined]
    if not organisation:
        raise permissions.Denied(members_selectors.why_no_organisation(request.user))
    return render(request, "pages/my_organisation.html", selectors.inside_of(organisation, request.user))


def me(request: HttpRequest) -> HttpResponse:
    """What waits for the person, what is new, and where they belong."""
    places = selectors.places_of(request.user)
    waiting, news = selectors.waiting_for(request.user), selectors.news_for(request.user)
    return render(request, "pages/me.html", {"waiting": waiting, "news": news, **places})
