"""What the pages of committees read, each in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from committees.models import Committee, Seat
from core.models import Theme


@dataclass(frozen=True)
class CommitteeRow:
    """A committee with what its line in the list says."""

    committee: Committee
    themes: list[Theme]
    chairs: list[Seat]
    seat_count: int


def seats_of(committee: Committee) -> QuerySet[Seat]:
    """Who sits there today: chair, vice-chair, members."""
    return (
        Seat.objects.in_force()
        .filter(committee=committee)
        .select_related("user", "organisation__country")
        .order_by("organisation__legal_name")
    )


def committee_rows(user: Any) -> list[CommitteeRow]:
    committees = list(Committee.objects.visible_to(user))
    themes: dict[str, list[Theme]] = {}
    for theme in Theme.objects.filter(active=True):
        themes.setdefault(theme.committee_code, []).append(theme)
    seats: dict[int, list[Seat]] = {}
    for seat in Seat.objects.in_force().select_related("user", "organisation"):
        seats.setdefault(seat.committee_id, []).append(seat)
    return [
        CommitteeRow(
            committee,
            themes.get(committee.code, []),
            [seat for seat in seats.get(committee.pk, []) if seat.role == Seat.Role.CHAIR],
            len(seats.get(committee.pk, [])),
        )
        for committee in committees
    ]
