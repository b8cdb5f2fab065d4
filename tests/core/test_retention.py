"""What the portal forgets by itself: when, after which announcement, and what stays."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import events, notifications, retention
from core.imports.models import Import, ImportRow
from core.models import Event, Letter, Notification
from members.models import Application, Invitation, User, today
from members.services import applications, invitations
from tests.factories.imports import applied, checked
from tests.factories.members import (
    ApplicationFactory,
    InvitationFactory,
    RepresentationFactory,
    StaffRoleFactory,
    UserFactory,
)
from tests.factories.notifications import NotificationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_days(settings):
    """Every rule keeps for 100 days; accounts are announced 30 days before."""
    settings.RETENTION_ANNOUNCE_DAYS = 30
    for rule in retention.rules():
        setattr(settings, rule.setting, 100)


def ago(days: int):
    return timezone.now() - timedelta(days=days)


def run(**options) -> dict:
    out = StringIO()
    call_command("apply_retention", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def in_days(days: int):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def unused(**fields) -> User:
    return UserFactory(last_login=ago(200), date_joined=ago(300), **fields)


def test_an_account_that_nobody_uses_is_announced_and_then_erased():
    person = unused(name="Lost Person", email="lost@example.test")
    told = run()
    assert told["accounts"]["announced"] == 1
    assert told["accounts"]["forgotten"] == 0, "never without an announcement"
    notifications.deliver_due()
    assert "will be erased on" in mail.outbox[-1].body
    assert mail.outbox[-1].to == ["lost@example.test"]
    with in_days(29):
        assert run()["accounts"] == {"due": 0, "forgotten": 0, "announced": 0}, "told once, and not before the day"
    with in_days(31):
        assert run()["accounts"]["forgotten"] == 1
    person.refresh_from_db()
    assert person.anonymised_at
    assert person.email.endswith("@portal.invalid")
    assert events.of(person).filter(verb="account.expire").exists()


def test_whoever_signs_in_after_the_announcement_keeps_the_account():
    person = unused()
    run()
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    with in_days(31):
        assert run()["accounts"]["forgotten"] == 0
    with in_days(101):
        assert run()["accounts"]["announced"] == 1, "and is told again, when it is unused again"


@pytest.mark.parametrize("kept", ["a role", "a role that ended lately", "the office", "used lately", "the portal"])
def test_accounts_that_are_needed_stay(kept):
    if kept == "used lately":
        UserFactory(last_login=ago(90), date_joined=ago(300))
    elif kept == "the portal":
        User.objects.filter(pk=User.objects.system().pk).update(date_joined=ago(999))
    else:
        person = unused()
        if kept == "the office":
            StaffRoleFactory(user=person)
        else:
            RepresentationFactory(user=person, ends=today() - timedelta(days=20) if "lately" in kept else None)
    with in_days(1):
        assert run()["accounts"]["due"] == 0
    assert not User.objects.exclude(anonymised_at=None).exists()


def test_old_imports_lose_their_file_and_rows_and_keep_their_record():
    office = StaffRoleFactory().user
    old, new = applied(office), applied(office)
    Import.objects.filter(pk=old.pk).update(created_at=ago(101))
    assert run()["imports"] == {"due": 1, "forgotten": 1, "announced": 0}
    old.refresh_from_db()
    assert (old.file.name, old.rows.count(), old.status) == ("", 0, "applied")
    assert ImportRow.objects.filter(batch=new).exists()
    assert run()["imports"]["due"] == 0


def test_an_import_that_somebody_left_half_way_is_discarded():
    left = checked(StaffRoleFactory().user)
    Import.objects.filter(pk=left.pk).update(created_at=ago(101))
    assert run()["imports"]["forgotten"] == 1
    left.refresh_from_db()
    assert (left.status, left.file.name) == ("cancelled", "")


def test_read_notifications_go_and_unread_ones_stay():
    NotificationFactory(read_at=ago(101), email_state="sent")
    NotificationFactory(read_at=ago(99), email_state="sent")
    NotificationFactory(read_at=None)
    before = Event.objects.count()
    assert run()["notifications"]["forgotten"] == 1
    assert Notification.objects.count() == 2
    assert Event.objects.count() == before


def test_a_declined_application_goes_with_its_person():
    office = StaffRoleFactory().user
    application = ApplicationFactory(contact_name="Appli Cant", email="appli@example.test")
    applications.decline_application(
        application_id=application.pk, actor=office, note="As we told Appli Cant (appli@example.test): not our sector."
    )
    waiting = ApplicationFactory(created_at=ago(500))
    Letter.objects.update(email_state="sent")
    assert run()["applications"]["forgotten"] == 0, "decided today"
    with in_days(101):
        assert run()["applications"]["forgotten"] == 1
    assert list(Application.objects.all()) == [waiting], "what waits for the Office is not forgotten"
    assert not Letter.objects.filter(to="appli@example.test").exists()
    told = Event.objects.get(verb="application.decline")
    assert told.note == "As we told a former contact (a former contact): not our sector."


def test_an_application_that_was_never_confirmed_goes():
    ApplicationFactory(status="unconfirmed", created_at=ago(101))
    assert run()["applications"]["forgotten"] == 1
    assert not Application.objects.exists()


def test_expired_invitations_lose_whom_they_were_for():
    office = StaffRoleFactory().user
    sent, _new = invitations.invite_person(
        organisation_id=RepresentationFactory().organisation_id,
        email="never.came@example.test",
        name="Never Came",
        role="delegate",
        actor=office,
    )
    Letter.objects.update(email_state="sent")
    accepted = InvitationFactory(status="accepted", expires_at=ago(200), email="came@example.test")
    with in_days(120):
        assert run()["invitations"]["forgotten"] == 1
        assert run()["invitations"]["due"] == 0
    sent.refresh_from_db()
    assert (sent.name, sent.email) == ("", f"erased-{sent.pk}@portal.invalid")
    assert "never.came" not in Event.objects.get(verb="invitation.create").subject_label
    assert Invitation.objects.get(pk=accepted.pk).email == "came@example.test"


def test_sent_letters_and_sign_ins_that_are_over_go():
    Letter.objects.create(to="a@example.test", subject="Old", email_state="sent", created_at=ago(101))
    Letter.objects.create(to="b@example.test", subject="Waits", email_state="pending", created_at=ago(101))
    UserSession.objects.create(
        user=UserFactory(), ip="192.0.2.1", user_agent="Browser", session_key="x" * 20, last_seen_at=ago(101)
    )
    told = run()
    assert (told["letters"]["forgotten"], told["sessions"]["forgotten"]) == (1, 1)
    assert Letter.objects.get().subject == "Waits"


def test_a_dry_run_says_what_would_go_and_changes_nothing():
    unused()
    NotificationFactory(read_at=ago(101), email_state="sent")
    told = run(dry_run=True)
    assert told["notifications"] == {"due": 1, "forgotten": 0, "announced": 0}
    assert Notification.objects.count() == 1
    assert not User.objects.exclude(expiry_announced_at=None).exists()


def test_a_rule_is_switched_off_by_a_setting(settings):
    settings.RETENTION_NOTIFICATION_DAYS = 0
    NotificationFactory(read_at=ago(5000), email_state="sent")
    assert run()["notifications"] == {"due": 0, "forgotten": 0, "announced": 0}


def test_one_rule_that_fails_does_not_hold_up_the_others(monkeypatch):
    NotificationFactory(read_at=ago(101), email_state="sent")
    broken = retention.Rule(
        key="broken",
        title="Broken",
        what="Fails.",
        setting="RETENTION_LETTER_DAYS",
        due=lambda moment: User.objects.filter(is_system=False).order_by("pk"),
        forget=lambda rows: None,
        since=lambda row: row.date_joined,
    )
    monkeypatch.setitem(retention._rules, "broken", broken)
    assert run()["broken"]["failed"] == 1
    assert not Notification.objects.exists()


def test_many_rows_go_in_batches(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    NotificationFactory.create_batch(7, read_at=ago(101), email_state="sent")
    assert run()["notifications"]["forgotten"] == 7


def test_the_office_sees_what_will_go_and_when(client_for, personas):
    ApplicationFactory(status="declined", decided_at=ago(90), organisation_name="Soon Gone Ltd")
    client = client_for(personas.office)
    page = client.get(reverse("members:retention_plan"))
    (coming,) = [one for one in page.context["plan"] if one.rule.key == "applications"]
    assert (coming.now, coming.soon) == (0, 1)
    day, label = coming.first[0]
    assert (day, label) == (today() + timedelta(days=10), "Soon Gone Ltd")
    assert "Soon Gone Ltd" in page.content.decode()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("members:retention_plan"))
        return len(queries)

    before = cost()
    ApplicationFactory.create_batch(10, status="declined", decided_at=ago(90))
    InvitationFactory.create_batch(10, expires_at=ago(90))
    NotificationFactory.create_batch(10, read_at=ago(90), email_state="sent")
    assert cost() <= before + 12, "each label may need its organisation"
