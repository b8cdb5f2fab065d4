"""Seats of a person, and how they are given up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core import events, workflow
from core.privacy import Leaver, erases, exports

END_SEAT = events.name_verb("seat.end", _("ended a seat"))


@exports("seats", _("Seats in committees"))
def seats(user: Any) -> list[dict[str, Any]]:
    found = Seat.objects.filter(user=user).select_related("committee", "organisation").order_by("starts", "pk")
    return [
        {
            "committee": seat.committee.code,
            "role": seat.role,
            "organisation": seat.organisation.code,
            "from": seat.starts,
            "until": seat.ends,
        }
        for seat in found
    ]


@erases
def end_seats(leaver: Leaver) -> None:
    for seat in Seat.objects.current().filter(user=leaver.user).select_related("committee", "organisation"):
        seat.ends = seat.last_day_if_over_now
        seat.save(update_fields=["ends"])
        workflow.act(END_SEAT, seat, actor=leaver.actor)
    leaver.rows += list(Seat.objects.filter(user=leaver.user))
