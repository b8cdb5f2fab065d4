"""What a person has been told: read, unread, and by e-mail or not."""

from __future__ import annotations

import pytest
from django.conf import settings as portal_settings
from django.core import mail
from django.core.mail import get_connection
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import notifications, outbox, workflow
from core.forms import PaceForm
from core.models import Letter, Notification, NotificationSetting
from core.models.outbox import Outgoing
from members.models import Representation
from members.services import invitations
from tests.factories.members import (
    InvitationFactory,
    MemberFactory,
    RepresentationFactory,
    StaffRoleFactory,
    UserFactory,
)
from tests.factories.notifications import NotificationFactory

pytestmark = pytest.mark.django_db
LIST = "core:notification_list"


@pytest.fixture
def reader():
    return StaffRoleFactory(user__name="Rea Der").user  # the Office sees every invitation


def test_the_unread_come_first_and_the_newest_of_them_on_top(reader, client_for):
    old, read, new = [NotificationFactory(recipient=reader) for _n in range(3)]
    notifications.mark_read(reader=reader, ids=[read.pk])
    page = client_for(reader).get(reverse(LIST)).context["page"]
    assert list(page) == [new, old, read]


def test_opening_one_goes_to_its_subject_and_marks_it_read(reader, client_for):
    row = NotificationFactory(recipient=reader)
    answer = client_for(reader).get(reverse("core:notification_open", args=[row.pk]))
    assert answer.url == row.event.subject_url
    row.refresh_from_db()
    assert row.read_at is not None


def test_marking_all_as_read_leaves_what_arrived_since_the_page_was_opened(reader, client_for):
    client = client_for(reader)
    NotificationFactory(recipient=reader)
    until = client.get(reverse(LIST)).context["newest"]
    later = NotificationFactory(recipient=reader)
    client.post(reverse("core:notification_read_all"), {"until": until})
    assert list(Notification.objects.visible_to(reader).unread()) == [later]


def test_nobody_marks_the_notifications_of_another(reader, client_for):
    row = NotificationFactory()
    client = client_for(reader)
    assert client.post(reverse("core:notification_read", args=[row.pk])).status_code == 404
    client.post(reverse("core:notification_read_all"))
    row.refresh_from_db()
    assert row.read_at is None


def test_marking_twice_keeps_the_first_time(reader, client_for):
    row = NotificationFactory(recipient=reader)
    client = client_for(reader)
    client.post(reverse("core:notification_read", args=[row.pk]))
    first = Notification.objects.get().read_at
    client.post(reverse("core:notification_read", args=[row.pk]))
    assert Notification.objects.get().read_at == first


def test_an_empty_list_says_what_will_appear_here(reader, client_for):
    assert "You are told here when" in client_for(reader).get(reverse(LIST)).content.decode()


@pytest.mark.thorough
def test_the_list_takes_as_many_queries_with_many_rows(reader, client_for):
    client = client_for(reader)

    def queries_with(count: int) -> int:
        for _n in range(count):
            NotificationFactory(recipient=reader)
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(LIST)).status_code == 200
        return len(found)

    assert queries_with(10) == queries_with(90)


def test_a_kind_that_is_never_wanted_comes_without_an_e_mail(client_for):
    acme = MemberFactory()
    primary = RepresentationFactory(organisation=acme, role=Representation.Role.PRIMARY).user
    client = client_for(primary)
    page = client.get(reverse("core:notification_settings")).content.decode()
    assert "accepted the invitation" in page
    proposed = {kind.code: str(kind.pace) for kind in PaceForm(user=primary).kinds}
    chosen = {**proposed, "invitation": "never"}
    assert client.post(reverse("core:notification_settings"), chosen).status_code == 302
    assert list(NotificationSetting.objects.values_list("kind", "pace")) == [("invitation", "never")]

    guest = UserFactory()
    invitation = InvitationFactory(organisation=acme, email=guest.email, invited_by=primary)
    invitations.accept_invitation(invitation_id=invitation.pk, actor=guest)
    row = Notification.objects.get(recipient=primary)
    assert row.email_state == Outgoing.Email.NONE
    assert notifications.deliver_due() == 0

    client.post(reverse("core:notification_settings"), proposed)
    assert not NotificationSetting.objects.exists()


def test_the_e_mail_says_who_did_what_and_where_to_change_the_settings(reader):
    NotificationFactory(recipient=reader, event__note="Because & so", event__actor__name="Ann O'Nym")
    assert notifications.deliver_due() == 1
    (message,) = mail.outbox
    assert message.subject.startswith("Ann O'Nym accepted the invitation:")
    assert "Because & so" in message.body
    assert reverse("core:notification_settings") in message.body
    assert portal_settings.PORTAL_URL in message.body


class AwayConnection:
    """A mail server that does not answer."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("the mail server is away")


def test_a_mail_server_that_is_away_delays_and_does_not_lose(reader, monkeypatch):
    row = NotificationFactory(recipient=reader)
    letter = outbox.post(to="a@example.test", subject="A", body="B")
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.message.EmailMessage.get_connection", lambda *a, **k: AwayConnection())
        assert notifications.deliver_due() + outbox.deliver_letters() == 0
    for waiting in (row, letter):
        waiting.refresh_from_db()
        assert (waiting.email_state, waiting.attempts) == (Outgoing.Email.PENDING, 1)
        assert "away" in waiting.error
    assert notifications.deliver_due() == 0, "not before its time"
    for model in (Notification, Letter):
        model.objects.update(next_attempt_at=row.created_at)
    assert notifications.deliver_due() + outbox.deliver_letters() == 2
    assert len(mail.outbox) == 2


def test_a_letter_that_cannot_be_written_does_not_hold_up_the_others():
    broken = outbox.post(to="a@example.test", subject="x", body="y")
    Letter.objects.filter(pk=broken.pk).update(subject="two\nlines")
    outbox.post(to="b@example.test", subject="x", body="y")
    assert outbox.deliver_letters() == 1
    broken.refresh_from_db()
    assert broken.email_state == Outgoing.Email.FAILED


def test_a_sender_that_died_leaves_nothing_behind(reader):
    row = NotificationFactory(recipient=reader, email_state=Outgoing.Email.SENDING)
    assert outbox.reclaim() == 1
    row.refresh_from_db()
    assert row.email_state == Outgoing.Email.PENDING


def test_mail_goes_to_files_in_a_folder_that_is_made_when_missing(tmp_path, settings, reader):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "new" / "mail")
    assert get_connection() is not None
    NotificationFactory(recipient=reader)
    assert notifications.deliver_due() == 1
    (file,) = (tmp_path / "new" / "mail").iterdir()
    assert reader.email in file.read_text()


def test_the_actor_and_people_who_may_not_see_it_hear_nothing():
    acme, elsewhere = MemberFactory(), MemberFactory()
    inviter = RepresentationFactory(organisation=elsewhere, role=Representation.Role.PRIMARY).user
    guest = UserFactory()
    invitation = InvitationFactory(organisation=acme, email=guest.email, invited_by=inviter)
    workflow.act(invitations.RENEW, invitation, actor=guest)
    workflow.act(invitations.ACCEPT.verb, invitation, actor=guest)
    assert not Notification.objects.filter(recipient__in=[guest, inviter]).exists()


def test_what_the_reader_may_no_longer_see_is_told_without_a_link(reader, client_for):
    row = NotificationFactory(recipient=reader)
    link = reverse("core:notification_open", args=[row.pk])
    pages = (reverse(LIST), reverse("pages:me"))
    client = client_for(reader)
    before = [client.get(page).content.decode() for page in pages]
    assert f'href="{link}"' in before[0]
    assert f'href="{row.event.subject_url}"' in before[1]
    reader.dated_staff_roles.update(ends="2022-01-02")
    after = [client.get(page).content.decode() for page in pages]
    assert all(row.event.subject_label in page for page in after), "that they were told of it stays"
    assert f'href="{link}"' not in after[0]
    assert row.event.subject_url not in after[1]
    answer = client.get(link, follow=True)
    assert answer.redirect_chain == [(reverse(LIST), 302)]
    assert "not open to you any more" in answer.content.decode()


def test_an_e_mail_that_goes_out_late_goes_only_to_who_may_still_see_it(reader):
    row = NotificationFactory(recipient=reader)
    other = NotificationFactory(event=row.event)
    reader.dated_staff_roles.update(ends="2022-01-02")
    assert notifications.deliver_due() == 1
    assert [message.to for message in mail.outbox] == [[other.recipient.email]]
    row.refresh_from_db()
    assert row.email_state == Outgoing.Email.NONE
