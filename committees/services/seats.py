"""Seats and their terms: given, ended, and handed over without a gap. Rights follow from the days (Seat.in_force)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from committees import steps
from committees.models import Committee, Seat
from core import permissions, workflow
from core.workflow import Incomplete
from members.models import Organisation, Representation, User, today


@transaction.atomic
def give_seat(
    *,
    committee_id: int,
    actor: User,
    user: User,
    organisation: Organisation,
    role: str,
    starts: date,
    ends: date | None = None,
    note: str = "",
) -> Seat:
    """Raises Incomplete with what does not fit: {field: sentence}."""
    committee = Committee.objects.select_for_update().get(pk=committee_id)  # two at once: the second sees the first
    permissions.require(actor, "committees.manage_seats", committee)
    seat = Seat(committee=committee, user=user, organisation=organisation, role=role, starts=starts, ends=ends)
    return _enter(seat, actor, steps.GIVE_SEAT, note)


def _enter(seat: Seat, actor: User, verb: str, note: str) -> Seat:
    if problems := _problems(seat):
        raise Incomplete(problems)
    seat.save()
    workflow.act(verb, seat, actor=actor, note=note, on_behalf_of=seat.organisation, data=_days(seat))
    return seat


def _days(seat: Seat) -> dict[str, Any]:
    return {"role": seat.role, "starts": str(seat.starts), "ends": str(seat.ends or "")}


def _problems(seat: Seat) -> dict[str, str]:
    found: dict[str, str] = {}
    speaks = Representation.objects.current().of_members().filter(user=seat.user, organisation=seat.organisation)
    if not speaks.exists():
        found["person"] = _("%(who)s does not represent %(organisation)s.") % {
            "who": seat.user,
            "organisation": seat.organisation,
        }
    if seat.ends and seat.ends < seat.starts:
        found["ends"] = _("It ends before it starts.")
        return found
    if own := _overlapping(seat).filter(user=seat.user).first():
        found["person"] = _("%(who)s sits there already: %(days)s. End that term first.") % {
            "who": seat.user,
            "days": term(own),
        }
    elif seat.role == Seat.Role.CHAIR and (other := _overlapping(seat).filter(role=Seat.Role.CHAIR).first()):
        found["starts"] = _("%(who)s is chair %(days)s: hand over that seat, or end it first.") % {
            "who": other.user,
            "days": term(other),
        }
    return found


def _overlapping(seat: Seat) -> Any:
    """Other terms in the committee with a day in common."""
    rows = Seat.objects.filter(committee=seat.committee).exclude(pk=seat.pk).exclude(ends__lt=seat.starts)
    rows = rows.exclude(ended_at__isnull=False, ends=F("starts"))  # void: nobody sat there for a day
    return rows.exclude(starts__gt=seat.ends) if seat.ends else rows


def term(seat: Seat) -> str:
    """The days of a seat, in words."""
    first = date_format(seat.starts, "SHORT_DATE_FORMAT")
    if seat.ends is None:
        return _("since %(first)s") % {"first": first}
    return _("from %(first)s to %(last)s") % {"first": first, "last": date_format(seat.ends, "SHORT_DATE_FORMAT")}


def _last_day(seat: Seat, last: date) -> None:
    """Raises Incomplete where the term cannot end then."""
    if last < seat.starts:
        raise Incomplete({"last_day": _("The term began later. A seat ends on its first day at the earliest.")})
    if seat.ends and last > seat.ends:
        raise Incomplete({"last_day": _("The term ends on %(day)s already.") % {"day": _short(seat.ends)}})


def _short(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


@transaction.atomic
def end_seat(*, seat_id: int, actor: User, last_day: date, note: str) -> Seat:
    """From the day after, the seat gives no right. Raises Incomplete when the day lies outside the term."""
    seat = Seat.objects.select_for_update(of=("self",)).select_related("committee", "organisation").get(pk=seat_id)
    permissions.require(actor, "committees.manage_seats", seat.committee)
    _last_day(seat, last_day)
    seat.ends = last_day
    seat.save(update_fields=["ends"])
    workflow.act(steps.END_SEAT, seat, actor=actor, note=note, on_behalf_of=seat.organisation, data=_days(seat))
    return seat


@transaction.atomic
def hand_over(
    *,
    seat_id: int,
    actor: User,
    user: User,
    organisation: Organisation,
    first_day: date,
    ends: date | None = None,
    note: str = "",
) -> Seat:
    """The new term starts on the day after the old one ends: there is no day without, and none with two. Raises
    Incomplete when that does not fit; then nothing was changed."""
    seat = Seat.objects.select_related("committee").get(pk=seat_id)
    Committee.objects.select_for_update().get(pk=seat.committee_id)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("committee").get(pk=seat_id)
    permissions.require(actor, "committees.manage_seats", seat.committee)
    if first_day <= seat.starts:
        raise Incomplete(
            {"starts": _("The present term began on %(day)s: name a later day.") % {"day": _short(seat.starts)}}
        )
    if seat.ends and first_day > seat.ends + timedelta(days=1):
        raise Incomplete(
            {
                "starts": _("The present term ends on %(day)s: the seat would be empty until then.")
                % {"day": _short(seat.ends)}
            }
        )
    seat.ends = first_day - timedelta(days=1)
    seat.save(update_fields=["ends"])
    workflow.act(steps.END_SEAT, seat, actor=actor, note=note, on_behalf_of=seat.organisation, data=_days(seat))
    heir = Seat(
        committee=seat.committee, user=user, organisation=organisation, role=seat.role, starts=first_day, ends=ends
    )
    return _enter(heir, actor, steps.HAND_OVER_SEAT, note)


def warnings(committee: Committee, seats: list[Seat]) -> list[str]:
    """What somebody should look at: a chair that is or will be vacant, and seats that rest."""
    found = []
    vacant = _first_day_without(seats, Seat.Role.CHAIR)
    if vacant == today():
        found.append(_("The chair is vacant today: the ASA Office decides in place of the chair."))
    elif vacant:
        found.append(_("The chair is vacant from %(day)s on.") % {"day": _short(vacant)})
    in_force = set(Seat.objects.in_force().filter(committee=committee).values_list("pk", flat=True))
    for seat in seats:
        if seat.is_current and seat.pk not in in_force:
            found.append(
                _("The seat of %(who)s rests: %(organisation)s is no active member, or is represented by others.")
                % {"who": seat.user, "organisation": seat.organisation}
            )
    return found


def _first_day_without(seats: list[Seat], role: str) -> date | None:
    """The first day from today on which nobody holds the role; None when somebody always does."""
    day = today()
    for seat in sorted((one for one in seats if one.role == role and not one.is_void), key=lambda one: one.starts):
        if seat.starts <= day and (seat.ends is None or seat.ends >= day):
            if seat.ends is None:
                return None
            day = seat.ends + timedelta(days=1)
    return day
