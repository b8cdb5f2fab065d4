"""The seats of a committee, for the Office: who sits there, since when, until when, and who comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from committees.forms.seats import EndSeatForm, GiveSeatForm, HandOverForm
from committees.models import Committee, Seat
from committees.services import seats
from core import permissions
from core.workflow import Incomplete
from members.models import today
from members.requests import SignedInRequest

RIGHT = "committees.manage_seats"


def seat_list(request: SignedInRequest, code: str) -> HttpResponse:
    committee = get_object_or_404(Committee.objects.visible_to(request.user), code=code)
    permissions.require(request.user, RIGHT, committee)
    rows = list(committee.seats.select_related("user", "organisation").order_by("-starts", "user__name"))
    rows.sort(key=lambda row: Seat.Role.values.index(row.role))
    for row in rows:
        row.committee = committee
    context = {
        "committee": committee,
        "warnings": seats.warnings(committee, rows),
        "parts": [
            (_("Today"), [row for row in rows if row.is_current]),
            (_("Later"), [row for row in rows if row.starts > today() and not row.is_void]),
            (_("Before"), [row for row in rows if row.is_void or (row.ends and row.ends < today())]),
        ],
        "today": today(),
    }
    return render(request, "committees/seat_list.html", context)


def _edit(
    request: SignedInRequest, committee: Committee, form: forms.Form, act: Callable[..., Any], done: str, **context: Any
) -> HttpResponse:
    """The page of one form: what does not fit is said at its field, and nothing is lost."""
    if request.method == "POST" and form.is_valid():
        try:
            act(actor=request.user, **form.cleaned_data)
        except Incomplete as problem:
            for name, sentence in problem.problems.items():
                field = {"starts": "first_day"}.get(name, name) if "first_day" in form.fields else name
                form.add_error(field if field in form.fields else None, sentence)
        else:
            messages.success(request, done)
            return redirect("committees:seat_list", committee.code)
    context |= {"committee": committee, "form": form}
    return render(request, "committees/seat_form.html", context, status=422 if form.errors else 200)


def seat_give(request: SignedInRequest, code: str) -> HttpResponse:
    committee = get_object_or_404(Committee.objects.visible_to(request.user), code=code)
    permissions.require(request.user, RIGHT, committee)

    def act(**fields: Any) -> Any:
        return seats.give_seat(committee_id=committee.pk, **fields)

    form = GiveSeatForm(request.POST or None)
    return _edit(request, committee, form, act, _("The seat is given."), title=_("Give a seat"))


def _seat(request: SignedInRequest, pk: int) -> Seat:
    seat = get_object_or_404(Seat.objects.select_related("committee", "user", "organisation"), pk=pk)
    permissions.require(request.user, RIGHT, seat.committee)
    return seat


def seat_hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    seat = _seat(request, pk)

    def act(**fields: Any) -> Any:
        return seats.hand_over(seat_id=pk, **fields)

    form = HandOverForm(request.POST or None)
    done = _("The seat is handed over, without a day between.")
    return _edit(request, seat.committee, form, act, done, seat=seat, title=_("Hand over the seat"))


def seat_end(request: SignedInRequest, pk: int) -> HttpResponse:
    seat = _seat(request, pk)

    def act(**fields: Any) -> Any:
        return seats.end_seat(seat_id=pk, **fields)

    form = EndSeatForm(request.POST or None)
    return _edit(request, seat.committee, form, act, _("The term ends then."), seat=seat, title=_("End the seat"))
