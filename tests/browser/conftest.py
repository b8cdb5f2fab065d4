"""Chromium, watched: no test here passes while the browser complains or another host is asked for anything."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

# The live server and Playwright's event loop share the test's process.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
HERE = Path(__file__).parent
# The browser itself logs a page that answers "no": a form with errors, a refusal. Tests of those look at the page.
ANSWERED_NO = re.compile(r"^Failed to load resource: the server responded with a status of (401|403|404|409|422) ")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason=f"needs Chromium at {CHROMIUM}, or its path in CHROMIUM"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    return {**browser_context_args, "base_url": live_server.url, "locale": "en-GB", "reduced_motion": "reduce"}


@pytest.fixture(autouse=True)
def _portal_address(live_server: Any, settings: Any) -> None:
    """Links in e-mails lead to the server of the test."""
    settings.PORTAL_URL = live_server.url


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained about so far. A test that provokes a complaint removes it after looking at it."""
    found: list[str] = []
    yield found
    assert not found, "The browser complained:\n" + "\n".join(found)


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], complaints: list[str], live_server: Any
) -> Iterator[Callable[..., BrowserContext]]:
    """Every context that a test opens is watched: console errors, policy reports, exceptions, other hosts. What a page
    still asks for at the end is answered before the database is emptied."""
    opened: list[BrowserContext] = []

    def on_console(message: ConsoleMessage) -> None:
        answered_no = ANSWERED_NO.match(message.text) and "/static/" not in message.location["url"]
        if message.type in {"error", "warning"} and not answered_no:
            complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    def on_request(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:", "about:")):
            complaints.append(f"request to another host: {request.url}")

    def open_context(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on("console", on_console)
        context.on("weberror", lambda error: complaints.append(f"exception: {error.error}"))
        context.on("request", on_request)
        opened.append(context)
        return context

    yield open_context
    for page in [page for context in opened for page in context.pages]:
        page.wait_for_load_state("networkidle")


@pytest.fixture
def page_of(new_context: Callable[..., BrowserContext], live_server: Any) -> Callable[..., Page]:
    """page_of(user, viewport={"width": 390, "height": 844}): a browser of their own in which that person is signed
    in. page_of(None): a visitor's."""

    def open_page(user: Any, **options: Any) -> Page:
        context = new_context(**options)
        if user is not None and user.is_authenticated:
            client = Client()
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return context.new_page()

    return open_page


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """axe(page): no violation of the accessibility rules on the page as it is now."""

    def check(page: Page) -> None:
        page.wait_for_load_state()  # a click ends when the next page begins
        results = Axe().run(page)
        told = [
            f"{rule['id']} ({rule['impact']}): {rule['help']}\n"
            + "\n".join(f"    {' '.join(map(str, node['target']))}: {node['html'][:160]}" for node in rule["nodes"][:5])
            for rule in results.response["violations"]
        ]
        assert not told, f"{page.url}\n" + "\n".join(told)

    return check
