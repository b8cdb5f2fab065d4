"""What the strict content security policy and the promise of no third-party request ask of every template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from core.views.errors import server_error
from tests.personas import Personas

TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*.html"))
SOURCES = sorted(path for kind in ("css", "js", "svg") for path in (settings.BASE_DIR / "static").rglob(f"*.{kind}"))
COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}|<!--.*?-->", re.S)
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an inline style sheet": re.compile(r"<style\b", re.I),
    "an event handler in an attribute": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.I),
    "script in htmx values": re.compile(r"hx-(vals|vars|headers)\s*=\s*[\"']\s*js(cript)?:", re.I),
    "a script: address": re.compile(r"[\"']\s*javascript:", re.I),
    "something loaded from another host": re.compile(
        r"<(script|link|img|iframe|source|use)\b[^>]*\"(https?:)?//", re.I
    ),
}
INLINE_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S | re.I)


def relative(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def faults(text: str) -> Iterator[str]:
    for what, pattern in FORBIDDEN.items():
        if found := pattern.search(text):
            yield f"{what}: {found.group()[:120]}"
    for attributes, body in INLINE_SCRIPT.findall(text):
        if body.strip() and "application/json" not in attributes and "application/ld+json" not in attributes:
            yield f"an inline script: {body.strip()[:80]}"


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_holds_nothing_that_the_policy_forbids(path: Path) -> None:
    text = COMMENT.sub("", path.read_text())
    if path.name == "layout.html" and path.parent.name == "emails":
        text = text.replace("<style>", "", 1)  # no policy reaches into a mail program, and it loads no style sheet
    assert not list(faults(text))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_static_source_asks_no_other_host(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/", "")
    assert not re.search(r"(https?:)?//[\w-]+\.\w", re.sub(r"(?m)^\s*//.*$|(?<=[;{}] )//.*$", "", text))


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        '<a onclick="go()">',
        '<div hx-on:click="go()">',
        "<script>go()</script>",
        '<script src="https://cdn.example.org/x.js"></script>',
        """<div hx-vals='js:{a: 1}'>""",
    ],
)
def test_the_search_for_forbidden_things_finds_them(text: str) -> None:
    assert list(faults(text))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/members/", "/committees/", "/groups/", "/projects/", "/kpis/", "/no/such/page/"]
)
def test_a_visitor_reads_public_pages_without_a_cookie_or_a_form_token(client: Client, path: str) -> None:
    answer = client.get(path)
    assert not answer.cookies
    assert b"csrfmiddlewaretoken" not in answer.content
    assert answer.content.count(b"<h1") == 1


def test_the_page_for_a_fault_of_ours_needs_no_database_and_no_request() -> None:
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"Something went wrong" in answer.content


@pytest.mark.django_db
def test_the_demo_banner_says_that_the_partnership_is_fictional(client: Client, settings: Any) -> None:
    settings.DEMO = True
    assert b"fictional" in client.get("/").content
    settings.DEMO = False
    assert b"fictional" not in client.get("/").content


@pytest.mark.django_db
def test_someone_signed_in_can_sign_out_from_every_page(client_for: Callable[..., Client], personas: Personas) -> None:
    page = client_for(personas.delegate).get("/members/").content.decode()
    assert 'action="/accounts/logout/"' in page
    assert "csrfmiddlewaretoken" in page
