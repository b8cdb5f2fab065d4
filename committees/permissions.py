"""Who steers a committee. Higher apps reuse these tests for what lies under one."""

from __future__ import annotations

from typing import Any

from committees.models import Committee, Seat
from members.models import Organisation

STEERING = (Seat.Role.CHAIR, Seat.Role.VICE_CHAIR)


def holds_seat(user: Any, committee: Committee, *roles: str) -> bool:
    """Whether the person sits there today, in one of the roles if any are named, for an active member."""
    if not user.is_authenticated or not user.is_active:
        return False
    seats = committee.seats.current().filter(user=user, organisation__in=Organisation.objects.members())
    return (seats.filter(role__in=roles) if roles else seats).exists()
