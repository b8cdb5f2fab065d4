"""Rounds, reports and figures of the tests. Indicators and the ambition are reference data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.models import IndicatorVersion
from kpis import services
from kpis.context import context_of
from kpis.freezing import freeze
from kpis.lines import Cell, Line
from kpis.models import Edition, ExpectedReporter, Report, Round
from kpis.services.reports import write_lines
from members.models import User, today
from tests.factories.members import MemberFactory, UserFactory


class RoundFactory(DjangoModelFactory):
    """An open round for all indicators that are reported."""

    class Meta:
        model = Round
        django_get_or_create = ("year", "period")
        skip_postgeneration_save = True

    year = 2024
    period = "YEAR"
    opens = factory.LazyFunction(lambda: today() - timedelta(days=30))
    closes = factory.LazyFunction(lambda: today() + timedelta(days=30))
    status = Round.Status.OPEN

    @factory.post_generation
    def indicators(self, create, extracted, **kwargs):
        if create and not self.indicators.exists():
            self.indicators.set(IndicatorVersion.objects.in_force(self.year).reported())


class ReportFactory(DjangoModelFactory):
    """A report with its `lines`; figures of an approved one count after the next roll-up."""

    class Meta:
        model = Report
        skip_postgeneration_save = True

    organisation = factory.SubFactory(MemberFactory)
    round = factory.SubFactory(RoundFactory)
    status = Report.Status.DRAFT

    @factory.post_generation
    def lines(self, create, extracted: Sequence[Line] | None, **kwargs):
        if create and extracted:
            write_lines(self, extracted, context_of(self))

    @factory.post_generation
    def expected(self, create, extracted, **kwargs):
        if create and extracted:
            ExpectedReporter.objects.get_or_create(round=self.round, organisation=self.organisation)


class SubmittedReportFactory(ReportFactory):
    status = Report.Status.SUBMITTED
    submitted_at = factory.LazyFunction(timezone.now)
    submitted_by = factory.SubFactory(UserFactory)


class ApprovedReportFactory(SubmittedReportFactory):
    status = Report.Status.APPROVED
    approved_at = factory.LazyFunction(timezone.now)
    approved_by = factory.SubFactory(UserFactory)
    member_type = factory.LazyAttribute(lambda o: o.organisation.member_type)


def line(value: int | None = None, *, indicator="K1", region="CZ", state="", parts=None, **more) -> Line:
    """line(120, whose="others", others=acme, parts={"gender": {"f": 20, "m": 100}})"""
    others = more.pop("others", None)
    return Line(
        indicator=indicator,
        region=region,
        total=Cell(state) if state else Cell.of(value),
        others=getattr(others, "pk", others),
        parts={
            (breakdown, category): Cell.of(number)
            for breakdown, cells in (parts or {}).items()
            for category, number in cells.items()
        },
        **more,
    )


def publish(year: int, office: User, note: str = "") -> Edition:
    """The year as an edition that the public sees."""
    edition = freeze(year, office, note)
    return services.publish_edition(edition_id=edition.pk, actor=office)
