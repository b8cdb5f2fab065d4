"""The committee or group that an address names, for whoever is inside of it."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from committees.models import Committee
from groups.models import Group
from members.requests import SignedInRequest


def body_inside(request: SignedInRequest, code: str) -> Committee | Group:
    """A committee or a group that the person sees from the inside, or Http404."""
    committee = Committee.objects.filter(code=code).first()
    if committee is not None and request.user.has_perm("committees.view_committee_inside", committee):
        return committee
    return get_object_or_404(Group.objects.inside_for(request.user).select_related("committee"), code=code)
