"""Requests as views behind the login know them. For type checkers: nothing is ever made of these classes."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from members.models import User


class PageRequest(HttpRequest):
    """Any request that has passed the middleware."""

    htmx: HtmxDetails


class SignedInRequest(PageRequest):
    """A request of somebody who has signed in (LoginRequiredMiddleware lets nobody else through)."""

    user: User
