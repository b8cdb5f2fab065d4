"""What the portal forgets by itself: when, after which announcement, and what stays."""

from __future__ import annotations

import json
from dataclasses import replace
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
from django.utils.formats import date_format

from core import events, notifications, retention
from core.imports.models import Import, ImportRow
from core.models import Event, Letter, Notification, RetentionNotice
from members.models import Application, Invitation, User, today
from members.services import applications, erasure, invitations
from tests.factories.groups import GroupFactory
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
    """Every rule keeps for 100 days; accounts are announced 30 days before, all else on the same night."""
    settings.RETENTION_ANNOUNCE_DAYS, settings.RETENTION_NOTICE_DAYS = 30, 0
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
    assert run()["imports"] == {"due": 1, "forgotten": 1, "announced": 1}
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
    assert Notification.objects.exclude(event__verb="retention.announce").count() == 2
    assert Event.objects.exclude(verb="retention.announce").count() == before


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


def test_a_letter_that_is_on_its_way_to_the_same_address_is_sent():
    office = StaffRoleFactory().user
    InvitationFactory(email="anna@example.test", name="Anna Twice", expires_at=ago(200))
    sent, _new = invitations.invite_person(
        organisation_id=RepresentationFactory().organisation_id,
        email="anna@example.test",
        name="Anna Twice",
        role="delegate",
        actor=office,
    )
    assert run()["invitations"]["forgotten"] == 1
    assert Letter.objects.get(to="anna@example.test").email_state == "pending"
    assert "anna@example.test" in Event.objects.get(verb="invitation.create").subject_label, "still written to"
    sent.refresh_from_db()
    assert sent.is_usable


def test_a_namesake_with_an_account_keeps_the_name():
    office, other = StaffRoleFactory().user, UserFactory(name="Anna Twice")
    events.record("representation.give", RepresentationFactory(user=other), actor=office)
    InvitationFactory(email="anna@example.test", name="Anna Twice", expires_at=ago(200))
    assert run()["invitations"]["forgotten"] == 1
    assert "Anna Twice" in Event.objects.get(verb="representation.give").subject_label


def test_what_people_called_themselves_is_not_taken_out_of_titles_when_nobody_looks():
    """Only from beside the address, and out of acts on the row itself."""
    office, group = StaffRoleFactory().user, GroupFactory(title="Battery Passport")
    invited = InvitationFactory(email="bp@example.test", name="Battery Passport", expires_at=ago(200))
    events.record("invitation.withdraw", invited, actor=office, note="Battery Passport answers nobody.")
    about = events.record("group.close", group, actor=office, note="Battery Passport is over.")
    told = events.record("group.close", group, actor=office, note="battery passport (BP@example.test) called.")
    other = events.record("group.close", group, actor=office, note="Battery Passport: ask the-bp@example.test.")
    assert run()["invitations"]["forgotten"] == 1
    group.refresh_from_db()
    assert group.title == "Battery Passport"
    notes = dict(Event.objects.filter(pk__in=[about.pk, told.pk, other.pk]).values_list("pk", "note"))
    assert notes[about.pk] == "Battery Passport is over."
    assert notes[told.pk] == "a former contact (a former contact) called."
    assert notes[other.pk] == "Battery Passport: ask the-bp@example.test."
    assert events.of(invited).get(verb="invitation.withdraw").note == "a former contact answers nobody."


def test_an_account_that_goes_by_itself_takes_its_name_only_from_its_own_roles():
    """The same name goes everywhere when the Office confirms an erasure."""
    office, group = StaffRoleFactory().user, GroupFactory(title="Battery Passport")
    person = UserFactory(name="Battery Passport", email="bp@example.test", last_login=ago(500))
    held = RepresentationFactory(user=person, ends=ago(400).date())
    own = events.record("representation.end", held, actor=office, note="Battery Passport has left.")
    erasure.forget_person(user_id=person.pk, actor=office, is_confirmed=False)
    group.refresh_from_db()
    own = Event.objects.get(pk=own.pk)
    assert group.title == "Battery Passport"
    assert "Battery" not in own.subject_label + own.note

    namesake = UserFactory(name="Battery Passport", email="bp2@example.test")
    erasure.forget_person(user_id=namesake.pk, actor=office)
    group.refresh_from_db()
    assert group.title == "a former user"


def test_sent_letters_and_sign_ins_that_are_over_go():
    Letter.objects.create(to="a@example.test", subject="Old", email_state="sent", created_at=ago(101))
    Letter.objects.create(to="b@example.test", subject="Waits", email_state="pending", created_at=ago(101))
    UserSession.objects.create(
        user=UserFactory(), ip="192.0.2.1", user_agent="Browser", session_key="x" * 20, last_seen_at=ago(101)
    )
    told = run()
    assert (told["letters"]["forgotten"], told["sessions"]["forgotten"]) == (1, 1)
    assert Letter.objects.get().subject == "Waits"


# -- Announced before -------------------------------------------------------------------------------------------------
def test_nothing_goes_before_the_office_was_told(settings):
    settings.RETENTION_NOTICE_DAYS = 14
    office = StaffRoleFactory().user
    NotificationFactory(read_at=ago(101), email_state="sent")
    NotificationFactory(read_at=ago(80), email_state="sent")
    assert run()["notifications"] == {"due": 1, "forgotten": 0, "announced": 0}
    notice = RetentionNotice.objects.get()
    assert notice.covers["notifications"]["count"] == 2, "what falls due within the month as well"
    told = Notification.objects.get(recipient=office, event__verb="retention.announce")
    assert "Read notifications: 2" in told.event.note
    with in_days(13):
        assert run()["notifications"]["forgotten"] == 0
    with in_days(15):
        assert run()["notifications"]["forgotten"] == 1
    with in_days(25):
        assert run()["notifications"]["forgotten"] == 1
    assert RetentionNotice.objects.count() == 1, "told once"


def test_what_comes_later_is_announced_later(settings):
    settings.RETENTION_NOTICE_DAYS = 14
    NotificationFactory(read_at=ago(101), email_state="sent")
    run()
    late = NotificationFactory(read_at=ago(1), email_state="sent")
    with in_days(90):
        assert run()["notifications"]["forgotten"] == 1
        assert RetentionNotice.objects.count() == 2
    with in_days(103):
        assert run()["notifications"]["forgotten"] == 0, "not told fourteen days ago"
    with in_days(105):
        assert run()["notifications"]["forgotten"] == 1
    assert not Notification.objects.filter(pk=late.pk).exists()


def test_people_are_told_of_what_concerns_them(settings):
    settings.RETENTION_NOTICE_DAYS = 14
    office = StaffRoleFactory().user
    batch = applied(office)
    Import.objects.filter(pk=batch.pk).update(created_at=ago(95))
    speaks = RepresentationFactory(role="primary")
    inviter = speaks.user
    InvitationFactory(
        organisation=speaks.organisation, invited_by=inviter, email="never@example.test", expires_at=ago(90)
    )
    ApplicationFactory(status="declined", decided_at=ago(90), email="declined@example.test")
    ApplicationFactory(status="unconfirmed", created_at=ago(90), email="stranger@example.test")
    for _night in range(2):
        told = run()
    assert Notification.objects.filter(recipient=office, event__verb="import.expire_soon").count() == 1
    assert Notification.objects.filter(recipient=inviter, event__verb="invitation.expire_soon").count() == 1
    letter = Letter.objects.get(subject__contains="will be deleted")
    assert letter.to == "declined@example.test"
    assert date_format(today() + timedelta(days=14), "j F Y") in letter.body, "not before fourteen days from now"
    assert not Letter.objects.filter(to="stranger@example.test").exists()
    assert told["applications"]["announced"] == 0
    with in_days(15):
        told = run()
    assert (told["imports"]["forgotten"], told["applications"]["forgotten"]) == (1, 2)


def test_who_cannot_be_forgotten_yet_holds_up_nobody():
    office = StaffRoleFactory().user
    named, other = unused(name="Named There", email="named@example.test"), unused()
    batch = checked(office)
    row = batch.rows.first()
    row.cells = {**row.cells, "contact_email": "named@example.test"}
    row.save(update_fields=["cells"])
    run()
    with in_days(31):
        told = run()["accounts"]
    assert (told["forgotten"], told["held"]) == (1, 1)
    named.refresh_from_db()
    other.refresh_from_db()
    assert other.anonymised_at
    assert not named.anonymised_at
    assert not events.of(named).filter(verb="account.expire").exists()


def test_a_rule_that_cannot_announce_forgets_nothing_and_the_others_go_on(settings, monkeypatch):
    settings.RETENTION_NOTICE_DAYS = 14
    rule = retention._rules["applications"]

    def fail(row, day):
        raise RuntimeError("no words")

    monkeypatch.setitem(retention._rules, "applications", replace(rule, announce=fail))
    ApplicationFactory(status="declined", decided_at=ago(101))
    NotificationFactory(read_at=ago(101), email_state="sent")
    assert run()["applications"]["failed"] == 1
    with in_days(15):
        told = run()
    assert (told["applications"]["forgotten"], told["notifications"]["forgotten"]) == (0, 1)


def test_a_dry_run_says_what_would_go_and_changes_nothing():
    unused()
    NotificationFactory(read_at=ago(101), email_state="sent")
    told = run(dry_run=True)
    assert told["notifications"] == {"due": 1, "forgotten": 0, "announced": 0}
    assert not RetentionNotice.objects.exists()
    assert Notification.objects.count() == 1
    assert not User.objects.exclude(expiry_announced_at=None).exists()


def test_a_rule_is_switched_off_by_a_setting(settings):
    settings.RETENTION_NOTIFICATION_DAYS = 0
    NotificationFactory(read_at=ago(5000), email_state="sent")
    assert run()["notifications"] == {"due": 0, "forgotten": 0, "announced": 0}


def test_one_rule_that_fails_does_not_hold_up_the_others(monkeypatch):
    read = NotificationFactory(read_at=ago(101), email_state="sent")
    UserFactory(date_joined=ago(300))
    broken = retention.Rule(
        key="broken",
        title="Broken",
        what="Fails.",
        setting="RETENTION_LETTER_DAYS",
        rows=lambda moment: User.objects.filter(is_system=False, date_joined__lt=ago(100)),
        forget=lambda rows: None,
        since="date_joined",
    )
    monkeypatch.setitem(retention._rules, "broken", broken)
    assert run()["broken"]["failed"] == 1
    assert not Notification.objects.filter(pk=read.pk).exists()


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
