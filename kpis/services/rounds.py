"""Rounds: planned, opened, closed; and who is expected to report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import permissions
from core.workflow import NotPossible, act, perform
from kpis import steps
from kpis.models import Evidence, ExpectedReporter, Report, Round
from kpis.services.evidence import forget_evidence
from kpis.versions import versions_for
from members.models import Organisation, User, today

LONGEST = 60  # days before or after the close on which the schedule may remind


@transaction.atomic
def create_round(
    *,
    year: int,
    period: str,
    opens: date,
    closes: date,
    indicators: Sequence[str],
    actor: User,
    reminder_days: Sequence[int] | None = None,
) -> Round:
    """Plan a round for the indicators (codes), by their versions of the year. Raises NotPossible where there is one of
    that year and period, or the dates are in the wrong order."""
    permissions.require(actor, "kpis.create_round")
    _check_dates(opens, closes)
    schedule = {} if reminder_days is None else {"reminder_days": list(reminder_days)}
    try:
        with transaction.atomic():
            made = Round.objects.create(year=year, period=period, opens=opens, closes=closes, **schedule)
    except IntegrityError:  # somebody else planned it in this moment
        raise NotPossible(_("There is a round of this year and period already."))
    made.indicators.set(versions_for(year, indicators))
    act(steps.CREATE_ROUND, made, actor=actor)
    return made


def _check_dates(opens: date, closes: date) -> None:
    if closes < opens:
        raise NotPossible(_("The round cannot close before it opens."))


@transaction.atomic
def edit_round(
    *,
    round_id: int,
    opens: date,
    closes: date,
    indicators: Sequence[str],
    reminder_days: Sequence[int],
    actor: User,
    note: str = "",
) -> Round:
    """Change dates, indicators (codes) and the schedule of reminders. Once the round is open, its first day and its
    indicators stay, and another last day takes a reason, which those expected to report are told. Raises NotPossible
    with what does not fit."""
    one = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    permissions.require(actor, "kpis.edit_round", one)
    _check_dates(opens, closes)
    codes = set(one.indicators.values_list("indicator__code", flat=True))
    if one.status == Round.Status.OPEN:
        if opens != one.opens or set(indicators) != codes:
            raise NotPossible(_("The round is open: its first day and its indicators stay as they are."))
        if closes != one.closes and closes < today():
            raise NotPossible(_("The last day lies in the past. To end the round now, close it."))
        if closes != one.closes and not note.strip():
            raise NotPossible(_("Please say why the last day changes: those who report are told."))
    before = {"opens": str(one.opens), "closes": str(one.closes), "indicators": sorted(codes)}
    one.opens, one.closes, one.reminder_days = opens, closes, sorted(set(reminder_days), reverse=True)
    one.save(update_fields=["opens", "closes", "reminder_days"])
    if set(indicators) != codes:
        one.indicators.set(versions_for(one.year, indicators))
    after = {"opens": str(opens), "closes": str(closes), "indicators": sorted(indicators)}
    act(steps.EDIT_ROUND, one, actor=actor, note=note, data={"before": before, "after": after})
    return one


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
def reopen_round(*, round_id: int, closes: date, note: str, actor: User) -> Round:
    """Open a closed round again, until another day; those expected to report are told why."""
    one = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    permissions.require(actor, "kpis.reopen_round", one)
    if closes < max(today(), one.opens):
        raise NotPossible(_("Choose a last day that is today or later."))
    return perform(Round.objects.all(), round_id, steps.REOPEN_ROUND, actor=actor, note=note, closes=closes)


@transaction.atomic
def expect_report(*, round_id: int, organisation_id: int, actor: User) -> Report:
    """The report of an organisation for a round, made where it is missing: reports of others than those expected are
    welcome too."""
    permissions.require(actor, "kpis.start_report", Report(round_id=round_id, organisation_id=organisation_id))
    return _first_report(round_id, organisation_id)


def _first_report(round_id: int, organisation_id: int) -> Report:
    found = Report.objects.filter(round=round_id, organisation=organisation_id).order_by("-revision").first()
    if found:
        return found
    made, _new = Report.objects.get_or_create(round_id=round_id, organisation_id=organisation_id, revision=1)
    return made


@transaction.atomic
def expect_reporter(*, round_id: int, organisation_id: int, note: str, actor: User) -> ExpectedReporter:
    """Add an organisation to those expected to report, with a reason; completeness follows. Raises NotPossible when it
    is one of them already."""
    one, who = _round_and_organisation(round_id, organisation_id, note, actor)
    if one.expected.filter(organisation=who).exists():
        raise NotPossible(_("%(who)s is expected to report already.") % {"who": who})
    made = ExpectedReporter.objects.create(round=one, organisation=who, reason=note)
    if one.status != Round.Status.PLANNED:
        _first_report(round_id, who.pk)
    act(steps.EXPECT_REPORTER, one, actor=actor, note=f"{who}: {note}", data={"organisation": who.pk})
    return made


@transaction.atomic
def release_reporter(*, round_id: int, organisation_id: int, note: str, actor: User) -> None:
    """Take an organisation off those expected to report, with a reason. What it has written stays, and counts once it
    is approved; a report that nobody has started goes."""
    one, who = _round_and_organisation(round_id, organisation_id, note, actor)
    if not one.expected.filter(organisation=who).delete()[0]:
        raise NotPossible(_("%(who)s is not among those expected to report.") % {"who": who})
    unstarted = one.reports.filter(organisation=who, status=Report.Status.NOT_STARTED)
    forget_evidence(list(Evidence.objects.filter(report__in=unstarted)))  # attached beside figures that were not taken
    unstarted.delete()
    act(steps.RELEASE_REPORTER, one, actor=actor, note=f"{who}: {note}", data={"organisation": who.pk})


def _round_and_organisation(round_id: int, organisation_id: int, note: str, actor: User) -> tuple[Round, Organisation]:
    one = Round.objects.select_for_update(of=("self",)).get(pk=round_id)  # two at once: the second sees the first
    permissions.require(actor, "kpis.change_reporters", one)
    if not note.strip():
        raise NotPossible(_("Please give a reason."))
    return one, Organisation.objects.get(pk=organisation_id)
