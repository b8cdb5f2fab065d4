"""Ideas for projects, and who is interested in them."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from committees.models import Committee
from core.models import Country, MemberType, Theme
from members.models import today
from projects.models import Idea, Interest, SoughtProfile
from tests.factories.members import MemberFactory, RepresentationFactory


class IdeaFactory(DjangoModelFactory):
    """An idea that looks for private trainers in Ireland, for batteries, under TECH."""

    class Meta:
        model = Idea
        skip_postgeneration_save = True

    class Params:
        committee_code = "TECH"

    title = factory.Sequence(lambda n: f"Idea {n}")
    summary = "Technicians learn to repair batteries."
    programme = "Erasmus+"
    organisation = factory.SubFactory(MemberFactory)
    author = factory.LazyAttribute(lambda o: RepresentationFactory(organisation=o.organisation).user)
    committee = factory.LazyAttribute(lambda o: Committee.objects.get(code=o.committee_code))
    deadline = factory.LazyFunction(lambda: today() + timedelta(days=60))
    posted_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def sought(self, create, extracted, **kwargs):
        """`sought=dict(types=…, profiles=…, countries=…, themes=…)`, each a list of codes."""
        wish = {
            "types": ["EDU-PRIV"],
            "profiles": [],
            "countries": ["IE"],
            "themes": ["TECH-BATTERIES"],
            **(extracted or {}),
        }
        self.member_types.set(MemberType.objects.filter(code__in=wish["types"]))
        self.countries.set(Country.objects.filter(code__in=wish["countries"]))
        self.themes.set(Theme.objects.filter(code__in=wish["themes"]))
        SoughtProfile.objects.bulk_create(SoughtProfile(idea=self, code=code) for code in wish["profiles"])


class InterestFactory(DjangoModelFactory):
    class Meta:
        model = Interest

    idea = factory.SubFactory(IdeaFactory)
    organisation = factory.SubFactory(MemberFactory)
    person = factory.LazyAttribute(lambda o: RepresentationFactory(organisation=o.organisation).user)
    brings = "Two training halls."
