"""Public pages can be kept: by a visitor's browser and by whatever stands between."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

Next = Callable[[HttpRequest], HttpResponse]


def visitors_may_keep(get_response: Next) -> Next:
    """A page that a visitor reads may be kept, and is asked for again each time: with the ETag that
    ConditionalGetMiddleware gives, an unchanged page answers 304 without a body (RFC 9110, 9111).

    A page with a cookie (that of a form) is its reader's alone, and so is every page of who is signed in, also for
    what stands between and looks at no cookie. What a view says of itself stands.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        user = getattr(request, "user", None)
        if request.method not in ("GET", "HEAD") or answer.has_header("Cache-Control") or user is None:
            return answer
        if user.is_authenticated:
            patch_cache_control(answer, no_cache=True, private=True)
        elif answer.status_code == 200:
            # A form asked for its cookie, which is set further out.
            alone = answer.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
            patch_cache_control(answer, no_cache=True, **{"private" if alone else "public": True})
        return answer

    return middleware
