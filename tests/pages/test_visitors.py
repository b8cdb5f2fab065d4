"""Every public address, as a visitor's browser, a cache and a search engine get it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from asa_portal.pages.sitemaps import Sections
from groups.models import Group
from projects.models import Project
from tests import visiting
from tests.access import public_names, rows
from tests.factories.groups import GroupFactory, OutputFactory, make_document
from tests.factories.members import MemberFactory
from tests.factories.news import PostFactory
from tests.factories.projects import InitiativeFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db
# What no cache may keep: a probe, a file that may be withdrawn. A page behind a secret in its address besides.
ALONE = {"core:healthz", "groups:document_version", "account_login", "account_signup"}


def told(page: str, pattern: str) -> list[str]:
    return re.findall(pattern, page)


def test_every_public_address_is_kept_by_caches_unless_it_is_its_readers_alone(personas: Personas) -> None:
    """No cookie but that of a form, and then no cache may keep the page; else an ETag that is answered by 304."""
    for name, path in visiting.addresses(personas):
        answer = Client().get(path)
        assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME}, path
        assert "Cookie" in answer["Vary"], path
        kept = set(answer["Cache-Control"].split(", "))
        if answer.cookies:
            assert b"csrfmiddlewaretoken" in answer.content, path
            assert "public" not in kept, path
        elif "private" not in kept:
            assert kept == {"public", "no-cache"}, path
            again = Client().get(path, headers={"If-None-Match": answer["ETag"]})
            assert (again.status_code, again.content, dict(again.cookies)) == (304, b"", {}), path
        else:
            assert "<str:token>" in resolve(path).route or name in ALONE, path


def test_every_public_page_says_what_it_is_to_those_who_share_or_index_it(personas: Personas) -> None:
    for path in visiting.pages(personas):
        page, body = Client().get(path).content.decode().split("<body>")
        assert told(page, r'<html lang="([^"]+)"') == ["en"], path
        assert len(told(body, r"<h1[ >]")) == 1, path
        (title,) = told(page, r"<title>([^<]+)</title>")
        name = title.strip().removesuffix(" · ASA portal")
        assert name != title.strip(), path
        assert name.strip(), path
        assert told(page, r'<meta property="og:title" content="([^"]*)"') == [name.strip()], path
        (description,) = told(page, r'<meta name="description" content="([^"]*)"')
        assert description, path
        assert told(page, r'<meta property="og:description" content="([^"]*)"') == [description], path
        address = [settings.PORTAL_URL + path]
        assert told(page, r'<link rel="canonical" href="([^"]*)"') == address, path
        assert told(page, r'<meta property="og:url" content="([^"]*)"') == address, path


def test_the_sections_of_the_sitemap_describe_themselves_each_in_its_own_words(client: Client) -> None:
    found: dict[str, str] = {}
    for path in map(reverse, Sections().items()):
        (description,) = told(client.get(path).content.decode(), r'<meta name="description" content="([^"]*)"')
        assert description not in found, (path, found.get(description))
        found[description] = path


def test_what_a_shared_link_tells_is_written_as_its_author_did(client: Client) -> None:
    group = GroupFactory(title='Cells & "packs"', scope="Repair < replace")
    page = client.get(group.get_absolute_url()).content.decode()
    (title,) = told(page, r'<meta property="og:title" content="([^"]*)"')
    (description,) = told(page, r'<meta property="og:description" content="([^"]*)"')
    assert unescape(title).endswith('Cells & "packs"')
    assert unescape(description) == "Repair < replace"


def more(group: Group, number: int) -> None:
    """As many of everything that stands in a public list."""
    for _n in range(number):
        MemberFactory()
        OutputFactory(group=GroupFactory(committee=group.committee), visibility="public")
        InitiativeFactory()
        PostFactory()
        PostFactory(group=group)
        for body in (None, group, group.committee):
            make_document(body, visibility="public")
        slug = f"p-{Project.objects.count()}"
        Project.objects.create(slug=slug, acronym=slug, title="A project", starts=date(2020, 1, 1))


@pytest.mark.parametrize("number", [20, pytest.param(200, marks=pytest.mark.thorough)])
def test_every_public_list_asks_as_much_of_the_database_for_many_as_for_ten(client: Client, number: int) -> None:
    """Every public address without an argument, those of one body, and a search that finds them all."""
    group = GroupFactory()
    paths = [reverse(row.name) for row in rows() if row.name in public_names() and not row.arguments]
    paths += [group.get_absolute_url(), group.committee.get_absolute_url(), "/search/?q=a"]
    paths += [reverse("groups:document_list", args=[code]) for code in (group.code, group.committee.code)]

    def costs() -> dict[str, int]:
        found = {}
        for path in paths:
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            found[path] = len(queries)
        return found

    more(group, 10)
    before = costs()
    more(group, number - 10)
    assert costs() == before
    assert max(before.values()) <= 25, before


def test_what_is_shown_to_who_is_signed_in_is_theirs_alone(personas: Personas, client_for: Any) -> None:
    """Also for a cache that looks at no cookie."""
    client = client_for(personas.primary)
    for path in ("/", "/me/", "/projects/drives/", "/news/", "/nothing-here/"):
        kept = set(client.get(path)["Cache-Control"].split(", "))
        assert "private" in kept, path
        assert "public" not in kept, path
