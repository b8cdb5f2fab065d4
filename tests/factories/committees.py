"""Seats in the committees; the four committees are reference data."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from committees.models import Committee, Seat
from tests.factories.members import MemberFactory, UserFactory


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    class Params:
        code = "TECH"

    committee = factory.LazyAttribute(lambda o: Committee.objects.get(code=o.code))
    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(MemberFactory)
    role = Seat.Role.MEMBER
    starts = "2022-01-01"


class ChairFactory(SeatFactory):
    role = Seat.Role.CHAIR
