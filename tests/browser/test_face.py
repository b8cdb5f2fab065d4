"""The face of the portal in a browser: both themes, phone and desktop, keyboard, paper, and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.looking import width_to_spare
from tests.personas import Personas

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def _component_page(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.browser.components"


@pytest.mark.usefixtures("_component_page")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_component_is_accessible(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, viewport: Any, scheme: str
) -> None:
    page = page_of(personas.office, viewport=viewport, color_scheme=scheme)
    page.goto("/components/")
    for details in page.locator("main details").all():
        details.locator("summary").click()
    axe(page)
    assert width_to_spare(page) >= 0


@pytest.mark.usefixtures("_component_page")
def test_what_a_finger_hits_is_large_enough(page_of: Callable[..., Page], personas: Personas) -> None:
    page = page_of(personas.office, viewport=PHONE)
    page.goto("/components/")
    small = page.evaluate(
        """[...document.querySelectorAll(".button, .nav a, .tools > a, summary, .pagination a, .tabs a, select, input")]
           .filter(e => e.offsetParent && !["radio", "checkbox"].includes(e.type))
           .map(e => [e.outerHTML.slice(0, 60), Math.round(e.getBoundingClientRect().height)])
           .filter(([, height]) => height < 44)"""
    )
    assert small == []


@pytest.mark.usefixtures("_component_page")
def test_on_paper_what_is_folded_is_open_and_menus_are_gone(page_of: Callable[..., Page]) -> None:
    page = page_of(None, color_scheme="dark")
    page.goto("/components/")
    assert not page.locator("#inside").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#inside").bounding_box()["height"] > 0  # type: ignore[index]
    assert not page.locator(".nav").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.usefixtures("_component_page")
def test_a_wide_table_scrolls_by_keyboard_and_says_what_it_is(page_of: Callable[..., Page]) -> None:
    page = page_of(None, viewport=PHONE)
    page.goto("/components/")
    box = page.get_by_role("region", name="A wide table")
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)  # scrolling by key is animated
    assert box.evaluate("e => e.scrollLeft") > 0


def test_the_first_stop_of_the_keyboard_leads_to_the_content(page_of: Callable[..., Page]) -> None:
    page = page_of(None)
    page.goto("/members/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_choice_of_a_theme_lasts_and_sets_no_cookie(page_of: Callable[..., Page]) -> None:
    page = page_of(None, color_scheme="light")
    page.goto("/")
    page.get_by_role("radio", name="Dark").check()
    page.goto("/members/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("radio", name="System").check()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ""
    assert page.context.cookies() == []


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page_of: Callable[..., Page], personas: Personas) -> None:
    page = page_of(personas.office)
    page.goto("/me/")
    summary = page.locator(".tools summary").last
    summary.click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()
    assert summary.evaluate("e => e === document.activeElement")


def test_signing_out_works_without_script(page_of: Callable[..., Page], personas: Personas) -> None:
    page = page_of(personas.office, java_script_enabled=False)
    page.goto("/me/")
    page.locator(".tools summary").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/me/")
    assert "/accounts/login/" in page.url


OWN = ["/me/", "/notifications/", "/accounts/email/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/logout/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_ones_own_pages_are_accessible(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, viewport: Any, scheme: str
) -> None:
    for person, paths in ((None, ["/no/such/page/"]), (personas.primary, OWN)):
        page = page_of(person, viewport=viewport, color_scheme=scheme)
        for path in paths:
            page.goto(path)
            axe(page)
            assert width_to_spare(page) >= 0, path
            assert page.locator("h1").count() == 1, path
