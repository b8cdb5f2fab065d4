"""Who hears of what, and that they hear it once."""

from __future__ import annotations

import smtplib
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone

from core import events, notifications, outbox, workflow
from core.models import Event, Letter, Notification, NotificationSetting
from core.models.outbox import Outgoing
from members.models import Organisation, User
from tests.factories.members import OrganisationFactory, RepresentationFactory, UserFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db
CALLED = events.name_verb("organisation.trycall", "called the organisation")


@notifications.audience(CALLED)
def everybody(event: Event, organisation: Organisation) -> Any:
    return User.objects.filter(is_system=False)


class AwayBackend(BaseEmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


def call(personas: Personas, organisation: Organisation | None = None) -> Event:
    return workflow.act(CALLED, organisation or personas.organisation, actor=personas.office)


def test_all_concerned_are_told_but_not_the_actor(personas: Personas) -> None:
    event = call(personas)
    told = {row.recipient for row in event.notifications.all()}
    assert personas.office not in told
    assert {personas.primary, personas.chair, personas.outsider} <= told


def test_nobody_hears_of_what_they_may_not_see(personas: Personas) -> None:
    applicant = OrganisationFactory(legal_name="Not yet a member")
    own = RepresentationFactory(organisation=applicant).user
    told = {row.recipient for row in call(personas, applicant).notifications.all()}
    assert told == {own, personas.administrator}  # those who may see it, less the actor


def test_a_person_is_told_once_however_often_they_are_named(personas: Personas) -> None:
    event = call(personas)
    notifications.queue(event, personas.organisation)
    assert event.notifications.filter(recipient=personas.primary).count() == 1


def test_who_wants_no_mail_finds_it_in_the_portal(personas: Personas) -> None:
    NotificationSetting.objects.create(user=personas.primary, kind="organisation", pace="never")
    call(personas)
    notifications.deliver_due()
    row = Notification.objects.get(recipient=personas.primary)
    assert row.email_state == Outgoing.Email.NONE
    assert ["primary@example.test"] not in [message.to for message in mail.outbox]
    assert ["reporter@example.test"] in [message.to for message in mail.outbox]


def test_a_closed_account_gets_no_mail_that_was_still_waiting(personas: Personas) -> None:
    call(personas)
    User.objects.filter(pk=personas.primary.pk).update(is_active=False)
    notifications.deliver_due()
    assert ["primary@example.test"] not in [message.to for message in mail.outbox]
    assert not Notification.objects.due().exists()


def test_a_mail_says_who_did_what_and_leads_there(personas: Personas) -> None:
    call(personas)
    notifications.deliver_due()
    message = next(one for one in mail.outbox if one.to == ["primary@example.test"])
    assert "Office" in message.body
    assert "called the organisation" in message.body
    assert personas.organisation.get_absolute_url() in message.body
    assert "\n" not in message.subject


def test_what_is_sent_is_not_sent_again(personas: Personas) -> None:
    call(personas)
    count = notifications.deliver_due()
    assert count == len(mail.outbox) > 0
    assert notifications.deliver_due() == 0
    assert set(Notification.objects.values_list("email_state", flat=True)) == {Outgoing.Email.SENT}


def test_a_mail_server_that_is_away_is_tried_again_later_and_not_for_ever(personas: Personas, settings: Any) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False) as clock:
        call(personas)
        settings.EMAIL_BACKEND = "tests.core.test_notifications.AwayBackend"
        row = Notification.objects.get(recipient=personas.primary)
        for attempt in range(1, outbox.ATTEMPTS):
            notifications.deliver_due()
            row.refresh_from_db()
            assert (row.email_state, row.attempts) == (Outgoing.Email.PENDING, attempt)
            assert row.next_attempt_at == timezone.now() + timedelta(minutes=2 ** (attempt - 1))
            assert notifications.deliver_due() == 0
            clock.shift(timedelta(minutes=2 ** (attempt - 1)))
        notifications.deliver_due()
        row.refresh_from_db()
        assert (row.email_state, row.attempts) == (Outgoing.Email.FAILED, outbox.ATTEMPTS)
        assert "unexpectedly closed" in row.error


def test_a_mail_server_that_comes_back_gets_what_waited(personas: Personas, settings: Any) -> None:
    call(personas)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.core.test_notifications.AwayBackend"
    notifications.deliver_due()
    assert not mail.outbox
    settings.EMAIL_BACKEND = working
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert notifications.deliver_due() == Notification.objects.count()


def test_what_a_killed_sender_left_is_taken_up_again(personas: Personas) -> None:
    call(personas)
    Notification.objects.update(email_state=Outgoing.Email.SENDING, attempts=1)
    assert outbox.reclaim() == Notification.objects.count()
    assert notifications.deliver_due() > 0


def test_a_letter_that_kills_each_sender_is_given_up() -> None:
    letter = outbox.post(to="somebody@example.test", subject="Hello", body="…")
    past = timezone.now() - timedelta(hours=1)
    Letter.objects.update(email_state=Outgoing.Email.SENDING, attempts=outbox.ATTEMPTS, next_attempt_at=past)
    assert outbox.reclaim() == 0
    letter.refresh_from_db()
    assert letter.email_state == Outgoing.Email.FAILED


def test_one_letter_that_cannot_be_sent_holds_up_no_other() -> None:
    outbox.post(to="line\nbreak@example.test", subject="Hello", body="…")
    outbox.post(to="somebody@example.test", subject="Hello", body="…")
    assert outbox.deliver_letters() == 1
    assert set(Letter.objects.values_list("email_state", flat=True)) == {Outgoing.Email.FAILED, Outgoing.Email.SENT}


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_each_letter_once() -> None:
    for number in range(10):
        outbox.post(to=f"{number}@example.test", subject="Hello", body="…")
    start, sent = threading.Barrier(3), []

    def work() -> None:
        start.wait()
        sent.append(outbox.deliver_letters())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 10
    assert sorted(message.to[0] for message in mail.outbox) == [f"{n}@example.test" for n in range(10)]


def test_telling_many_costs_one_write(personas: Personas, django_assert_max_num_queries: Any) -> None:
    from django.test.utils import CaptureQueriesContext

    UserFactory.create_batch(3)
    with CaptureQueriesContext(connection) as few:
        call(personas)
    UserFactory.create_batch(30)
    with CaptureQueriesContext(connection) as many:
        call(personas)
    writes = [sum("INSERT" in query["sql"] for query in seen) for seen in (few, many)]
    assert writes[0] == writes[1]


def test_what_is_recorded_of_the_past_is_told_to_nobody(personas: Personas) -> None:
    with notifications.silence():
        event = call(personas)
    assert not event.notifications.exists()
    assert call(personas).notifications.exists()


def test_an_email_that_goes_out_again_has_the_name_it_had(personas: Personas) -> None:
    """A worker may die between sending and saying so: mail programs show the second copy as the first."""
    call(personas)
    outbox.post(to="somebody@example.test", subject="Hello", body="…")
    names = []
    for _time in range(2):
        for model in (Notification, Letter):
            model.objects.update(email_state=Outgoing.Email.PENDING, next_attempt_at=timezone.now())
        notifications.deliver_due()
        outbox.deliver_letters()
        names.append([message.message()["Message-ID"] for message in mail.outbox])
        mail.outbox.clear()
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0])
