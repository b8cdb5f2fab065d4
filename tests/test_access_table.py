"""Who gets what at every address of the portal. How a row is written: tests/access/__init__.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import Row, public_names, rows
from tests.personas import NAMES, Personas

# What a visitor may open of the parts that come from packages. Everything else there asks them to sign in.
PUBLIC_OF_PACKAGES = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_signup_by_passkey",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_trust",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    "openid_connect_login",
    "openid_connect_callback",
    "admin:login",
}
OUR_APPS = {"core", "members", "committees", "groups", "projects", "kpis", "news", "pages", "search"}


def patterns(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the portal as (namespace:name, pattern)."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or space)
        else:
            yield f"{space}:{entry.name}" if space else str(entry.name), entry


def is_ours(name: str) -> bool:
    return name.partition(":")[0] in OUR_APPS


def is_public(pattern: URLPattern) -> bool:
    return not getattr(pattern.callback, "login_required", True)


def test_public_addresses_are_those_named_as_such() -> None:
    public = {name for name, pattern in patterns() if is_public(pattern)}
    assert {name for name in public if is_ours(name)} == public_names()
    assert {name for name in public if not is_ours(name)} <= PUBLIC_OF_PACKAGES


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    known = {name for name, _pattern in patterns() if is_ours(name)}
    told = {row.name for row in rows()}
    assert known - told == set(), "Addresses without a row in tests/access/"
    assert told - known == set(), "Rows for addresses that do not exist"


def edges(row: Row) -> list[str]:
    """One of all who get the same answer, where a wrong right shows first: the one with the fewest rights of those who
    are let in, the one with the most of those who are not."""
    alike: dict[int, list[str]] = {}
    for who in NAMES:
        alike.setdefault(row.answers[who], []).append(who)
    return [some[-1 if answer in (401, 403, 404) else 0] for answer, some in alike.items()]


def telling(row: Row) -> list[str]:
    """At the edges of a row: the visitor and whoever is refused; whoever is let in where nobody is refused."""
    found = edges(row)
    refused = [who for who in found if row.answers[who] in (401, 403, 404)]
    return [who for who in found if who in refused or who == "visitor"] if refused else found


def answers(row: Row, names: Iterable[str], personas: Personas, client_for: Callable[[Any], Client]) -> dict[str, int]:
    arguments = row.arguments(personas) if row.arguments else []
    named = isinstance(arguments, dict)
    path = reverse(row.name, kwargs=arguments) if named else reverse(row.name, args=arguments)
    got = {}
    for who in names:
        client = client_for(personas[who])
        with transaction.atomic():
            got[who] = (client.get(path) if row.post is None else client.post(path, row.post)).status_code
            transaction.set_rollback(True)
    return got


@pytest.mark.django_db
@pytest.mark.parametrize("row", rows(), ids=repr)
def test_those_who_are_refused_at_each_address_are_those_of_the_table(
    row: Row, personas: Personas, client_for: Callable[[Any], Client]
) -> None:
    """The visitor, and of those refused the ones with the most rights. Everybody at every address, those who are let in
    as well, is in the thorough suite (test_each_persona_gets_what_the_table_says)."""
    names = telling(row)
    assert answers(row, names, personas, client_for) == {who: row.answers[who] for who in names}


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize("row", rows(), ids=repr)
def test_each_persona_gets_what_the_table_says(
    row: Row, personas: Personas, client_for: Callable[[Any], Client]
) -> None:
    assert answers(row, NAMES, personas, client_for) == row.answers


@pytest.mark.django_db
def test_the_admin_is_for_administrators_alone(personas: Personas, client_for: Callable[[Any], Client]) -> None:
    for who in NAMES:
        assert client_for(personas[who]).get(reverse("admin:index")).status_code == (
            200 if who == "administrator" else 302
        )
