"""A form that could not be taken: the session had ended, or the page had become too old to prove where it came from.

Nothing was done with it. The answer gives the text back, says so, and offers to send it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

SECRET_NAMES = ("csrf", "password", "token", "secret", "otp")
ROOM = 500_000  # characters; a page with more is not sent back, the browser still has it


@dataclass(frozen=True)
class Field:
    name: str
    value: str

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").replace("-", " ").strip().capitalize()

    @property
    def rows(self) -> int:
        return min(20, 1 + len(self.value) // 70 + self.value.count("\n"))


def _is_own(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())


def _came_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of ours sent the form. Another site's text is not repeated: it could say
    anything in our name."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return bool(origin) and origin != "null" and _is_own(request, origin)


def _page_of_form(request: HttpRequest) -> str:
    """Where the form stood; the address that it was sent to may know no GET."""
    referer = request.headers.get("Referer", "")
    if referer and _is_own(request, referer):
        parts = urlsplit(referer)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return resolve_url("pages:me")


def kept_fields(request: HttpRequest) -> list[Field]:
    """What was written, without secrets; nothing from the sign-in pages, where all may be secret."""
    if not _came_from_here(request) or request.path.startswith(resolve_url("account_login").rpartition("login")[0]):
        return []

    def fields() -> Iterator[Field]:
        for name, values in request.POST.lists():
            if not any(part in name.lower() for part in SECRET_NAMES):
                yield from (Field(name, str(value)) for value in values)

    found = list(fields())
    return found if sum(len(field.name) + len(field.value) for field in found) <= ROOM else []


def give_back(request: HttpRequest, *, status: int, **context: Any) -> HttpResponse:
    fields = kept_fields(request)
    page = _page_of_form(request)
    context |= {
        "fields": fields,
        "written": [field for field in fields if field.value.strip()],
        "files": bool(request.FILES),
        "page": page,
        "sign_in": f"{resolve_url('account_login')}?{urlencode({'next': page})}",
    }
    response = render(request, "unsent.html", context, status=status)
    if request.headers.get("HX-Request"):
        # The part of the page that asked is replaced by the whole of this one; 422 is what our pages swap.
        response.status_code = 422
        response["HX-Retarget"] = response["HX-Reselect"] = "#main"
        response["HX-Reswap"] = "outerHTML"
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW: mostly somebody signed in or out in another tab since the page was opened."""
    return give_back(request, status=403, ended=False)


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends visitors to sign in, as Django's own does, and keeps what they had written."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method not in ("GET", "HEAD"):
            return give_back(request, status=401, ended=True)
        if request.headers.get("HX-Request"):
            current = urlsplit(request.headers.get("HX-Current-URL", ""))
            page = current.path + (f"?{current.query}" if current.query else "")
            response = HttpResponse(status=401)
            response["HX-Redirect"] = f"{resolve_url('account_login')}?{urlencode({'next': page or '/'})}"
            return response
        return super().handle_no_permission(request, view_func)
