"""What committees adds to the pages of members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Seat
from members import extending
from members.models import Organisation


def seats_of(organisation: Organisation, user: Any) -> list[extending.Place]:
    """Who sits there is for people inside the partnership; that the organisation has a seat is public."""
    seats = Seat.objects.in_force().filter(organisation=organisation).select_related("committee", "user")
    named = user.is_authenticated and user.is_insider
    return [
        extending.Place(
            label=seat.committee.name,
            url=seat.committee.get_absolute_url(),
            detail=f"{seat.get_role_display()}: {seat.user}" if named else seat.get_role_display(),
        )
        for seat in seats.order_by("committee__order", "role")
    ]


def committees() -> Iterable[tuple[str, str]]:
    return Committee.objects.values_list("code", "name")


def sits_in(code: str) -> Exists:
    seats = Seat.objects.in_force().filter(committee__code=code)
    return Exists(seats.filter(user=OuterRef("user"), organisation=OuterRef("organisation")))


extending.add_panel(extending.Panel(_("Seats in committees"), seats_of))
extending.add_bodies(extending.BodyKind("committee", _("Committees"), committees, sits_in))
