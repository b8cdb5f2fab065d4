"""Pages that read across all apps."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from asa_portal.pages import selectors


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    cards = selectors.committee_cards()
    return render(request, "pages/home.html", {"cards": cards, "partnership": selectors.partnership(cards)})


def me(request: HttpRequest) -> HttpResponse:
    """What waits for the person, what is new, and where they belong."""
    places = selectors.places_of(request.user)
    waiting, news = selectors.waiting_for(request.user), selectors.news_for(request.user)
    return render(request, "pages/me.html", {"waiting": waiting, "news": news, **places})
