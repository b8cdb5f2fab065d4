"""Pages of groups."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def group_list(request: HttpRequest) -> HttpResponse:
    return render(request, "groups/group_list.html")
