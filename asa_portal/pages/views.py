"""Pages that read across all apps."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from asa_portal.pages import selectors
from core import permissions, waiting
from members import representing as members_selectors
from members.models import Organisation

HOME_SECONDS = 60


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What the alliance is and where it stands. Visitors get numbers that are a minute old at most."""
    if request.user.is_authenticated:
        return render(request, "pages/home.html", selectors.home())
    return render(request, "pages/home.html", cache.get_or_set("pages.home", selectors.home, HOME_SECONDS))


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
    items, news = waiting.waiting_for(request.user), selectors.news_for(request.user)
    context = {"waiting": items, "sections": waiting.by_urgency(items), "news": news, **places}
    return render(request, "pages/me.html", context)
