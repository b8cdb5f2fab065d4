"""For whom does this person act? And has whoever must have a second factor set one up?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from members.adapters import SECOND_FACTORS
from members.models import Organisation

SESSION_KEY = "acting_for"
GetResponse = Callable[[HttpRequest], HttpResponse]


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

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.organisation = SimpleLazyObject(lambda: acting_for(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class SecondFactorMiddleware:
    """Sends the Office and administrators to set up a second factor before anything else, where settings ask for it.

    Open to them until then: signing out, and what the set-up itself needs. Public pages are not, because to their
    readers from the Office some of them show and allow more."""

    allowed = frozenset(
        {
            "account_logout",
            "account_reauthenticate",
            "account_email",
            "account_confirm_email",
            "account_email_verification_sent",
            "account_change_password",
            "account_set_password",
        }
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user: Any = request.user
        if not user.is_authenticated:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in self.allowed or name.startswith("mfa_") or not user.must_have_second_factor:
            return None
        if is_mfa_enabled(user, types=SECOND_FACTORS):
            return None
        messages.warning(
            request,
            _("Your role needs a second factor at sign-in. Please set up an authenticator app or a passkey first."),
        )
        return redirect("mfa_index")
