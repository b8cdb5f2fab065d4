"""What the portal knows of a person, and how it forgets them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from core import events, outbox
from core.imports.models import Import
from core.models import Event, Letter, Notification
from groups.models import GroupMembership, GroupRole
from members.models import Consent, ErasureRequest, Representation, User
from members.services import consents, erasure, invitations, organisations, representatives
from tests.factories.committees import SeatFactory
from tests.factories.groups import GroupFactory, make_lead
from tests.factories.imports import applied, checked
from tests.factories.members import PASSWORD, ApplicationFactory, InvitationFactory, RepresentationFactory, UserFactory
from tests.factories.notifications import NotificationFactory

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Želmíra Vymyšlená", "zelmira@example.test"


@pytest.fixture
def person(personas) -> User:
    """A delegate of Acme with a part in everything."""
    acme = personas.organisation
    user = UserFactory(name=NAME, email=ADDRESS)
    RepresentationFactory(user=user, organisation=acme)
    SeatFactory(user=user, organisation=acme, code="EDU", role="member")
    group = GroupFactory()
    make_lead(group, user=user, organisation=acme)
    joining = GroupMembership.objects.filter(group=group, organisation=acme).first()
    if joining is None:
        joining = GroupMembership.objects.create(group=group, organisation=acme, status="active")
    joining.representative = user
    joining.save(update_fields=["representative"])
    NotificationFactory(recipient=user)
    organisations.declare_workforce(organisation_id=acme.pk, actor=user, year=2024, people=10)
    representatives.change_roles(
        organisation_id=acme.pk, user_id=user.pk, roles=["delegate", "reporter"], actor=personas.primary
    )
    invitations.invite_person(
        organisation_id=personas.other_organisation.pk, email=ADDRESS, role="delegate", actor=personas.office, name=NAME
    )
    ApplicationFactory(email=ADDRESS, contact_name=NAME)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    SocialAccount.objects.create(user=user, provider="sso", uid="zelmira-at-home", extra_data={"email": ADDRESS})
    workflow_note(personas, f"Please ask {NAME} ({ADDRESS.upper()}).")
    return user


def workflow_note(personas, note: str) -> Event:
    """Somebody else's act, in whose words the person is named."""
    return events.record(
        "invitation.create", personas.organisation, actor=personas.office, note=note, data={"to": NAME}
    )


def ask(client: Client) -> ErasureRequest:
    assert client.post(reverse("members:erasure_request"), {"understood": "on", "words": "Goodbye."}).status_code == 302
    return ErasureRequest.objects.latest("pk")


def confirm(client: Client, wanted: ErasureRequest):
    return client.post(reverse("members:erasure_confirm", args=[wanted.pk]), follow=True)


def everything() -> str:
    """The text of the whole database, as a thief would read it."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows += [f"{table}: {row}" for row in cursor.fetchall()]
    text = "\n".join(rows)
    return text + text.encode().decode("unicode_escape", errors="ignore")


# -- The notice and consents ------------------------------------------------------------------------------------------
def test_everybody_reads_the_privacy_notice_without_a_cookie(client):
    answer = client.get(reverse("members:privacy_notice"))
    assert answer.status_code == 200
    assert not answer.cookies
    assert reverse("members:privacy_notice") in client.get(reverse("pages:home")).content.decode()
    assert str(settings.RETENTION_INACTIVE_ACCOUNT_DAYS) in answer.content.decode()


def test_other_words_are_another_version():
    """Whoever changes the notice gives it a new number (members/services/consents.py), and adds its print here."""
    prints = {"1.0": "2f3a8f220347ce50", "1.1": "8a2e315167ad1b2f"}
    text = (Path(settings.BASE_DIR) / "templates/members/privacy_notice.html").read_bytes()
    assert hashlib.sha256(text).hexdigest()[:16] == prints[consents.NOTICE_VERSION]


def test_signing_up_and_applying_record_which_notice_was_read(client):
    invitation = InvitationFactory(email="new@example.test")
    client.post(reverse("members:invitation", args=[invitation.token]))
    fields = {"name": "New Person", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("account_signup"), fields).status_code != 302, "the box must be ticked"
    client.post(reverse("account_signup"), fields | {"notice": "on"})
    consent = Consent.objects.get(user__email="new@example.test")
    assert (consent.kind, consent.version, consent.given) == ("notice", consents.NOTICE_VERSION, True)


def test_who_has_not_read_the_notice_is_asked_to(client_for, personas):
    Consent.objects.filter(user=personas.delegate).delete()
    client = client_for(personas.delegate)
    assert "Privacy notice" in [item.title for item in client.get(reverse("pages:me")).context["waiting"]]
    client.post(reverse("members:consent_change"), {"kind": "notice", "given": "1"})
    assert client.get(reverse("pages:me")).context["waiting"] == []


def test_a_consent_is_given_withdrawn_and_its_history_kept(client_for, personas):
    client, page = client_for(personas.delegate), personas.organisation.get_absolute_url()
    url = reverse("members:consent_change")
    reader = client_for(personas.outsider)
    assert personas.delegate.email not in reader.get(page).content.decode()
    for _n in range(2):
        client.post(url, {"kind": "contact", "given": "1"})
    assert personas.delegate.email in reader.get(page).content.decode()
    assert personas.delegate.email not in Client().get(page).content.decode(), "members only"
    client.post(url, {"kind": "contact"})
    assert personas.delegate.email not in reader.get(page).content.decode()
    answers = (
        Consent.objects.filter(user=personas.delegate, kind="contact").order_by("pk").values_list("given", flat=True)
    )
    assert list(answers) == [True, False]


# -- One's own data ---------------------------------------------------------------------------------------------------
def test_a_person_downloads_all_that_is_about_them_and_nothing_about_others(client_for, person, personas):
    client = client_for(person)
    invitations_sent = InvitationFactory(invited_by=person, email="somebody.else@example.test", name="Somebody Else")
    events.record("invitation.create", invitations_sent, actor=person)
    answer = client.get(reverse("members:my_data_download"))
    assert answer["Content-Type"] == "application/json"
    assert "attachment" in answer["Content-Disposition"]
    data = json.loads(answer.content)
    assert data["account"]["name"] == NAME
    assert data["account"]["second_factors"][0]["type"] == "totp"
    assert {one["role"] for one in data["representations"]} == {"delegate", "reporter"}
    assert data["seats"][0]["committee"] == "EDU"
    assert data["group_roles"][0]["role"] == "lead"
    assert data["invitations"][0]["email"] == ADDRESS
    assert data["applications"][0]["contact_name"] == NAME
    assert data["notifications"]
    assert [one["act"] for one in data["acts"]] == ["workforce.declare", "invitation.create"]
    assert data["consents"][0]["version"] == consents.NOTICE_VERSION
    assert "secret" not in answer.content.decode()
    for other in User.objects.exclude(pk=person.pk):
        assert other.email not in answer.content.decode()
        assert not other.name or other.name not in answer.content.decode()
    assert "somebody.else" not in answer.content.decode().lower()
    assert client.get(reverse("members:my_data")).status_code == 200


# -- Being forgotten --------------------------------------------------------------------------------------------------
def test_whoever_is_forgotten_is_found_nowhere_and_what_they_did_stays(client_for, person, personas):
    browser = Client()
    browser.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    UserSession.objects.create(user=person, ip="192.0.2.7", user_agent="Zelmira's browser", session_key="k" * 20)
    acts = Event.objects.filter(actor=person).count()
    sent, _new = invitations.invite_person(
        organisation_id=personas.organisation.pk, email="invited@example.test", role="delegate", actor=personas.primary
    )
    Letter.objects.filter(to=sent.email).update(subject=f"{NAME} invites you", email_state="sent")
    wanted = ask(client_for(person))
    assert Notification.objects.filter(recipient=personas.office, event__verb="erasure.request").exists()
    mail.outbox.clear()
    page = confirm(client_for(personas.office), wanted)
    assert "is erased" in page.content.decode()

    person = User.objects.get(pk=person.pk)
    assert (person.name, person.is_active, person.has_usable_password()) == ("", False, False)
    assert str(person) == "A former user"
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
        assert not model.objects.filter(user=person).exists()
    assert not Notification.objects.filter(recipient=person).exists()
    assert not Representation.objects.current().filter(user=person).exists()
    assert not GroupRole.objects.of(person).exists()
    assert not GroupMembership.objects.filter(representative=person).exists()
    assert Event.objects.filter(actor=person).count() == acts + 1, "with the request itself"
    assert browser.get(reverse("pages:me")).status_code == 302, "signed out everywhere"

    outbox.deliver_letters()
    assert mail.outbox[-1].to == [ADDRESS], "told for the last time"
    text = everything()
    for word in (NAME, ADDRESS, ADDRESS.upper(), "zelmira-at-home", "Goodbye."):
        assert word not in text
    told = Event.objects.get(verb="invitation.create", note__startswith="Please ask")
    assert told.note == "Please ask a former user (a former user)."
    assert (
        "A former user"
        in client_for(personas.primary)
        .get(reverse("members:representatives", args=[personas.organisation.code]))
        .content.decode()
    )


def test_the_office_sees_where_the_name_stands_before_it_confirms(client_for, person, personas):
    workflow_note(personas, f"{NAME.upper()} was asked again.")
    wanted = ask(client_for(person))
    page = client_for(personas.office).get(reverse("members:erasure_detail", args=[wanted.pk]))
    places = dict(page.context["places"])
    assert places["invitations"] == 1
    assert places["events"] >= 2
    assert "Where the name or an address stands" in page.content.decode()
    confirm(client_for(personas.office), wanted)
    page = client_for(personas.office).get(reverse("members:erasure_detail", args=[wanted.pk]))
    assert page.context["places"] == []


def test_the_last_primary_contact_first_needs_a_successor(client_for, personas):
    client = client_for(personas.primary)
    wanted = ask(client)
    assert "last primary contact" in client.get(reverse("members:my_data")).content.decode()
    page = confirm(client_for(personas.office), wanted).content.decode()
    assert "last primary contact" in page
    assert User.objects.get(pk=personas.primary.pk).is_active
    representatives.change_roles(
        organisation_id=personas.organisation.pk,
        user_id=personas.delegate.pk,
        roles=["delegate", "primary"],
        actor=personas.primary,
    )
    confirm(client_for(personas.office), wanted)
    assert User.objects.get(pk=personas.primary.pk).anonymised_at


def test_a_declined_request_is_explained_and_may_be_made_again(client_for, personas):
    client = client_for(personas.delegate)
    wanted = ask(client)
    ask(client)
    assert ErasureRequest.objects.count() == 1, "asked twice is asked once"
    url = reverse("members:erasure_decline", args=[wanted.pk])
    assert client_for(personas.office).post(url, {"decline-note": " "}).status_code == 422
    client_for(personas.office).post(url, {"decline-note": "A court needs the record."})
    page = client.get(reverse("members:my_data")).content.decode()
    assert "A court needs the record." in page
    assert Notification.objects.get(recipient=personas.delegate).event.verb == "erasure.decline"
    assert client.get(reverse("members:erasure_detail", args=[wanted.pk])).url == reverse("members:my_data")
    ask(client)
    assert ErasureRequest.objects.count() == 2


def test_a_request_is_withdrawn_and_nothing_is_erased(client_for, personas):
    client = client_for(personas.delegate)
    wanted = ask(client)
    client.post(reverse("members:erasure_withdraw", args=[wanted.pk]))
    assert "Nothing was changed" in confirm(client_for(personas.office), wanted).content.decode()
    assert User.objects.get(pk=personas.delegate.pk).is_active


def test_nobody_decides_on_their_own_request(client_for, personas):
    wanted = ask(client_for(personas.office))
    assert client_for(personas.office).post(reverse("members:erasure_confirm", args=[wanted.pk])).status_code == 403
    assert confirm(client_for(personas.administrator), wanted).status_code == 200
    assert User.objects.get(pk=personas.office.pk).anonymised_at
    assert not User.objects.get(pk=personas.office.pk).is_office


def test_without_the_box_nothing_is_asked(client_for, personas):
    answer = client_for(personas.delegate).post(reverse("members:erasure_request"), {"words": "Please."})
    assert answer.status_code == 422
    assert not ErasureRequest.objects.exists()


def test_a_roster_that_names_the_person_forgets_them_too(client_for, person, personas):
    batch = applied(personas.office)
    row = batch.rows.first()
    row.cells = {**row.cells, "contact_name": NAME, "contact_email": ADDRESS}
    row.save(update_fields=["cells"])
    wanted = ask(client_for(person))
    confirm(client_for(personas.office), wanted)
    row.refresh_from_db()
    assert row.cells["contact_name"] == row.cells["contact_email"] == ""
    assert row.label, "what is said of the organisation stays"
    assert Import.objects.get(pk=batch.pk).file.name == ""


def test_an_import_that_is_not_finished_is_finished_first(client_for, person, personas):
    batch = checked(personas.office)
    row = batch.rows.first()
    row.cells = {**row.cells, "contact_email": ADDRESS}
    row.save(update_fields=["cells"])
    page = confirm(client_for(personas.office), ask(client_for(person))).content.decode()
    assert "is not finished" in page
    assert User.objects.get(pk=person.pk).is_active


def test_a_namesake_with_one_word_keeps_the_name(personas):
    first, second = UserFactory(name="Anna"), UserFactory(name="Anna")
    for one in (first, second):
        events.record("representation.give", RepresentationFactory(user=one), actor=personas.office)
    erasure.forget_person(user_id=first.pk, actor=personas.office)
    labels = " ".join(Event.objects.filter(verb="representation.give").values_list("subject_label", flat=True))
    assert labels.count("Anna") == 1
    assert labels.count("a former user") == 1


def test_every_table_that_points_to_people_is_known_to_the_erasure():
    """A new foreign key to a person is a reason to think of privacy.py of its app."""
    known = {
        "Activity", "Adjustment", "Announcement", "Approach", "Authenticator", "CalendarAddress", "Comment", "Consent",
        "Digest", "DocumentVersion", "EmailAddress", "ErasureRequest", "Event", "GroupChange", "GroupGrant",
        "GroupMembership", "GroupRole", "GuestInvitation", "HistoricalOrganisation", "Idea", "Import", "ImportRow",
        "Interest", "Invitation", "Job", "LogEntry", "LogoutRequest", "MeetingAction", "MeetingInvitation", "Merge",
        "Notification",
        "NotificationSetting", "Output", "PlanSubmission", "Post", "Procedure", "Proposal", "Report", "Representation",
        "Result", "Seat", "SocialAccount", "StaffRole", "Thread", "UserObjectPermission", "UserSession", "Voice",
        "WorkPlanGrant",
    }  # fmt: skip
    found = {
        relation.related_model.__name__
        for relation in User._meta.related_objects
        if isinstance(relation, models.ManyToOneRel)
    }
    assert found <= known, found - known


def test_the_office_finds_requests_among_what_waits(client_for, personas):
    wanted = ask(client_for(personas.delegate))
    assert str(personas.delegate) in client_for(personas.office).get(reverse("members:erasure_list")).content.decode()
    waiting = client_for(personas.office).get(reverse("pages:me")).context["waiting"]
    assert wanted.get_absolute_url() in [item.url for item in waiting]
