"""Who hears of what happens in committees. The actor never does (core.notifications)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Procedure, Seat, Voice
from core.models import Event, Pace
from core.notifications import audience, name_kind
from members.models import User

name_kind("procedure", _("Written procedures"))
name_kind("seat", _("Seats in committees"))
name_kind("voice", _("Voices in written procedures"), pace=Pace.DAILY)


def seats_of(committee: Committee) -> Iterable[User]:
    return User.objects.filter(pk__in=Seat.objects.in_force().filter(committee=committee).values("user"))


@audience("procedure.open")
def those_who_have_a_voice(event: Event, procedure: Procedure) -> Iterable[User]:
    return procedure.asked.all()


@audience("procedure.adopt", "procedure.object", "procedure.lapse", "procedure.withdraw")
def the_committee(event: Event, procedure: Procedure) -> Iterable[User]:
    return [procedure.opened_by, *seats_of(procedure.committee)]


@audience("voice.comment")
def who_opened_it(event: Event, voice: Voice) -> Iterable[User]:
    return [voice.procedure.opened_by]


@audience("seat.give", "seat.hand_over", "seat.end")
def whose_seat_it_is(event: Event, seat: Seat) -> Iterable[User]:
    return [seat.user]
