"""Addresses with a character that no text has."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/groups/?q=a%00b", "/outputs/?committee=%00", "/members/?q=%00", "/groups/TECH%00/", "/?%00=1"]
)
def test_they_are_answered_as_not_understood_on_every_database(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 400
    assert "could not read this request" in page.text


def test_percent_signs_and_accents_are_words_like_others(client: Client) -> None:
    assert client.get("/groups/?q=100%2500%20%25%C3%A9").status_code == 200
