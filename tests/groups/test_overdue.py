"""Reminders of what is overdue: who does it, then the lead, then the committee; once each, and none when it is done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from asa_portal.celery import app
from core import kinds, notifications
from core.models import Event, Notification
from groups.models import Activity, Founder, Group, GroupMembership, MeetingAction, OverdueReminder, WorkPlan
from groups.overdue import send_reminders
from groups.services import progress
from groups.tasks import remind_of_overdue
from members.models import User
from tests.factories.groups import (
    ActivityFactory,
    GroupFactory,
    GroupMembershipFactory,
    JoinRequestFactory,
    MeetingFactory,
    ProposalFactory,
    RecommendationFactory,
    WorkPlanFactory,
    make_lead,
)

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 20)
BRUSSELS = ZoneInfo("Europe/Brussels")


def on(day: date, hour: int = 7):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS), tick=False)


@pytest.fixture
def group(personas):
    with on(DUE - timedelta(days=60)):
        found = GroupFactory(starts=DUE - timedelta(days=90))
        make_lead(found, user=personas.primary, organisation=personas.organisation)
    return found


def overdue(group, owner, ends=DUE, **more) -> Activity:
    """An activity of a plan in force that was due on the day."""
    plan = WorkPlan.objects.filter(group=group).first() or WorkPlanFactory(group=group, year=2026)
    WorkPlan._base_manager.filter(pk=plan.pk).update(status="draft")
    more = {"plan": plan, "starts": ends - timedelta(days=30), "title": "Survey of workshops", **more}
    found = ActivityFactory(owner=owner, ends=ends, **more)
    WorkPlan._base_manager.filter(pk=plan.pk).update(status="approved")
    return found


def told_on(first: date, days: int, act=send_reminders) -> dict[int, set[str]]:
    """{days after the first: names of those who were told}, with two calls of beat a day."""
    found = {}
    for ahead in range(days + 1):
        with on(first + timedelta(days=ahead)):
            known = set(Notification.objects.values_list("pk", flat=True))
            act(), act()
            rows = Notification.objects.exclude(pk__in=known).select_related("recipient", "event")
            if told := [(row.recipient.name, row.event.verb, row.event.subject_label) for row in rows]:
                assert len(told) == len(set(told))
                found[ahead] = {name for name, *_what in told}
    return found


def test_the_owner_then_the_lead_then_the_committee_once_each(personas, group):
    owner = GroupMembershipFactory(group=group).representative
    overdue(group, owner)
    assert told_on(DUE - timedelta(days=1), 60) == {
        2: {owner.name},  # the day after
        8: {"Primary"},
        22: {"Chair", "Vice Chair"},
    }


def test_who_leads_and_does_it_is_told_once(personas, group):
    overdue(group, personas.primary)
    assert told_on(DUE, 40) == {1: {"Primary"}, 21: {"Chair", "Vice Chair"}}


def test_where_nobody_is_named_who_speaks_for_the_organisation_is_told_or_the_lead(personas, group):
    place = GroupMembershipFactory(group=group)
    overdue(group, None, organisation=place.organisation)
    overdue(group, None, title="Nobody's", organisation=None, ends=DUE + timedelta(days=1))
    assert told_on(DUE, 2) == {1: {place.representative.name}, 2: {"Primary"}}


def test_who_is_no_longer_in_the_group_is_not_reminded_and_the_lead_is(personas, group):
    place = GroupMembershipFactory(group=group, organisation=personas.other_organisation)
    overdue(group, place.representative, organisation=place.organisation)
    GroupMembership._base_manager.filter(pk=place.pk).update(status="left")
    with on(DUE + timedelta(days=1)):
        send_reminders()
    assert [row.recipient for row in Notification.objects.all()] == [personas.primary]


def test_a_deliverable_that_is_late_counts_from_its_own_day(personas, group):
    overdue(group, personas.primary, ends=DUE + timedelta(days=90), deliverable_date=DUE, deliverable="A report")
    assert told_on(DUE, 3) == {1: {"Primary"}}


def test_after_days_without_beat_the_steps_keep_their_distance(personas, group):
    owner = GroupMembershipFactory(group=group).representative
    overdue(group, owner)
    assert told_on(DUE + timedelta(days=30), 40) == {0: {owner.name}, 6: {"Primary"}, 20: {"Chair", "Vice Chair"}}


def test_it_stops_when_it_is_done_and_when_the_group_is_closed(personas, group):
    owner = GroupMembershipFactory(group=group).representative
    plan = WorkPlanFactory(group=group, year=2026)
    activity = overdue(group, owner, plan=plan)
    assert told_on(DUE, 2) == {1: {owner.name}}
    with on(DUE + timedelta(days=3)):
        progress.report_activity(
            activity_id=activity.pk, actor=User.objects.get(pk=owner.pk), status="done", progress=100, note="There."
        )
    assert told_on(DUE + timedelta(days=4), 30) == {}
    overdue(group, owner, title="Other", ends=DUE + timedelta(days=40))
    assert told_on(DUE + timedelta(days=41), 0) == {0: {owner.name}}
    Group._base_manager.filter(pk=group.pk).update(status="closed")
    assert told_on(DUE + timedelta(days=42), 30) == {}


def test_another_day_begins_anew_and_the_same_day_in_the_next_version_does_not(personas, group):
    activity = overdue(group, personas.primary)
    assert told_on(DUE, 3) == {1: {"Primary"}}
    WorkPlan._base_manager.filter(pk=activity.plan_id).update(status="superseded")
    later = WorkPlan._base_manager.create(group=group, year=2026, version=2, status="approved", objectives="x")
    Activity._base_manager.filter(pk=activity.pk).update(plan=later)
    assert told_on(DUE + timedelta(days=3), 3) == {}, "the same activity in the next version"
    Activity._base_manager.filter(pk=activity.pk).update(ends=DUE + timedelta(days=5))
    assert told_on(DUE + timedelta(days=5), 3) == {1: {"Primary"}}


def test_what_was_agreed_at_a_meeting_is_reminded_of_in_the_same_way(personas, group):
    owner = GroupMembershipFactory(group=group).representative
    with on(DUE - timedelta(days=20)):
        meeting = MeetingFactory(group=group)
        of_committee = MeetingFactory(group=None, committee=group.committee)
    MeetingAction.objects.create(meeting=meeting, title="Ask the schools", owner=owner, due=DUE)
    assert told_on(DUE, 30) == {1: {owner.name}, 7: {"Primary"}, 21: {"Chair", "Vice Chair"}}
    MeetingAction.objects.create(
        meeting=of_committee, title="Find a venue", owner=personas.committee_member, due=DUE + timedelta(days=60)
    )
    assert told_on(DUE + timedelta(days=60), 30) == {1: {"Committee Member"}, 7: {"Chair", "Vice Chair"}}


def test_requests_that_wait_too_long_are_recalled_to_who_decides(personas, group):
    with on(DUE):
        JoinRequestFactory(group=group)
        proposal = ProposalFactory(submitted=True, with_founders=[])
        Founder.objects.create(proposal=proposal, organisation=personas.other_organisation)
        RecommendationFactory(issued=True, group=group, due=DUE + timedelta(days=7))
    found = told_on(DUE, 40)
    verbs = dict(Notification.objects.filter(recipient=personas.outsider).values_list("event__verb", "event__data"))
    assert verbs == {"founder.remind": {"step": "owner", "due": "2026-03-27"}}
    assert found == {8: {"Primary", "Outsider"}, 28: {"Chair", "Vice Chair"}}
    heard = Notification.objects.filter(recipient=personas.primary).values_list("event__verb", flat=True)
    assert sorted(heard) == ["joining.remind", "recommendation.remind"]
    heard = Notification.objects.filter(recipient=personas.chair).values_list("event__verb", flat=True)
    assert sorted(heard) == ["joining.remind", "recommendation.remind"]


def test_nobody_is_reminded_of_what_they_may_not_see_any_more(personas, group):
    owner = GroupMembershipFactory(group=group).representative
    overdue(group, owner)
    owner.representations.update(ends=DUE - timedelta(days=5))
    assert told_on(DUE, 10) == {7: {"Primary"}}


def test_reminders_come_with_the_digest_unless_somebody_wants_them_at_once(personas, group):
    overdue(group, personas.primary)
    with on(DUE + timedelta(days=1)):
        send_reminders()
        assert Notification.objects.get().email_state == "held"
        assert notifications.deliver_due() == 0
        kinds.choose(user_id=personas.primary.pk, wanted={"activity": "at_once"})
        assert notifications.deliver_due() == 1
    (letter,) = mail.outbox
    assert "It was due on 20 March 2026" in letter.body
    assert "See to it" in letter.alternatives[0][0]
    assert letter.message()["List-Unsubscribe-Post"]


def test_a_thousand_overdue_activities_are_looked_through_with_few_queries(
    personas, group, django_assert_max_num_queries
):
    first = overdue(group, personas.primary)
    rows = [
        Activity(
            plan=first.plan, activity_type=first.activity_type, title=f"A{n}", starts=first.starts, ends=first.ends
        )
        for n in range(1000)
    ]
    Activity._base_manager.bulk_create(rows)
    OverdueReminder.objects.bulk_create(
        OverdueReminder(what=f"activity {row.key}", due=DUE, step="owner", day=DUE + timedelta(days=1))
        for row in [first, *rows]
    )
    with on(DUE + timedelta(days=2)), django_assert_max_num_queries(12):
        assert send_reminders() == 0


def test_the_trail_says_that_the_portal_reminded(personas, group):
    activity = overdue(group, personas.primary)
    with on(DUE + timedelta(days=1)):
        assert remind_of_overdue() == 1
    event = Event.objects.get(verb="activity.remind")
    assert event.actor.is_system
    assert event.data == {"step": "owner", "due": "2026-03-20"}
    assert event.subject_label == activity.title
    assert app.conf.beat_schedule["remind-of-overdue"]["task"] == "groups.remind_of_overdue"
    assert app.conf.beat_schedule["remind-of-overdue"]["schedule"].hour == {6}
