"""Passkeys and authenticator apps under the strict content security policy, with a key that the browser pretends to
have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from tests.personas import Personas

PASSWORD = "correct horse battery staple"


def give_a_key_to(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture
def member(personas: Personas) -> Any:
    user = personas.primary
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/me/")


def say_it_again(page: Page) -> None:
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_a_passkey_is_added_and_signs_in_without_a_password(
    page_of: Callable[..., Page], axe: Callable[[Page], None], member: Any
) -> None:
    page = page_of(None)
    give_a_key_to(page)
    sign_in(page, member.email)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    axe(page)
    say_it_again(page)
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Passwordless").check()
    axe(page)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    axe(page)

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/me/")


def test_a_passkey_that_is_not_there_is_explained_in_words(page_of: Callable[..., Page], db: None) -> None:
    page = page_of(None)
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('no key'))")
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be used")


def test_the_page_of_the_authenticator_app_shows_code_and_secret(
    page_of: Callable[..., Page], axe: Callable[[Page], None], member: Any
) -> None:
    page = page_of(None)
    sign_in(page, member.email)
    page.goto("/accounts/2fa/totp/activate/")
    say_it_again(page)
    axe(page)
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.get_by_label("code").fill("000000")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("Nothing was saved yet")).to_be_visible()
    axe(page)
