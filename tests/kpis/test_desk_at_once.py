"""Two people of the Office at once on one report, one settlement, one round: one act counts, the other is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import events, jobs
from core.models import Notification
from core.workflow import InvalidTransition, NotPossible
from kpis import rollup, services
from kpis.models import Adjustment, Reminder, Report, Round
from kpis.services.settlements import lapse_settlements
from members.models import today
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory
from tests.kpis.test_at_once import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offices(transactional_db):
    return [StaffRoleFactory().user for _n in range(3)]


def outcome(results: list[object]) -> list[str]:
    """The kinds of what came back, sorted."""
    return sorted(type(one).__name__ for one in results)


def contested() -> str:
    """Two members claim workers of one organisation; returns the key of the set."""
    employer = MemberFactory()
    for number in (30, 20):
        ApprovedReportFactory(lines=[line(number, whose="others", others=employer)])
    rollup.rebuild()
    return f"org:{employer.pk}"


def propose(key: str, actor) -> Adjustment:
    return services.propose_settlement(
        year=2024,
        indicator="K1",
        series="achieved",
        contested_set=key,
        method="max",
        reason="Both trained the same shift.",
        actor=actor,
    )


def test_a_report_is_approved_or_returned_and_never_both(offices):
    for _round in range(3):
        report = SubmittedReportFactory(lines=[line(5)])
        results = together(
            lambda pk=report.pk: services.approve_report(report_id=pk, actor=offices[0]),
            lambda pk=report.pk: services.return_report(report_id=pk, actor=offices[1], note="The ages are missing."),
        )
        assert outcome(results) == ["InvalidTransition", "Report"]
        report.refresh_from_db()
        decided = events.of(report).filter(verb__in=("report.approve", "report.return"))
        assert [event.to_state for event in decided] == [report.status]


def test_a_new_revision_approved_twice_leaves_one_report_that_counts(offices):
    old = ApprovedReportFactory(lines=[line(5)])
    new = SubmittedReportFactory(organisation=old.organisation, round=old.round, revision=2, lines=[line(8)])
    results = together(*(lambda who=who: services.approve_report(report_id=new.pk, actor=who) for who in offices))
    assert outcome(results) == ["InvalidTransition", "InvalidTransition", "Report"]
    assert list(Report.objects.counting()) == [new]


def test_a_report_reopened_twice_has_one_new_revision(offices):
    old = ApprovedReportFactory(lines=[line(5)])
    results = together(
        *(lambda who=who: services.reopen_report(report_id=old.pk, actor=who, note="A plant.") for who in offices)
    )
    assert outcome(results) == ["InvalidTransition", "InvalidTransition", "Report"]
    assert Report.objects.filter(organisation=old.organisation).count() == 2


def test_locking_and_reopening_at_once_leave_a_report_that_counts(offices):
    closed = RoundFactory(status=Round.Status.CLOSED)
    old = ApprovedReportFactory(round=closed, lines=[line(5)])
    together(
        lambda: services.lock_report(report_id=old.pk, actor=offices[0]),
        lambda: services.reopen_report(report_id=old.pk, actor=offices[1], note="A plant was forgotten."),
        lambda: services.lock_reports(round_id=closed.pk, actor=offices[2]),
    )
    old.refresh_from_db()
    assert (old.status, old.counts) == ("locked", True)
    assert events.of(old).filter(verb="report.lock").count() == 1
    assert Report.objects.get(revision=2).status == "draft"


def test_of_two_proposals_for_one_set_one_stands(offices):
    key = contested()
    results = together(*(lambda who=who: propose(key, who) for who in offices))
    assert outcome(results) == ["Adjustment", "NothingToSettle", "NothingToSettle"]
    assert Adjustment.objects.standing().count() == 1


def test_a_settlement_is_approved_or_declined_once(offices):
    proposed = propose(contested(), offices[0])
    results = together(
        lambda: services.approve_settlement(adjustment_id=proposed.pk, actor=offices[1]),
        lambda: services.approve_settlement(adjustment_id=proposed.pk, actor=offices[2]),
        lambda: services.decline_settlement(adjustment_id=proposed.pk, actor=offices[1], note="Ask them first."),
    )
    assert outcome(results) == ["Adjustment", "InvalidTransition", "InvalidTransition"]
    proposed.refresh_from_db()
    decided = events.of(proposed).exclude(verb="settlement.propose")
    assert [event.to_state for event in decided] == [proposed.status]


def test_a_settlement_that_is_declined_while_it_lapses_stops_no_refresh(offices):
    proposed = propose(contested(), offices[0])
    results = together(
        lambda: lapse_settlements([proposed.pk]),
        lambda: lapse_settlements([proposed.pk]),
        lambda: services.decline_settlement(adjustment_id=proposed.pk, actor=offices[1], note="Ask them first."),
    )
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, InvalidTransition)]
    assert events.of(proposed).exclude(verb="settlement.propose").count() == 1


def test_two_who_look_for_due_reminders_remind_once(offices):
    report = ReportFactory(
        round=RoundFactory(opens=today() - timedelta(days=30), closes=today() + timedelta(days=7)), expected=True
    )
    RepresentationFactory(organisation=report.organisation, role="primary")
    results = together(*[services.ask_for_due_reminders] * 3)
    assert sorted(results) == [0, 0, 1]
    together(jobs.run_waiting, jobs.run_waiting)
    assert Notification.objects.filter(event__verb="report.remind").count() == 1


def test_two_who_remind_by_hand_remind_once(offices):
    report = ReportFactory(expected=True)
    results = together(*(lambda who=who: services.remind_now(round_id=report.round_id, actor=who) for who in offices))
    assert sum(isinstance(one, NotPossible) for one in results) == 2
    assert Reminder.objects.count() == 1


def test_an_organisation_is_added_once_to_those_expected(offices):
    one, who = RoundFactory(), MemberFactory()
    results = together(
        *(
            lambda actor=actor: services.expect_reporter(
                round_id=one.pk, organisation_id=who.pk, note="It joined.", actor=actor
            )
            for actor in offices
        )
    )
    assert outcome(results) == ["ExpectedReporter", "NotPossible", "NotPossible"]
    assert (one.expected.count(), one.reports.count()) == (1, 1)
