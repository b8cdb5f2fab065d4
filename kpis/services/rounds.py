"""Rounds: planned, opened, closed; and who is expected to report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from core import permissions
from core.models import IndicatorVersion
from core.workflow import act, perform
from kpis import steps
from kpis.models import ExpectedReporter, Report, Round
from members.models import Organisation, User


@transaction.atomic
def create_round(*, year: int, period: str, opens: date, closes: date, indicators: Sequence[str], actor: User) -> Round:
    """Plan a round for the current versions of the indicators (codes)."""
    permissions.require(actor, "kpis.create_round")
    made = Round.objects.create(year=year, period=period, opens=opens, closes=closes)
    made.indicators.set(IndicatorVersion.objects.current().reported().filter(indicator__code__in=indicators))
    act(steps.CREATE_ROUND, made, actor=actor)
    return made


@transaction.atomic
def open_round(*, round_id: int, actor: User) -> Round:
    """Open the round. The first time, every member becomes an expected reporter and finds a report to start."""
    Round.objects.select_for_update(of=("self",)).get(pk=round_id)  # two clicks at once: the second waits
    first = not ExpectedReporter.objects.filter(round=round_id).exists()
    if first:
        members = list(Organisation.objects.members().order_by("pk"))
        ExpectedReporter.objects.bulk_create(ExpectedReporter(round_id=round_id, organisation=one) for one in members)
        known = set(Report.objects.filter(round=round_id).values_list("organisation_id", flat=True))
        Report.objects.bulk_create(
            Report(round_id=round_id, organisation=one) for one in members if one.pk not in known
        )
    return perform(Round.objects.all(), round_id, steps.OPEN_ROUND, actor=actor)


def close_round(*, round_id: int, actor: User) -> Round:
    return perform(Round.objects.all(), round_id, steps.CLOSE_ROUND, actor=actor)


@transaction.atomic
def expect_report(*, round_id: int, organisation_id: int, actor: User) -> Report:
    """The report of an organisation for a round, made where it is missing: reports of others than those expected are
    welcome too."""
    permissions.require(actor, "kpis.start_report", Report(round_id=round_id, organisation_id=organisation_id))
    found = Report.objects.filter(round=round_id, organisation=organisation_id).order_by("-revision").first()
    if found:
        return found
    made, _new = Report.objects.get_or_create(round_id=round_id, organisation_id=organisation_id, revision=1)
    return made
