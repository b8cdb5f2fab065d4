"""The directory of members."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from members.models import Organisation


@login_not_required
def directory(request: HttpRequest) -> HttpResponse:
    return render(request, "members/directory.html")


@login_not_required
def organisation_detail(request: HttpRequest, code: str) -> HttpResponse:
    found = Organisation.objects.visible_to(request.user).select_related("country", "member_type")
    return render(request, "members/organisation_detail.html", {"organisation": get_object_or_404(found, code=code)})
