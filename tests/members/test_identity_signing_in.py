"""Signing in, out and back in: passwords, second factors, sessions, addresses."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import outbox
from core.models import Letter
from members.models import StaffRole, User
from tests.factories.members import PASSWORD, MemberFactory, RepresentationFactory, StaffRoleFactory, UserFactory

pytestmark = pytest.mark.django_db
LOGIN, HOME = "/accounts/login/", "/me/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def mails() -> list:
    outbox.deliver_letters()
    sent, mail.outbox = mail.outbox, []
    return sent


def link_in(message) -> str:
    return re.search(r"https?://[^/\s]+(/accounts/\S+)", message.body).group(1)


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_an_authenticator(client: Client) -> None:
    """As a person does it: give the password again, read the secret from the picture, type the code."""
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    assert page.request["PATH_INFO"] == reverse("account_reauthenticate")
    client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"password": PASSWORD}, follow=True)
    code = code_for(client.session["mfa.totp.secret"])
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302


# -- Passwords --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("spelt", ["some.body@example.test", "Some.Body@EXAMPLE.test", "  some.body@example.test "])
def test_the_address_is_known_in_any_case(client, spelt):
    UserFactory(email="Some.Body@example.test")
    assert sign_in(client, spelt).url == HOME
    assert signed_in(client)


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_leads_to_no_other_site(client, where):
    user = UserFactory()
    assert client.post(f"{LOGIN}?next={where}", {"login": user.email, "password": PASSWORD, "next": where}).url == HOME
    assert client.get(f"{LOGIN}?next={where}").url == HOME, "nor does coming back signed in"


def test_signing_in_leads_to_the_page_that_asked_for_it(client):
    user = UserFactory()
    assert sign_in(client, user.email, next="/notifications/?page=2").url == "/notifications/?page=2"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer():
    UserFactory(email="known@example.test")
    known, unknown = (sign_in(Client(), email, "wrong password") for email in ("known@example.test", "no@example.test"))
    assert known.status_code == unknown.status_code
    errors = [answer.context["form"].non_field_errors() for answer in (known, unknown)]
    assert errors[0]
    assert errors[0] == errors[1]


def test_asking_for_a_new_password_tells_nobody_whether_an_account_exists():
    UserFactory(email="known@example.test")
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in ("known@example.test", "unknown@example.test")
    ]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, answers[0].url)] * 2
    assert Letter.objects.count() == 2, "both get a letter, so that the answer takes as long"
    known, unknown = mails()
    assert "/accounts/password/reset/key/" in known.body
    assert "There is no account with this address" in unknown.body
    assert "example.com" not in unknown.body + known.body


def test_after_some_wrong_passwords_even_the_right_one_must_wait():
    user = UserFactory()
    for _n in range(5):
        sign_in(Client(), user.email, "wrong password")
    client = Client()
    answer = sign_in(client, user.email)
    assert not signed_in(client)
    assert "Too many" in answer.content.decode()
    other = UserFactory()
    assert sign_in(client, other.email).status_code == 302, "others are not kept waiting"


def test_whoever_tries_too_often_is_told_to_wait_on_a_page_of_the_portal(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    answers = [sign_in(client, f"somebody{n}@example.test", "wrong password") for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Please wait a little" in answers[2].content.decode()


def test_a_forgotten_password_is_set_anew_by_the_link_which_works_once(client):
    user = UserFactory(email="some@example.test")
    elsewhere = Client()
    sign_in(elsewhere, user.email)
    client.post(reverse("account_reset_password"), {"email": "SOME@example.test"})
    link = link_in(mails()[0])
    form = client.get(link).url
    new = {"password1": "another horse battery", "password2": "another horse battery"}
    assert client.post(form, new).status_code == 302
    assert sign_in(Client(), user.email, new["password1"]).url == HOME
    assert elsewhere.get(HOME).status_code == 302, "sessions with the old password have ended"
    again = Client().get(link, follow=True)
    assert "password1" not in again.content.decode()
    assert "A new password was set" in mails()[0].body


def test_the_portals_own_user_signs_in_by_no_way(client):
    system = User.objects.system()
    system.set_password(PASSWORD)  # even if somebody managed to give it one
    system.save()
    EmailAddress.objects.create(user=system, email=system.email, verified=True, primary=True)
    sign_in(client, system.email)
    assert not signed_in(client)


@pytest.mark.parametrize("demo", [True, False])
def test_demo_accounts_whose_password_everybody_knows_sign_in_to_a_demo_only(client, settings, demo):
    """A portal that was tried out with the demo, and then taken into use with the same data."""
    settings.DEMO = demo
    sign_in(client, UserFactory(email="office@demo.test").email)
    assert signed_in(client) is demo


def test_a_person_who_was_deactivated_is_out_at_once(client):
    user = UserFactory()
    sign_in(client, user.email)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(HOME).status_code == 302


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_signup", "members:apply"])
def test_pages_for_visitors_need_no_session(client, name):
    assert client.get(reverse(name)).status_code == 200
    assert "session" not in client.cookies


# -- Addresses --------------------------------------------------------------------------------------------------------
def test_who_has_not_proven_the_address_is_sent_a_link_first(client):
    user = UserFactory()
    EmailAddress.objects.filter(user=user).update(verified=False)
    assert sign_in(client, user.email).url == reverse("account_email_verification_sent")
    assert not signed_in(client)
    link = link_in(mails()[0])
    client.get(link)
    assert not EmailAddress.objects.get(user=user).verified, "opening the link proves nothing yet"
    client.post(link)
    assert EmailAddress.objects.get(user=user).verified
    assert sign_in(Client(), user.email).url == HOME


def test_a_link_that_proves_an_address_expires(client):
    user = UserFactory()
    EmailAddress.objects.filter(user=user).update(verified=False)
    sign_in(client, user.email)
    link = link_in(mails()[0])
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert client.post(link).status_code == 404
        assert "This link no longer works" in client.get(link).content.decode()
    assert not EmailAddress.objects.get(user=user).verified


def test_a_new_address_replaces_the_old_one_once_it_is_proven(client):
    user = UserFactory(email="old@example.test")
    sign_in(client, user.email)
    client.post(reverse("account_email"), {"email": "New@Example.test", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "old@example.test"
    (letter,) = [message for message in mails() if message.to == ["new@example.test"]]
    client.post(link_in(letter))
    user.refresh_from_db()
    assert user.email == "new@example.test"
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "primary")) == [("new@example.test", True)]
    assert [message.to for message in mails() if "was changed" in message.subject] == [["old@example.test"]]


def test_the_address_of_another_cannot_be_taken_even_if_they_follow_the_link(client):
    victim = UserFactory(email="victim@example.test")
    user = UserFactory()
    sign_in(client, user.email)
    client.post(reverse("account_email"), {"email": "Victim@example.test", "action_add": ""})
    (letter,) = mails()
    Client().post(link_in(letter))
    assert not EmailAddress.objects.filter(user=user, email="victim@example.test", verified=True).exists()
    assert User.objects.get(email="victim@example.test") == victim
    assert sign_in(Client(), "victim@example.test").url == HOME


# -- Sessions ---------------------------------------------------------------------------------------------------------
def test_a_person_sees_the_sessions_and_ends_the_others():
    user = UserFactory()
    here, there = Client(headers={"user-agent": "Here"}), Client(headers={"user-agent": "There"})
    for client in (here, there):
        sign_in(client, user.email)
    page = here.get(reverse("usersessions_list"))
    assert len(page.context["sessions"]) == 2
    here.post(reverse("usersessions_list"))
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302


def test_opening_a_page_writes_nothing(client):
    sign_in(client, UserFactory().email)
    client.get(HOME)
    with CaptureQueriesContext(connection) as found:
        client.get(HOME)
    writes = [query["sql"] for query in found if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert writes == [], "a reader must not wait for whoever holds the only lock for writing"


def test_signing_out_ends_the_session(client):
    sign_in(client, UserFactory().email)
    client.post(reverse("account_logout"))
    assert client.get(HOME).status_code == 302


# -- Second factors ---------------------------------------------------------------------------------------------------
@pytest.fixture
def office():
    return StaffRoleFactory(user__email="office@example.test").user


def test_where_it_is_required_the_office_sets_up_a_second_factor_before_anything_else(client, office, settings):
    settings.MFA_REQUIRED_FOR_OFFICE = True
    sign_in(client, office.email)
    for path in (HOME, reverse("members:application_list"), "/", "/admin/"):
        assert client.get(path).url == reverse("mfa_index")
    assert client.post(reverse("members:act_for")).url == reverse("mfa_index")
    assert "needs a second factor" in client.get(reverse("mfa_index")).content.decode()

    set_up_an_authenticator(client)
    assert client.get(HOME).status_code == 200
    assert Authenticator.objects.filter(user=office, type="recovery_codes").exists()


def test_it_is_not_asked_of_others_nor_where_the_setting_is_off(client, office, settings):
    assert sign_in(client, office.email).url == HOME
    assert client.get(HOME).status_code == 200
    settings.MFA_REQUIRED_FOR_OFFICE = True
    member = Client()
    sign_in(member, RepresentationFactory(organisation=MemberFactory()).user.email)
    assert member.get(HOME).status_code == 200


def test_administrators_need_it_as_well_and_an_ended_role_does_not(settings):
    settings.MFA_REQUIRED_FOR_OFFICE = True
    assert StaffRoleFactory(role=StaffRole.Role.ADMINISTRATOR).user.must_have_second_factor
    assert not StaffRoleFactory(ends="2023-01-01").user.must_have_second_factor


def test_signing_out_is_possible_without_the_second_factor(client, office, settings):
    settings.MFA_REQUIRED_FOR_OFFICE = True
    sign_in(client, office.email)
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_the_password_alone_does_not_sign_in_who_has_a_second_factor(client):
    user = UserFactory()
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    assert sign_in(client, user.email).url == reverse("mfa_authenticate")
    assert client.get(HOME).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert client.get(HOME).status_code == 200


def test_recovery_codes_are_no_second_factor_by_themselves_and_the_last_one_stays(client, office, settings):
    settings.MFA_REQUIRED_FOR_OFFICE = True
    sign_in(client, office.email)
    set_up_an_authenticator(client)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.status_code in (200, 422)
    assert Authenticator.objects.filter(user=office, type="totp").exists()
    Authenticator.objects.filter(user=office, type="totp").delete()
    assert client.get(HOME).url == reverse("mfa_index")
