"""Seats in the committees; the four committees are reference data."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from committees.models import Committee, Seat
from members.models import Representation
from tests.factories.members import MemberFactory, RepresentationFactory, UserFactory


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat
        skip_postgeneration_save = True

    class Params:
        code = "TECH"

    committee = factory.LazyAttribute(lambda o: Committee.objects.get(code=o.code))
    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(MemberFactory)
    role = Seat.Role.MEMBER
    starts = "2022-01-01"

    @factory.post_generation
    def representation(self, create, extracted, **kwargs):
        """Who holds a seat represents its organisation: without that it would not count."""
        if create and not Representation.objects.current().filter(user=self.user, organisation=self.organisation):
            RepresentationFactory(user=self.user, organisation=self.organisation)


class ChairFactory(SeatFactory):
    role = Seat.Role.CHAIR
