"""For whom does this person act? Somebody who represents several organisations chooses one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from members.models import Organisation

SESSION_KEY = "acting_for"


def acting_for(request: HttpRequest) -> Organisation | None:
    """The organisation chosen in this session, while the role lasts; else the first that the person represents."""
    user: Any = request.user
    if not user.is_authenticated or not user.organisation_roles:
        return None
    wish: int = request.session.get(SESSION_KEY, 0)
    chosen = wish if wish in user.organisation_roles else min(user.organisation_roles)
    return Organisation.objects.select_related("country", "member_type").get(pk=chosen)


class ActingForMiddleware:
    """Sets request.organisation (lazily: pages that do not ask pay nothing)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.organisation = SimpleLazyObject(lambda: acting_for(request))  # type: ignore[attr-defined]
        return self.get_response(request)
