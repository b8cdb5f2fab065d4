"""The digest: one e-mail a day at most, at its hour in Brussels; nothing twice, nothing that is not its reader's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from asa_portal.celery import app
from core import digests, jobs, kinds, outbox, unsubscribing, waiting, workflow
from core.models import Digest, Job, Notification
from core.models.outbox import Outgoing
from core.tasks import ask_for_digests, deliver_notifications
from groups import services
from groups.models import GroupMembership
from groups.steps import ASK_JOINING
from members.models import Representation
from tests.factories.groups import GroupFactory, JoinRequestFactory, make_lead

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = date(2026, 3, 23)  # clocks change on the Sunday after it


def at(day: date, hour: int = 8, minute: int = 0):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, minute, tzinfo=BRUSSELS), tick=False)


@pytest.fixture
def lead(personas):
    """The primary contact of Acme leads a group; nothing waits for anybody at first."""
    with at(MONDAY - timedelta(days=40)):
        group = GroupFactory(starts=MONDAY - timedelta(days=40))
        make_lead(group, user=personas.primary, organisation=personas.organisation)
    lead = personas.primary
    lead.group = group
    for person in type(lead).objects.exclude(is_system=True):
        kinds.choose(user_id=person.pk, wanted={"waiting": "never"})
    return lead


def ask(lead) -> GroupMembership:
    joining = JoinRequestFactory(group=lead.group)
    workflow.act(ASK_JOINING, joining, actor=joining.requested_by)
    return joining


def beat() -> list:
    """What a call of beat brings about; returns the digests that it sent."""
    before = len(mail.outbox)
    ask_for_digests()
    jobs.run_waiting()
    deliver_notifications()
    return digests_in(mail.outbox[before:])


def digests_in(letters) -> list:
    return [letter for letter in letters if letter.extra_headers["Message-ID"].startswith("<digest-")]


def text(letter) -> str:
    (html, _kind) = letter.alternatives[0]
    assert letter.subject
    return letter.body + html


def test_what_is_wanted_daily_comes_in_one_e_mail_at_the_hour_of_the_digest(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily"})
    with at(MONDAY, 18):
        assert beat() == []
        first, second = ask(lead), ask(lead)
        assert beat() == [], "the digest of today is out"
    with at(MONDAY + timedelta(days=1), 6, 59):
        assert beat() == []
    with at(MONDAY + timedelta(days=1), 7, 0):
        (letter,) = beat()
        assert letter.to == [lead.email]
        for joining in (first, second):
            assert str(joining) in text(letter)
            assert joining.get_absolute_url() in text(letter)
        assert beat() == []
    assert set(Notification.objects.filter(recipient=lead).values_list("email_state", flat=True)) == {"sent"}
    with at(MONDAY + timedelta(days=2)):
        assert beat() == [], "nothing new: no e-mail"


@pytest.mark.parametrize(("day", "utc_hour"), [(date(2026, 3, 27), 6), (date(2026, 3, 30), 5)])
def test_its_hour_is_that_of_brussels_in_winter_and_in_summer(lead, day, utc_hour):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily"})
    with at(day - timedelta(days=1), 20):
        ask(lead)
    moment = datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
    with time_machine.travel(moment - timedelta(minutes=1), tick=False):
        assert beat() == []
    with time_machine.travel(moment, tick=False):
        assert len(beat()) == 1


def test_what_is_wanted_weekly_comes_on_mondays_together_with_the_daily(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "weekly", "workplan": "daily"})
    with at(MONDAY):
        beat()
    sent = {}
    for ahead in range(1, 15):
        day = MONDAY + timedelta(days=ahead)
        with at(day, 6):
            if ahead in (2, 3, 9):
                ask(lead)
        with at(day):
            sent[ahead] = [letter.subject for letter in beat()]
    assert {ahead: subjects for ahead, subjects in sent.items() if subjects} == {
        7: ["2 things are new"],
        14: ["One thing is new"],
    }


def test_after_days_without_beat_all_comes_once_and_late(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "weekly"})
    with at(MONDAY - timedelta(days=4)):
        beat()
        ask(lead)
    with at(MONDAY + timedelta(days=2), 14):  # away from Friday until Wednesday afternoon
        assert len(beat()) == 1
        assert beat() == []
    with at(MONDAY + timedelta(days=3)):
        ask(lead)
        assert beat() == [], "the weekly one of this week is out"
    with at(MONDAY + timedelta(days=7)):
        assert len(beat()) == 1


def test_a_job_that_waited_over_midnight_leaves_the_day_to_the_next(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "weekly"})
    with at(MONDAY, 23):
        ask(lead)
        assert ask_for_digests()
    with at(MONDAY + timedelta(days=1)):
        assert len(beat()) == 1, "and Tuesday's makes up for the weekly one"
    assert list(Job.objects.filter(kind=digests.KIND).values_list("state", flat=True)) == ["done", "cancelled"]


def test_a_job_that_was_killed_half_way_goes_on_with_the_others(lead, personas, monkeypatch):
    other = personas.delegate
    make_lead(lead.group, user=other, organisation=personas.organisation)
    for person in (lead, other):
        kinds.choose(user_id=person.pk, wanted={"joining": "daily"})
    with at(MONDAY, 6):
        ask(lead)
    with at(MONDAY):
        ask_for_digests()
        job = Job.objects.get(kind=digests.KIND)
        with jobs.Run(jobs.claim(job.pk)) as run:
            digests._gather_for(lead.pk, MONDAY, True, run)  # and here the worker is killed
        deliver_notifications()
        assert [letter.to for letter in mail.outbox] == [[lead.email]]
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)  # as the sweep does once it is silent
        beat()
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([lead.email, other.email])
    assert Digest.objects.count() == 2


def test_two_jobs_at_once_write_one_row_a_person(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily"})
    with at(MONDAY, 6):
        ask(lead)
    with at(MONDAY):
        ask_for_digests()
        with jobs.Run(jobs.claim(Job.objects.get(kind=digests.KIND).pk)) as run:
            assert digests._gather_for(lead.pk, MONDAY, True, run)
            assert not digests._gather_for(lead.pk, MONDAY, True, run)
        deliver_notifications()
        deliver_notifications()
    assert len(mail.outbox) == 1


def test_a_sender_that_died_with_a_digest_leaves_it_to_the_next(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily"})
    with at(MONDAY, 6):
        ask(lead)
    with at(MONDAY):
        ask_for_digests()
        jobs.run_waiting()
        Digest.objects.update(email_state=Outgoing.Email.SENDING)
        assert deliver_notifications() == 0
    with at(MONDAY, 8, 11):
        assert outbox.reclaim() == 1
        assert deliver_notifications() == 1


def test_what_its_reader_may_no_longer_see_is_left_out(lead, personas):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily", "representation": "daily"})
    with at(MONDAY, 5):
        joining = ask(lead)
        workflow.act("representation.give", personas.delegate.representations.get(), actor=personas.office)
    with at(MONDAY):
        ask_for_digests()
        jobs.run_waiting()
        Representation.objects.filter(user=lead).update(ends=MONDAY - timedelta(days=1))
        lead.group_roles.update(ends=MONDAY - timedelta(days=1))
        deliver_notifications()
    assert not any(str(joining) in text(letter) for letter in mail.outbox)
    row = Notification.objects.get(recipient=lead, event__verb=ASK_JOINING)
    assert row.email_state == Outgoing.Email.NONE


def test_when_nothing_of_it_is_left_no_e_mail_goes_out(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily", "waiting": "daily"})
    with at(MONDAY, 5):
        ask(lead)
    with at(MONDAY):
        ask_for_digests()
        jobs.run_waiting()
        type(lead).objects.filter(pk=lead.pk).update(is_active=False)
        assert deliver_notifications() == 0
    assert Digest.objects.get().email_state == Outgoing.Email.NONE
    assert not Notification.objects.held().exists()


def test_what_waits_stands_in_it_with_its_one_action(lead):
    kinds.choose(user_id=lead.pk, wanted={"waiting": "daily", "joining": "never"})
    with at(MONDAY, 6):
        joining = ask(lead)
    with at(MONDAY):
        (letter,) = beat()
        assert f"→ {lead.group.code}" in text(letter)
        assert f"Decide: http://127.0.0.1:8000{joining.get_absolute_url()}" in letter.body
        assert letter.subject == "One thing waits for you"
    with at(MONDAY + timedelta(days=1)):
        assert beat() == [], "it still waits, and was told: no e-mail only to say so again"
        services.admit(membership_id=joining.pk, actor=lead)
        again = ask(lead)
    with at(MONDAY + timedelta(days=2)):
        (letter,) = beat()
        assert again.get_absolute_url() in letter.body
        assert joining.get_absolute_url() not in letter.body


def test_what_waits_and_is_new_stands_there_once(lead):
    kinds.choose(user_id=lead.pk, wanted={"waiting": "daily", "joining": "daily"})
    with at(MONDAY, 6):
        joining = ask(lead)
    with at(MONDAY):
        (letter,) = beat()
    assert letter.body.count(joining.get_absolute_url()) == 1
    assert letter.subject == "One thing waits for you"
    assert Notification.objects.get(recipient=lead).email_state == Outgoing.Email.SENT


def test_once_a_week_all_that_waits_is_worth_a_reminder(lead):
    kinds.choose(user_id=lead.pk, wanted={"waiting": "weekly", "joining": "never"})
    with at(MONDAY, 6):
        ask(lead)
    days = []
    for ahead in range(15):
        with at(MONDAY + timedelta(days=ahead)):
            days += [ahead] * len(beat())
    assert days == [0, 7, 14]


def test_what_is_done_between_writing_and_sending_is_not_told(lead):
    kinds.choose(user_id=lead.pk, wanted={"waiting": "daily", "joining": "never"})
    with at(MONDAY, 6):
        joining = ask(lead)
    with at(MONDAY):
        ask_for_digests()
        jobs.run_waiting()
        services.admit(membership_id=joining.pk, actor=lead)
        deliver_notifications()
    assert not digests_in(mail.outbox), "nothing else was to be told"


def test_a_digest_carries_the_headers_that_stop_it(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily"})
    with at(MONDAY, 5):
        ask(lead)
    with at(MONDAY):
        (letter,) = beat()
    message = letter.message()
    assert message["List-Unsubscribe"] == f"<{unsubscribing.address(lead.pk, unsubscribing.DIGEST)}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"].startswith("<digest-")


def test_one_person_whose_digest_cannot_be_made_does_not_keep_the_others_from_theirs(lead, personas, monkeypatch):
    kinds.choose(user_id=lead.pk, wanted={"waiting": "daily", "joining": "never"})
    kinds.choose(user_id=personas.office.pk, wanted={"waiting": "daily"})
    real = waiting.waiting_for

    def fails_for_the_office(user):
        if user.pk == personas.office.pk:
            raise ValueError("a source is broken")
        return real(user)

    monkeypatch.setattr(waiting, "waiting_for", fails_for_the_office)
    with at(MONDAY, 6):
        ask(lead)
    with at(MONDAY):
        assert [letter.to for letter in beat()] == [[lead.email]]


@pytest.mark.thorough
def test_writing_a_digest_takes_the_same_number_of_queries_however_much_is_in_it(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily", "waiting": "daily"})
    counts = []
    for ahead, more in ((0, 2), (1, 30)):
        day = MONDAY + timedelta(days=ahead)
        with at(day, 6):
            for _n in range(more):
                ask(lead)
        with at(day):
            ask_for_digests()
            jobs.run_waiting()
            with CaptureQueriesContext(connection) as counted:
                assert digests.message(Digest.objects.get(recipient=lead, day=day)) is not None
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_beat_calls_often_enough_to_make_up_for_a_time_without_it():
    entry = app.conf.beat_schedule["digests"]
    assert entry["task"] == "core.ask_for_digests"
    assert entry["schedule"].minute == set(range(0, 60, 5))
    assert entry["schedule"].hour == set(range(24))
    assert app.conf.timezone == "Europe/Brussels"
