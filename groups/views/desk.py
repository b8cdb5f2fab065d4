"""The desk of a committee, as a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from committees.models import Committee
from core import permissions
from groups.desk import ON_THE_DESK, desk_of
from members.requests import SignedInRequest


@require_safe
def committee_desk(request: SignedInRequest, code: str) -> HttpResponse:
    committee = get_object_or_404(Committee.objects.visible_to(request.user), code=code)
    permissions.require(request.user, "committees.view_committee_desk", committee)
    context = {"committee": committee, "desk": desk_of(committee, request.user, ON_THE_DESK), "whole": True}
    return render(request, "groups/committee_desk.html", context)
