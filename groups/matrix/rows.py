"""One row of the matrix opened: the organisations behind a number, and behind a gap those that could fill it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from committees.models import Committee, Seat
from core.catalogues.models import FAMILIES
from core.models import Country, MemberType
from groups.matrix.columns import Unit, columns_of
from groups.matrix.table import ALL
from groups.matrix.wish import Wish
from groups.models import Group, GroupMembership
from members.models import Organisation

CANDIDATES = 30


@dataclass(frozen=True)
class Behind:
    """What a row stands for, or one field of it."""

    wish: Wish
    title: str
    body: Group | Committee | None  # None: all of them
    places: QuerySet[GroupMembership]
    seats: QuerySet[Seat]
    column: str = ""  # the type or country that was asked for, in words
    narrow: Q = field(default_factory=Q)

    @property
    def narrowed(self) -> str:
        """What is asked for, in words; empty for the whole row."""
        return self.column or (str(FAMILIES[self.wish.family]) if self.wish.family else "")

    @cached_property
    def _there(self) -> set[int]:
        return {
            *self.places.order_by().values_list("organisation", flat=True).distinct(),
            *self.seats.order_by().values_list("organisation", flat=True).distinct(),
        }

    def organisations(self) -> QuerySet[Organisation]:
        rows = Organisation.objects.filter(self.narrow, pk__in=self._there)
        return rows.select_related("member_type", "country").order_by("name_key", "pk")

    def candidates(self) -> tuple[list[Organisation], int]:
        """Members that would fill a gap: the first of them, and how many there are."""
        rows = self.wish.organisations().filter(self.narrow).exclude(pk__in=self._there)
        first = rows.select_related("member_type", "country").order_by("name_key", "pk")[:CANDIDATES]
        return list(first), rows.count()

    def with_places(self, organisations: list[Organisation]) -> list[tuple[Organisation, list[Group | Committee]]]:
        """Each with the committees and groups in which it is."""
        where: dict[int, list[Group | Committee]] = defaultdict(list)
        for seat in self.seats.filter(organisation__in=organisations).select_related("committee"):
            if seat.committee not in where[seat.organisation_id]:
                where[seat.organisation_id].append(seat.committee)
        rows = self.places.filter(organisation__in=organisations).select_related("group").order_by("group__code")
        for place in rows:
            where[place.organisation_id].append(place.group)
        return [(one, where[one.pk]) for one in organisations]

    def gaps(self) -> list[Unit]:
        """Everybody who is missing in the row."""
        there = Organisation.objects.filter(pk__in=self._there).order_by()
        rows = there.values_list(self.wish.field).annotate(n=Count("pk"))
        return columns_of(self.wish).missing(Counter(dict(rows)))


def behind(code: str, asked: Any) -> Behind | None:
    """None where there is no such row: no committee and no active group of this code."""
    wish = Wish.of(asked)
    column, narrow = _column(asked)
    places, seats = wish.places(), wish.seats()
    if code == ALL:
        return Behind(wish, _("All committees and groups"), None, places, seats, column, narrow)
    if committee := Committee.objects.filter(code=code).first():
        places, seats = places.filter(group__committee=committee), seats.filter(committee=committee)
        return Behind(wish, committee.name, committee, places, seats, column, narrow)
    if group := Group.objects.active().filter(code=code).first():
        return Behind(wish, str(group), group, places.filter(group=group), seats.none(), column, narrow)
    return None


def _column(asked: Any) -> tuple[str, Q]:
    if kind := MemberType.objects.filter(code=asked.get("type", "")).first():
        return kind.name, Q(member_type=kind)
    if country := Country.objects.filter(code=asked.get("country", "")).first():
        return country.name, Q(country=country)
    return "", Q()
