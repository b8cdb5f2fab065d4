"""Pages that read across all apps."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from asa_portal.pages import numbers, selectors
from core import links, permissions, waiting
from core.models import LinkCheck
from members import representing as members_selectors
from members.models import Organisation
from projects.partnering import matching

HOME_SECONDS = 60


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What the alliance is and where it stands. Visitors get numbers that are a minute old at most."""
    if request.user.is_authenticated:
        return render(request, "pages/home.html", selectors.home())
    return render(request, "pages/home.html", cache.get_or_set("pages.home", selectors.home, HOME_SECONDS))


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the alliance is, how it came about, and the Pact that it belongs to."""
    return render(request, "pages/about.html", selectors.about())


@login_not_required
@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """The structure of committees and groups, and how they work."""
    return render(request, "pages/method.html", selectors.method())


def _contact() -> dict[str, str]:
    return {"office_email": settings.OFFICE_EMAIL, "office_address": settings.OFFICE_ADDRESS}


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html", _contact())


@login_not_required
@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/imprint.html", _contact())


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone, and where they find the rest (RFC 9309)."""
    return render(request, "pages/robots.txt", content_type="text/plain; charset=utf-8")


@require_safe
def dead_links(request: HttpRequest) -> HttpResponse:
    """Where the pages of the portal lead and nobody answers any more."""
    permissions.require(request.user, "members.view_dead_links")
    checked = LinkCheck.objects.aggregate(last=Max("checked_at"), number=Count("pk"))
    return render(request, "pages/dead_links.html", {"dead": links.dead_links(), "checked": checked})


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
    numbers.keep(request.user, len(items))
    ideas = matching.ideas_for(request.user)
    context = {"waiting": items, "sections": waiting.by_urgency(items), "news": news, "ideas": ideas, **places}
    return render(request, "pages/me.html", context)


@never_cache
@require_safe
def waiting_number(request: HttpRequest) -> HttpResponse:
    """How much waits, for the link to my page on a page that did not know it."""
    return render(request, "pages/partials/_waiting_number.html", {"waiting_number": numbers.count(request.user)})
