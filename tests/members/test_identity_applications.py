"""An organisation applies without an account, the Office decides, and every outcome is told."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import events, outbox
from core.models import Country, Letter, MemberType, Notification
from members.models import Application, Invitation, Membership, Organisation, today
from members.services import applications
from tests.factories.members import ApplicationFactory, MemberFactory, OrganisationFactory, StaffRoleFactory
from tests.variants import telling

pytestmark = pytest.mark.django_db
APPLY = "members:apply"


@pytest.fixture
def office():
    return StaffRoleFactory(user__name="Offi Cer").user


@pytest.fixture
def office_browser(office, client_for):
    return client_for(office)


def filled_in(**more) -> dict:
    return {
        "organisation_name": "Nová Škola s.r.o.",
        "member_type": MemberType.objects.get(code="EDU-VET").pk,
        "country": Country.objects.get(code="SK").pk,
        "website": "https://nova-skola.example",
        "contact_name": "Appli Cant",
        "email": "Contact@Nova-Skola.example",
        "motivation": "We train mechanics for electric vehicles.",
        "notice": "on",
        **more,
    }


def send(client: Client, *, after: float = 60, **more):
    """Open the form, take some time to write (seconds), and send it."""
    opened = client.get(reverse(APPLY)).context["form"]["opened"].value()
    with time_machine.travel(timezone.now() + timedelta(seconds=after), tick=False):
        return client.post(reverse(APPLY), filled_in(**more) | {"opened": opened})


def letters() -> list:
    Letter.objects.update(next_attempt_at=timezone.now())  # some were written on another day
    outbox.deliver_letters()
    sent, mail.outbox = mail.outbox, []
    return sent


def link_in(message) -> str:
    return re.search(r"https?://[^/\s]+(/(?:apply|accounts)/\S+)", message.body).group(1)


def decide(client: Client, application: Application, how: str, **fields):
    data = {f"{how}-{name}": value for name, value in fields.items()}
    return client.post(reverse(f"members:application_{how}", args=[application.pk]), data)


def test_from_the_form_to_membership(client, office, office_browser):
    assert send(client).url == reverse("members:apply_sent")
    assert "session" not in client.cookies, "an applicant leaves no trace but the application"
    assert office_browser.get(reverse("members:application_list")).context["page"].object_list.count() == 0

    (letter,) = letters()
    assert letter.to == ["contact@nova-skola.example"]
    assert "Confirm the application" in client.get(link_in(letter)).content.decode()
    assert Application.objects.get().status == "unconfirmed", "opening the link confirms nothing"
    client.post(link_in(letter))
    application = Application.objects.get()
    assert application.status == "submitted"
    assert Notification.objects.filter(recipient=office, event__verb="application.confirm").exists()
    assert "We have the application" in letters()[0].subject

    decide(office_browser, application, "return", note="How many learners?")
    (question,) = letters()
    assert "How many learners?" in question.body
    page = client.get(link_in(question)).content.decode()
    assert "How many learners?" in page
    assert "Offi Cer" not in page, "the applicant deals with the Office, not with a name"
    client.post(link_in(question), {"note": "About 300."})

    page = office_browser.get(application.get_absolute_url()).content.decode()
    assert "About 300." in page
    decide(office_browser, application, "accept")
    welcome, invitation = letters()
    assert "is a member" in welcome.subject
    assert "invites you to represent Nová Škola" in invitation.subject

    organisation = Organisation.objects.members().get(legal_name="Nová Škola s.r.o.")
    assert organisation.email_domain == "nova-skola.example"
    assert Invitation.objects.get().role == "primary"
    client.post(link_in(invitation))
    password = "correct horse battery"
    client.post(
        reverse("account_signup"), {"name": "Appli Cant", "password1": password, "password2": password, "notice": "on"}
    )
    assert client.get(reverse("pages:me")).status_code == 200
    assert "Welcome: your organisation is a member" in client.get(link_in(welcome)).content.decode()
    assert [event.verb for event in events.of(application)] == [
        "application.accept",
        "application.answer",
        "application.return",
        "application.confirm",
    ]


def test_a_declined_applicant_is_told_the_reason(client, office_browser):
    application = ApplicationFactory()
    decide(office_browser, application, "decline", note="Outside the sector.")
    (letter,) = letters()
    assert "Outside the sector." in letter.body
    assert "Outside the sector." in client.get(link_in(letter)).content.decode()
    assert not Organisation.objects.filter(legal_name=application.organisation_name).exists()


@pytest.mark.parametrize("how", ["return", "decline"])
def test_a_question_and_a_refusal_need_words(office_browser, how):
    application = ApplicationFactory()
    answer = decide(office_browser, application, how, note="  ")
    assert answer.status_code == 422
    application.refresh_from_db()
    assert application.status == "submitted"


def test_accepting_twice_makes_one_member(office_browser):
    application = ApplicationFactory()
    decide(office_browser, application, "accept")
    answer = office_browser.post(reverse("members:application_accept", args=[application.pk]), follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert Organisation.objects.filter(legal_name=application.organisation_name).count() == 1
    assert Invitation.objects.count() == 1


def test_an_answer_sent_twice_is_one(client):
    application = ApplicationFactory(status="returned")
    url = reverse("members:application_follow", args=[application.token])
    client.post(url, {"note": "About 300."})
    client.post(url, {"note": "About 300."})
    assert events.of(application).count() == 1


def test_possible_duplicates_are_shown_and_can_be_chosen(office_browser):
    known = MemberFactory(legal_name="NOVA SKOLA, S. R. O.")
    by_domain = OrganisationFactory(legal_name="Something else", email_domain="nova-skola.example")
    other = ApplicationFactory(organisation_name="Nová škola", email="second@elsewhere.example")
    application = ApplicationFactory(organisation_name="Nová Škola s.r.o.", email="contact@nova-skola.example")
    page = office_browser.get(application.get_absolute_url()).content.decode()
    for found in (known, by_domain):
        assert f'<a href="{found.get_absolute_url()}">{found.legal_name}</a>' in page, "to look at before deciding"
    assert other.get_absolute_url() in page
    decide(office_browser, application, "accept", organisation=known.pk)
    application.refresh_from_db()
    assert application.organisation == known
    assert Membership.objects.filter(organisation=known).count() == 1, "it was a member already"
    assert Invitation.objects.get().organisation == known


def test_a_mailbox_that_anybody_may_have_hints_at_nobody(office_browser):
    OrganisationFactory(legal_name="Unrelated", email_domain="gmail.com")
    application = ApplicationFactory(email="somebody@gmail.com")
    assert "Unrelated" not in office_browser.get(application.get_absolute_url()).content.decode()
    decide(office_browser, application, "accept")
    assert Organisation.objects.get(legal_name=application.organisation_name).email_domain == ""


def test_a_form_sent_twice_is_one_application(client):
    send(client)
    send(client, motivation="Better words.", organisation_name="NOVÁ ŠKOLA, s. r. o.")
    assert Application.objects.get().motivation == "Better words."
    link = link_in(letters()[-1])
    client.post(link)
    client.post(link)
    send(client, motivation="Words that come too late.")
    assert Application.objects.get().motivation == "Better words."
    assert events.of(Application.objects.get()).count() == 1


def test_an_expired_link_says_what_to_do_and_applying_again_works(client):
    send(client)
    old = Application.objects.get()
    Application.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))
    url = reverse("members:application_follow", args=[old.token])
    client.post(url)
    assert "This link has expired" in client.get(url).content.decode()
    assert Application.objects.get().status == "unconfirmed"
    send(client)
    client.post(url)
    assert Application.objects.get().status == "submitted"


def test_an_unknown_link_is_not_found(client):
    assert client.get(reverse("members:application_follow", args=["no-such-token"])).status_code == 404


def test_a_programme_that_fills_in_every_field_is_thanked_and_ignored(client):
    assert send(client, fax="123").url == reverse("members:apply_sent")
    assert not Application.objects.exists()


def test_a_form_filled_in_within_a_moment_must_be_sent_again(client):
    answer = send(client, after=1)
    assert answer.status_code == 422
    assert "We train mechanics" in answer.content.decode(), "nothing is lost"
    again = answer.context["form"]["opened"].value()
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=False):
        assert client.post(reverse(APPLY), filled_in(opened=again)).status_code == 302


@pytest.mark.parametrize("opened", ["", "nonsense", "open:1abc:forged", "::"])
def test_a_form_without_an_honest_clock_is_not_taken(client, opened):
    assert client.post(reverse(APPLY), filled_in(opened=opened)).status_code == 422
    assert not Application.objects.exists()


def test_too_many_applications_from_one_network_are_refused_and_nothing_is_lost(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"apply": "2/h/ip"}
    answers = [send(client, organisation_name=f"School {n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "School 2" in answers[2].content.decode()


def test_wrong_input_comes_back_at_its_field(client):
    answer = send(client, email="nobody", website="javascript:alert(1)", country="")
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"email", "website", "country"}
    assert not Letter.objects.exists()


def test_the_list_takes_as_many_queries_with_many_rows(office_browser):
    def queries_with(count: int) -> int:
        ApplicationFactory.create_batch(count)
        with CaptureQueriesContext(connection) as found:
            assert office_browser.get(reverse("members:application_list")).status_code == 200
        return len(found)

    assert queries_with(10) == queries_with(90)


@pytest.mark.parametrize("field", ["organisation_name", "contact_name"])
@pytest.mark.parametrize(
    "words", telling(["Win at https://evil.example", "Look: WWW.evil.example", "One\nTwo", "One\r\nTwo"], 0, 2)
)
def test_a_name_carries_no_message_to_whatever_address_was_typed_in(client, field, words):
    answer = send(client, **{field: words})
    assert answer.status_code == 422
    assert "name alone" in str(answer.context["form"].errors[field])
    assert not Letter.objects.exists()


def test_who_applied_is_no_member_until_accepted():
    """The states before a membership are those of the application: there is no other way in, and no half membership."""
    assert Membership.Status.values == ["active", "suspended", "ended"]
    office = StaffRoleFactory().user
    known = OrganisationFactory()
    application = ApplicationFactory()
    assert not Membership.objects.exists()
    applications.return_application(application_id=application.pk, actor=office, note="Which plants?")
    assert not Membership.objects.exists()
    applications.accept_application(application_id=application.pk, actor=office, organisation=known)
    membership = Membership.objects.get(organisation=known)
    assert (membership.status, membership.starts) == ("active", today())
    assert events.of(membership).filter(verb="membership.start", actor=office).exists()


def test_accepting_leaves_no_membership_suspended_unsaid(office_browser):
    known = MemberFactory(legal_name="Nová Škola s.r.o.", membership__status="suspended")
    application = ApplicationFactory(organisation_name="Nová Škola")
    answer = decide(office_browser, application, "accept", organisation=known.pk)
    assert answer.status_code == 422
    assert "is suspended" in answer.content.decode()
    application.refresh_from_db()
    assert (application.status, Letter.objects.count(), Invitation.objects.count()) == ("submitted", 0, 0)


def test_an_organisation_whose_membership_just_ended_is_explained_and_nothing_breaks(office_browser):
    known = MemberFactory(legal_name="Nová Škola s.r.o.")
    later = timezone.localdate() + timedelta(days=30)
    known.memberships.update(ends=later)
    Membership._base_manager.filter(organisation=known).update(status="ended")
    application = ApplicationFactory(organisation_name="Nová Škola")
    answer = decide(office_browser, application, "accept", organisation=known.pk)
    assert answer.status_code == 422
    assert "The last membership ran until" in answer.content.decode()
    application.refresh_from_db()
    assert application.status == "submitted"


@pytest.mark.django_db(transaction=True)
def test_two_applications_of_one_organisation_accepted_at_once_make_one_membership(office):
    known = OrganisationFactory(legal_name="Nová Škola s.r.o.")
    pair = [ApplicationFactory(organisation_name="Nová Škola") for _n in range(2)]
    start = threading.Barrier(2)

    def accept(application):
        try:
            start.wait()
            return applications.accept_application(application_id=application.pk, actor=office, organisation=known)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(accept, pair))
    assert [one.status for one in done] == ["accepted", "accepted"]
    assert known.memberships.count() == 1
    assert Invitation.objects.filter(organisation=known).count() == 2, "each applicant is invited"


def test_of_two_applications_the_second_is_asked_whether_it_is_the_organisation_of_the_first(office_browser):
    first, second = [ApplicationFactory(organisation_name="Nová Škola") for _n in range(2)]
    assert decide(office_browser, first, "accept").status_code == 302
    answer = decide(office_browser, second, "accept")  # from a page that was opened before
    assert answer.status_code == 422
    assert "in the meantime" in answer.content.decode()
    assert Organisation.objects.filter(name_key=first.name_key).count() == 1
    assert decide(office_browser, second, "accept", organisation="").status_code == 302, "another of that name"
    assert Organisation.objects.filter(name_key=first.name_key).count() == 2
