"""Initiatives of the tests. The shipped projects are reference data."""

from __future__ import annotations

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from committees.models import Committee
from core.models import Licence
from projects.models import Initiative, Project, Result
from tests.factories.members import MemberFactory, UserFactory


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


class ResultFactory(DjangoModelFactory):
    """A result of DRIVES behind a link; `proposed_to="TECH"` for one that waits there."""

    class Meta:
        model = Result

    class Params:
        proposed_to = None

    project = factory.LazyFunction(lambda: Project.objects.get(slug="drives"))
    kind = Result.Kind.TRAINING
    title = factory.Sequence(lambda n: f"Course {n}")
    summary = "Forty hours on high voltage."
    date = date(2022, 3, 1)
    licence = factory.LazyFunction(lambda: Licence.objects.get(code="CC-BY-4.0"))
    link = "https://example.org/course"
    recorded_by = factory.SubFactory(UserFactory)
    committee = factory.LazyAttribute(lambda o: Committee.objects.get(code=o.proposed_to) if o.proposed_to else None)
    status = factory.LazyAttribute(lambda o: "proposed" if o.proposed_to else "offered")
    proposed_at = factory.LazyAttribute(lambda o: timezone.now() if o.proposed_to else None)
