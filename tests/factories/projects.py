"""Initiatives of the tests. The shipped projects are reference data."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from projects.models import Initiative
from tests.factories.members import MemberFactory


class InitiativeFactory(DjangoModelFactory):
    class Meta:
        model = Initiative
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"PILOT-{n}")
    title = factory.LazyAttribute(lambda o: f"Initiative {o.code}")
    kind = Initiative.Kind.PILOT
    lead = factory.SubFactory(MemberFactory)
    starts = "2023-01-01"
    summary = "Plants and schools of a region retrain people together."
