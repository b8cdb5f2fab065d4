"""Pages of committees."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from committees import selectors
from committees.models import Committee, Seat


@login_not_required
def committee_list(request: HttpRequest) -> HttpResponse:
    return render(request, "committees/committee_list.html", {"rows": selectors.committee_rows(request.user)})


@login_not_required
def committee_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The public face; whoever steers the committee, and the Office, see above it what waits for a decision."""
    committee = get_object_or_404(Committee.objects.visible_to(request.user), code=code)
    seats = list(selectors.seats_of(committee))
    return render(
        request,
        "committees/committee_detail.html",
        {
            "committee": committee,
            "themes": committee.themes,
            "steering": sorted((seat for seat in seats if seat.role in Seat.STEERING), key=lambda seat: seat.role),
            "seats": [seat for seat in seats if seat.role == Seat.Role.MEMBER],
        },
    )
