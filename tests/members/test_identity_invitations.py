"""People come in by a personal invitation and by nothing else."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import events, outbox
from core.models import Letter, Notification
from members.models import Invitation, Representation, User
from members.services import invitations
from tests.factories.members import (
    PASSWORD,
    InvitationFactory,
    MemberFactory,
    RepresentationFactory,
    StaffRoleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SIGN_UP = {"name": "Ina Vited", "password1": PASSWORD, "password2": PASSWORD, "notice": "on"}


@pytest.fixture
def acme(db):
    return MemberFactory(legal_name="Acme Mobility a.s.", short_name="Acme")


@pytest.fixture
def primary(acme):
    return RepresentationFactory(organisation=acme, role=Representation.Role.PRIMARY, user__name="Prim Ary").user


def invite(client: Client, acme, email="new@example.test", role="delegate", **more):
    return client.post(reverse("members:invite_for", args=[acme.code]), {"email": email, "role": role, **more})


def link_in(message) -> str:
    return re.search(r"https?://[^/\s]+(/accounts/invitation/\S+)", message.body).group(1)


def test_an_invited_person_signs_up_by_the_link_and_represents_the_organisation(acme, primary, client_for):
    inviter, browser = client_for(primary), Client()
    assert invite(inviter, acme, name="Ina Vited").status_code == 302
    assert outbox.deliver_letters() == 1
    (letter,) = mail.outbox
    assert letter.to == ["new@example.test"]
    assert "Prim Ary invites you to represent Acme" in letter.subject
    assert Letter.objects.get().body == "", "the words, which hold the link, are gone once the letter is sent"

    page = browser.get(link_in(letter))
    assert "Prim Ary invites you as Delegate" in page.content.decode()
    assert browser.post(link_in(letter)).url == reverse("account_signup")
    form = browser.get(reverse("account_signup")).content.decode()
    assert "new@example.test" in form
    done = browser.post(reverse("account_signup"), SIGN_UP)
    assert done.status_code == 302

    user = User.objects.get(email="new@example.test")
    assert (user.name, user.represents(acme.pk, "delegate")) == ("Ina Vited", True)
    assert EmailAddress.objects.get(user=user).verified, "following the link proves the address"
    assert browser.get(reverse("pages:me")).status_code == 200, "signed in at once"
    assert [event.verb for event in events.of(acme)][:3] == [
        "representation.start",
        "invitation.accept",
        "invitation.create",
    ]
    assert Notification.objects.filter(recipient=primary, event__verb="invitation.accept").exists()


def test_sign_up_without_an_invitation_is_closed(db, client):
    page = client.get(reverse("account_signup"))
    assert "password1" not in page.content.decode()
    client.post(reverse("account_signup"), SIGN_UP | {"email": "stranger@example.test"})
    assert not User.objects.filter(email="stranger@example.test").exists()


def test_the_address_of_an_invitation_cannot_be_exchanged_at_sign_up(acme, client):
    invitation = InvitationFactory(organisation=acme, email="right@example.test")
    client.post(reverse("members:invitation", args=[invitation.token]))
    client.post(reverse("account_signup") + "?email=wrong@example.test", SIGN_UP | {"email": "wrong@example.test"})
    assert User.objects.filter(email="right@example.test").exists()
    assert not User.objects.filter(email="wrong@example.test").exists()


def test_an_expired_invitation_says_so_and_opens_nothing(acme, client):
    invitation = InvitationFactory(organisation=acme, expires_at=timezone.now() - timedelta(minutes=1))
    for answer in (
        client.get(reverse("members:invitation", args=[invitation.token])),
        client.post(reverse("members:invitation", args=[invitation.token])),
    ):
        assert answer.status_code == 410
        assert "has expired" in answer.content.decode()
    assert "password1" not in client.get(reverse("account_signup")).content.decode()


def test_an_invitation_that_expires_while_the_form_is_open_makes_no_account(acme, client):
    invitation = InvitationFactory(organisation=acme)
    client.post(reverse("members:invitation", args=[invitation.token]))
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    client.post(reverse("account_signup"), SIGN_UP)
    assert not User.objects.filter(email=invitation.email).exists()


def test_a_used_link_says_so(acme, client):
    invitation = InvitationFactory(organisation=acme)
    url = reverse("members:invitation", args=[invitation.token])
    client.post(url)
    client.post(reverse("account_signup"), SIGN_UP)
    other = Client()
    answer = other.get(url)
    assert answer.status_code == 410
    assert "has been used" in answer.content.decode()
    assert "password1" not in other.get(reverse("account_signup")).content.decode()


def test_an_unknown_link_says_what_to_look_for(db, client):
    answer = client.get(reverse("members:invitation", args=["no-such-token"]))
    assert answer.status_code == 404
    assert "latest invitation" in answer.content.decode()


def test_a_withdrawn_invitation_cannot_be_followed(acme, primary, client_for):
    invitation = InvitationFactory(organisation=acme, invited_by=primary)
    client_for(primary).post(reverse("members:invitation_withdraw", args=[invitation.pk]))
    answer = Client().get(reverse("members:invitation", args=[invitation.token]))
    assert answer.status_code == 410
    assert "was withdrawn" in answer.content.decode()


def test_withdrawing_twice_is_told_and_harmless(acme, primary, client_for):
    invitation = InvitationFactory(organisation=acme, invited_by=primary)
    client = client_for(primary)
    url = reverse("members:invitation_withdraw", args=[invitation.pk])
    client.post(url)
    answer = client.post(url, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert events.of(invitation).filter(verb="invitation.withdraw").count() == 1


def test_a_person_with_an_account_signs_in_and_accepts(acme, client_for):
    user = UserFactory(email="known@example.test")
    invitation = InvitationFactory(organisation=acme, email="Known@Example.test", role="reporter")
    url = reverse("members:invitation", args=[invitation.token])
    assert Client().post(url).url == f"{reverse('account_login')}?next={url.replace('/', '%2F')}"
    client = client_for(user)
    assert client.post(url).status_code == 302
    assert User.objects.get(pk=user.pk).represents(acme.pk, "reporter")
    assert client.post(url).status_code == 410, "a second click finds it used"
    assert Representation.objects.filter(user=user).count() == 1


def test_an_invitation_to_another_address_cannot_be_accepted(acme, client_for):
    invitation = InvitationFactory(organisation=acme, email="somebody@example.test")
    client = client_for(UserFactory(email="else@example.test"))
    url = reverse("members:invitation", args=[invitation.token])
    assert "You are signed in as else@example.test" in client.get(url).content.decode()
    answer = client.post(url)
    assert answer.status_code == 403
    assert "another e-mail address" in answer.content.decode()
    assert not Representation.objects.filter(organisation=acme).exists()


def test_an_address_that_was_never_proven_gives_no_claim_to_an_invitation(acme, client_for):
    user = UserFactory(email="mine@example.test")
    EmailAddress.objects.create(user=user, email="victim@example.test", verified=False)
    invitation = InvitationFactory(organisation=acme, email="victim@example.test")
    assert client_for(user).post(reverse("members:invitation", args=[invitation.token])).status_code == 403


def test_a_form_sent_twice_sends_one_invitation(acme, primary, client_for):
    client = client_for(primary)
    invite(client, acme)
    answer = invite(client, acme, email="NEW@example.test")
    assert answer.status_code == 302
    assert Invitation.objects.count() == Letter.objects.count() == 1
    assert "has been invited already" in client.get(answer.url).content.decode()


def test_inviting_again_after_expiry_sends_a_new_link_and_ends_the_old(acme, primary, client_for):
    old = InvitationFactory(organisation=acme, email="new@example.test", expires_at=timezone.now())
    invite(client_for(primary), acme)
    new = Invitation.objects.get()
    assert new.pk == old.pk
    assert new.token != old.token
    assert new.is_usable


def test_a_representative_cannot_be_invited_to_the_same_role(acme, primary, client_for):
    answer = invite(client_for(primary), acme, email=primary.email.upper(), role="primary")
    assert answer.status_code == 422
    assert "has this role in Acme already" in answer.content.decode()


def test_wrong_input_comes_back_with_a_message_at_the_field(acme, primary, client_for):
    answer = invite(client_for(primary), acme, email="not an address", name="Kept Text")
    assert answer.status_code == 422
    assert "Kept Text" in answer.content.decode()
    assert answer.context["form"].errors.keys() == {"email"}


def test_the_page_of_invitations_never_shows_a_link(acme, primary, client_for):
    invitation = InvitationFactory(organisation=acme, invited_by=primary)
    page = client_for(primary).get(reverse("members:invite_for", args=[acme.code])).content.decode()
    assert invitation.email in page
    assert invitation.token not in page


def test_opening_a_link_sets_no_session_cookie(acme, client):
    invitation = InvitationFactory(organisation=acme)
    client.get(reverse("members:invitation", args=[invitation.token]))
    assert "session" not in client.cookies


def test_the_list_of_invitations_takes_as_many_queries_with_many_rows(
    acme, primary, client_for, django_assert_max_num_queries
):
    client = client_for(primary)
    url = reverse("members:invite_for", args=[acme.code])
    for count in (10, 90):
        for _n in range(count):
            InvitationFactory(organisation=acme, invited_by=UserFactory())
        with django_assert_max_num_queries(16):
            assert client.get(url).status_code == 200


def test_too_many_invitations_in_an_hour_are_refused_and_nothing_is_lost(acme, primary, client_for, settings):
    settings.ACCOUNT_RATE_LIMITS = {"invite": "2/h/user"}
    client = client_for(primary)
    answers = [invite(client, acme, email=f"p{n}@example.test") for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "p2@example.test" in answers[2].content.decode()


def test_the_office_invites_for_an_organisation_that_is_no_member_yet(client_for, db):
    office = StaffRoleFactory().user
    organisation = MemberFactory(membership__status="suspended")
    assert invite(client_for(office), organisation).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ups_at_once_one_makes_the_account():
    invitation = InvitationFactory(email="twice@example.test")
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.post(reverse("members:invitation", args=[invitation.token]))
    answers: list[int] = []

    def send(browser: Client) -> None:
        try:
            answers.append(browser.post(reverse("account_signup"), SIGN_UP).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(status < 400 for status in answers), answers
    assert User.objects.filter(email="twice@example.test").count() == 1
    assert Representation.objects.count() == 1


def test_who_is_already_a_representative_and_accepts_again_keeps_one_role(acme):
    user = UserFactory(email="known@example.test")
    RepresentationFactory(user=user, organisation=acme, role="delegate")
    invitation = InvitationFactory(organisation=acme, email=user.email, role="delegate")
    invitations.accept_invitation(invitation_id=invitation.pk, actor=user)
    assert Representation.objects.filter(user=user, organisation=acme).count() == 1


@pytest.mark.parametrize("ended", ["role", "membership", "account"])
def test_an_invitation_does_not_outlive_the_right_of_who_sent_it(acme, primary, client_for, ended):
    guest = UserFactory(email="guest@example.test")
    invitation = InvitationFactory(organisation=acme, email=guest.email, invited_by=primary)
    url = reverse("members:invitation", args=[invitation.token])
    browser, newcomer = client_for(guest), Client()
    assert browser.get(url).status_code == 200
    newcomer.post(url)  # as somebody who is about to sign up
    yesterday = timezone.localdate() - timedelta(days=1)
    if ended == "role":
        primary.representations.update(ends=yesterday)
    elif ended == "membership":
        acme.memberships.update(ends=yesterday)
        Invitation.objects.update(invited_by=StaffRoleFactory().user)  # also where the Office had invited
    else:
        User.objects.filter(pk=primary.pk).update(is_active=False)
    for answer in (browser.get(url), browser.post(url)):
        assert answer.status_code == 410
        assert "does not hold any more" in answer.content.decode()
    with pytest.raises(invitations.InvitationVoid):
        invitations.accept_invitation(invitation_id=invitation.pk, actor=guest)
    assert not guest.representations.exists()
    assert "password1" not in newcomer.get(reverse("account_signup")).content.decode()
    assert Invitation.objects.get().status == "open"
