"""Signing in by the organisation's own OpenID Connect provider: for people who are known or invited, nobody else.

The provider is a real one, small and local."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse

from members.models import Consent, Invitation, User
from members.services.consents import NOTICE_VERSION
from tests.factories.members import InvitationFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db


class Provider(ThreadingHTTPServer):
    """Signs in whoever `claims` describes."""

    claims: dict = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def answer(self, data: dict) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        if self.path.startswith("/.well-known/"):
            url = self.server.url
            self.answer(
                {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/userinfo",
                    "jwks_uri": f"{url}/keys",
                }
            )
        else:
            self.answer(self.server.claims)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "token", "token_type": "Bearer"})

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    server = Provider(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # seconds until it sees its end
    app = {"provider_id": "sso", "name": "Test sign-on", "client_id": "portal", "secret": "s"}
    app["settings"] = {"server_url": server.url, "oauth_pkce_enabled": True}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield server
    server.shutdown()
    server.server_close()


def sign_in(client: Client, provider: Provider, **claims):
    """Go to the provider and come back as the person of the claims."""
    provider.claims = {"sub": claims.get("email", "?"), "email_verified": True, **claims}
    away = client.post(reverse("openid_connect_login", args=["sso"]))
    assert away.url.startswith(f"{provider.url}/authorize")
    asked = {key: values[0] for key, values in parse_qs(urlsplit(away.url).query).items()}
    assert asked["code_challenge_method"] == "S256"
    back = urlsplit(asked["redirect_uri"]).path
    return client.get(back, {"state": asked["state"], "code": "code"})


def signed_in(client: Client) -> User | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def test_a_known_person_signs_in_and_is_recognised_by_the_provider_from_then_on(client, provider):
    user = UserFactory(email="known@example.test")
    sign_in(client, provider, sub="abc", email="Known@Example.test")
    assert signed_in(client) == user
    again = Client()
    sign_in(again, provider, sub="abc", email="changed-there@example.test")
    assert signed_in(again) == user
    assert User.objects.count() == 1


def test_an_unknown_address_is_refused_and_no_account_is_made(client, provider):
    answer = sign_in(client, provider, email="stranger@example.test")
    assert signed_in(client) is None
    assert "Accounts are by invitation" in answer.content.decode()
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("proof", [False, None, "true", "false", 1])
def test_an_address_that_the_provider_has_not_verified_signs_nobody_in(client, provider, proof):
    UserFactory(email="known@example.test")
    sign_in(client, provider, email="known@example.test", email_verified=proof)
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()


def test_an_address_that_its_owner_never_proved_here_is_not_linked(client, provider):
    """Somebody may have put the address of another on an account of their own, and wait for them to sign in."""
    trap = UserFactory(email="trap@example.test")
    EmailAddress.objects.create(user=trap, email="victim@example.test", verified=False)
    sign_in(client, provider, email="victim@example.test")
    assert signed_in(client) is None


def test_neither_the_portals_own_user_nor_a_deactivated_one_comes_in(client, provider):
    system = User.objects.system()
    EmailAddress.objects.create(user=system, email=system.email, verified=True, primary=True)
    gone = UserFactory(email="gone@example.test", is_active=False)
    for email in (system.email, gone.email):
        sign_in(client, provider, email=email)
        assert signed_in(client) is None


def test_an_invited_person_who_followed_the_link_signs_up_by_the_provider(client, provider):
    acme = MemberFactory()
    invitation = InvitationFactory(organisation=acme, email="new@example.test", role="reporter")
    client.post(reverse("members:invitation", args=[invitation.token]))
    answer = sign_in(client, provider, email="New@example.test", name="Ne W.")
    assert answer.url == reverse("socialaccount_signup")
    assert not User.objects.filter(email="new@example.test").exists(), "asked first"
    page = client.get(answer.url)
    assert page.context["form"]["name"].value() == "Ne W."
    refused = client.post(answer.url, {"name": "Ne W.", "email": "new@example.test"})
    assert "notice" in refused.context["form"].errors
    assert signed_in(client) is None
    client.post(answer.url, {"name": "Ne W.", "email": "else@example.test", "notice": "on"})
    user = signed_in(client)
    assert user is not None
    consent = Consent.objects.get(user=user)
    assert (consent.kind, consent.version, consent.given) == ("notice", NOTICE_VERSION, True)
    assert (user.email, user.name) == ("new@example.test", "Ne W.")
    assert user.represents(acme.pk, "reporter")
    assert EmailAddress.objects.get(user=user).verified


def test_an_invitation_that_was_withdrawn_while_the_form_was_open_makes_no_account(client, provider):
    invitation = InvitationFactory(email="new@example.test")
    client.post(reverse("members:invitation", args=[invitation.token]))
    page = sign_in(client, provider, email="new@example.test", name="Ne W.").url
    Invitation.objects.filter(pk=invitation.pk).delete()
    answer = client.post(page, {"name": "Ne W.", "notice": "on"}, follow=True)
    assert "Accounts are by invitation" in answer.content.decode()
    assert signed_in(client) is None
    assert not User.objects.filter(email="new@example.test").exists()


def test_an_invitation_is_not_for_another_address_of_the_provider(client, provider):
    invitation = InvitationFactory(email="new@example.test")
    client.post(reverse("members:invitation", args=[invitation.token]))
    sign_in(client, provider, email="else@example.test")
    assert signed_in(client) is None
    assert Invitation.objects.get().status == "open"
    assert not User.objects.filter(email__endswith="@example.test", name="").exists()


def test_the_sign_in_page_offers_the_provider(client, provider):
    page = client.get(reverse("account_login")).content.decode()
    assert "Test sign-on" in page
    assert reverse("openid_connect_login", args=["sso"]) in page


def test_without_a_provider_there_is_no_such_address(client):
    assert client.post(reverse("openid_connect_login", args=["sso"])).status_code == 404


def test_the_provider_comes_from_environment_variables(tmp_path):
    told = {
        "OIDC_ISSUER": "https://id.example.test/realm",
        "OIDC_CLIENT_ID": "portal",
        "OIDC_CLIENT_SECRET": "s",
        "OIDC_NAME": "Example sign-on",
        "PORTAL_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "asa_portal.settings",
    }
    script = """
import json, django; django.setup()
from django.conf import settings
app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
print(json.dumps([app["name"], app["client_id"], app["settings"]["server_url"],
                  settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **told},
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    name, client_id, server, form_action = json.loads(done.stdout)
    assert (name, client_id, server) == ("Example sign-on", "portal", "https://id.example.test/realm")
    assert "https://id.example.test" in form_action
