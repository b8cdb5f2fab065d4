"""What every request has to do with pages that read across all apps."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from asa_portal.pages import numbers


class WaitingNumberMiddleware:
    """Who does something has, mostly, less that waits: the number beside my page is counted anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.method == "POST" and request.user.is_authenticated:
            numbers.forget(request.user)
        return answer
