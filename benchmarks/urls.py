"""The addresses of the portal, and a page to compare with."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from asa_portal.urls import handler403, handler404, handler500
from asa_portal.urls import urlpatterns as of_the_portal
from core.models import MemberType

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
PLAIN = engines["django"].from_string('{% extends "base.html" %}{% block content %}<p>{{ row.name }}</p>{% endblock %}')


@login_not_required
def plain(request: HttpRequest) -> HttpResponse:
    """The least that a page of the portal can be: its layout and one row."""
    return HttpResponse(PLAIN.render({"row": MemberType.objects.first()}, request))


urlpatterns = [path("benchmarks/plain/", plain), *of_the_portal]
