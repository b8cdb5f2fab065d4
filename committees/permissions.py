"""Who steers a committee. Higher apps reuse these tests for what lies under one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Seat
from core.permissions import allow, any_of, condition
from members.permissions import is_office_or_administrator

STEERING = Seat.STEERING


def holds_seat(user: Any, committee: Committee, *roles: str) -> bool:
    """Whether the person sits there today, in one of the roles if any are named, for an active member."""
    seats = Seat.objects.of(user).filter(committee=committee)
    return (seats.filter(role__in=roles) if roles else seats).exists()


@condition(_("Only the chair and vice-chair of this committee may do this."))
def steers_it(user: Any, committee: Any) -> bool:
    return holds_seat(user, committee, *Seat.STEERING)


@condition(_("Only those who hold a seat in this committee may do this."))
def sits_in_it(user: Any, committee: Any) -> bool:
    return holds_seat(user, committee)


allow("committees.view_committee_desk", any_of(steers_it, is_office_or_administrator))
allow("committees.view_committee_inside", any_of(sits_in_it, is_office_or_administrator))
