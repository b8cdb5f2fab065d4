"""A session that ended while writing, and a page that became too old: nothing lost, nothing done."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from members.models import Invitation, Representation
from tests.factories.members import MemberFactory, RepresentationFactory

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


@pytest.fixture
def page():
    acme = MemberFactory(legal_name="Acme Mobility a.s.")
    user = RepresentationFactory(organisation=acme, role=Representation.Role.PRIMARY).user
    return user, reverse("members:invite_for", args=[acme.code])


def send(client: Client, url: str, data: dict, **headers):
    return client.post(url, data, headers={"origin": HOST, "referer": HOST + url, **headers})


def test_a_form_sent_after_the_session_ended_is_given_back(page):
    _user, url = page
    answer = send(Client(), url, {"email": "new@example.test", "name": 'Long <b>text</b> & "more"', "role": "delegate"})
    text = answer.content.decode()
    assert answer.status_code == 401
    assert "You were no longer signed in" in text
    assert "Long &lt;b&gt;text&lt;/b&gt; &amp; &quot;more&quot;" in text
    assert f"{reverse('account_login')}?next={url.replace('/', '%2F')}" in text
    assert not Invitation.objects.exists()


def test_what_was_given_back_can_be_sent_again_after_signing_in(page, client_for):
    user, url = page
    browser = Client(enforce_csrf_checks=True)
    form = {"email": "new@example.test", "name": "Ina Vited", "role": "delegate"}
    browser.get(reverse("account_login"))
    token = browser.cookies["csrftoken"].value
    kept = send(browser, url, form | {"csrfmiddlewaretoken": token}).context["fields"]
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    again = {field.name: field.value for field in kept}
    assert "csrfmiddlewaretoken" not in again
    stale = send(browser, url, again | {"csrfmiddlewaretoken": "x" * 32})
    assert stale.status_code == 403
    assert "This page had become too old to send" in stale.content.decode()
    assert "Ina Vited" in stale.content.decode()
    assert not Invitation.objects.exists()
    fresh = str(stale.context["csrf_token"])
    assert send(browser, url, again | {"csrfmiddlewaretoken": fresh}).status_code == 302
    assert Invitation.objects.get().name == "Ina Vited"


def test_passwords_and_tokens_are_never_given_back(page):
    _user, url = page
    secrets = {
        "password1": "hidden-1",
        "oldpassword": "hidden-2",
        "api_token": "hidden-3",
        "csrfmiddlewaretoken": "hidden-4",
    }
    text = send(Client(), url, {"name": "kept", **secrets}).content.decode()
    assert "kept" in text
    assert "sesame" not in text


def test_nothing_that_was_typed_into_the_sign_in_pages_is_given_back(page):
    browser = Client(enforce_csrf_checks=True)
    answer = send(browser, reverse("account_login"), {"login": "somebody@example.test", "password": "hidden"})
    assert answer.status_code == 403
    assert "somebody@example.test" not in answer.content.decode()


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "", "referer": ""}]
)
def test_text_that_another_site_sent_is_not_repeated(page, headers):
    _user, url = page
    answer = send(Client(), url, {"name": "Call this number"}, **headers)
    assert answer.status_code == 401
    assert "Call this number" not in answer.content.decode()


def test_a_file_must_be_chosen_again_and_the_page_says_so(page, tmp_path):
    _user, url = page
    file = tmp_path / "members.csv"
    file.write_text("name\n")
    with file.open("rb") as handle:
        text = send(Client(), url, {"name": "kept", "file": handle}).content.decode()
    assert "A file cannot be kept" in text
    assert "Send again" not in text


def test_a_part_of_a_page_that_asks_without_a_session_sends_the_whole_page_to_sign_in():
    answer = Client().get(
        reverse("core:notification_list"), headers={"hx-request": "true", "hx-current-url": HOST + "/me/?a=1"}
    )
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=%2Fme%2F%3Fa%3D1"


def test_a_visitor_who_opens_a_page_is_sent_to_sign_in_and_back(client):
    answer = client.get(reverse("pages:me") + "?a=1")
    assert answer.url == f"{reverse('account_login')}?next=/me/%3Fa%3D1"
