"""Seats of a person, and how they are given up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees import steps
from committees.models import Procedure, Seat, Voice
from core import workflow
from core.privacy import Leaver, erases, exports


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


@exports("procedures", _("Written procedures that you opened, and what you said in others"))
def procedures(user: Any) -> list[dict[str, Any]]:
    opened = Procedure.objects.filter(opened_by=user).order_by("pk")
    voices = Voice.objects.filter(user=user).select_related("procedure").order_by("pk")
    return [
        *({"procedure": one.title, "as": "opened", "at": one.opened_at, "text": one.question} for one in opened),
        *({"procedure": one.procedure.title, "as": one.answer, "at": one.at, "text": one.note} for one in voices),
    ]


@erases
def end_seats(leaver: Leaver) -> None:
    """Also the terms that have not begun: nobody is to come into a seat after having left."""
    for seat in Seat.objects.filter(user=leaver.user).not_over().select_related("committee", "organisation"):
        seat.end_now()
        workflow.act(steps.END_SEAT, seat, actor=leaver.actor)
    leaver.rows += list(Seat.objects.filter(user=leaver.user))
