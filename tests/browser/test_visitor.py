"""What somebody sees who has no account: every public page, on a phone, at a desk, on paper and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from asa_portal.pages.sitemaps import SITEMAPS
from committees.models import Committee
from tests import visiting
from tests.access import public_names
from tests.browser.looking import width_to_spare
from tests.factories.groups import GroupFactory, OutputFactory
from tests.factories.kpis import ApprovedReportFactory, line, publish
from tests.personas import Personas

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
# What must not be on paper.
ON_PAPER = """() => ({
    dark: [document.body, ...document.querySelectorAll("main .card")]
          .filter(one => getComputedStyle(one).backgroundColor !== "rgb(255, 255, 255)").length,
    menus: [...document.querySelectorAll(".nav, .tools, .breadcrumbs, .page-actions, .toolbar, .pagination, .tabs,"
            + ".skip, .theme-choice")].filter(one => one.getClientRects().length).map(one => one.className),
    folded: [...document.querySelectorAll("main details:not(.menu, .confirm)")]
            .filter(one => one.getClientRects().length)
            .filter(one => one.getBoundingClientRect().height
                    <= one.querySelector("summary").getBoundingClientRect().height + 1).length,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""


WITH_SCRIPT = {"Use"}  # a demonstration offers to fill in its sign-in form


def words(page: Page) -> set[str]:
    return set(page.locator("main").inner_text().split())


def test_every_kind_of_page_in_the_sitemap_is_among_those_that_are_looked_at(personas: Personas, client: Any) -> None:
    seen = set(visiting.pages(personas))
    for section in SITEMAPS.values():
        site = section() if isinstance(section, type) else section
        for item in list(site.items())[:1]:
            address = site.location(item)
            assert address in seen or visiting.name_of(address) in public_names(), address


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [
        pytest.param(PHONE, "light", id="phone-light"),
        pytest.param(DESK, "dark", id="desk-dark"),
        pytest.param(PHONE, "dark", id="phone-dark", marks=pytest.mark.thorough),
        pytest.param(DESK, "light", id="desk-light", marks=pytest.mark.thorough),
    ],
)
def test_every_public_page_is_accessible_fits_and_leaves_nothing_behind(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, viewport: Any, scheme: str
) -> None:
    """No request to another host and no complaint either: the browser of every test is watched for those."""
    page = page_of(None, viewport=viewport, color_scheme=scheme)
    for path in visiting.pages(personas):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        axe(page)
        assert width_to_spare(page) >= 0, path
        cookies = {one["name"] for one in page.context.cookies()}
        assert cookies <= {settings.CSRF_COOKIE_NAME}, path
        assert bool(cookies) == bool(page.locator("input[name=csrfmiddlewaretoken]").count()), path
        page.context.clear_cookies()


def test_every_public_page_reads_as_well_without_script_and_on_paper(
    page_of: Callable[..., Page], personas: Personas
) -> None:
    page = page_of(None, viewport=DESK, color_scheme="dark")
    page.emulate_media(reduced_motion="no-preference")  # what fades to another colour is printed as it is at once
    plain = page_of(None, viewport=DESK, java_script_enabled=False)
    for path in visiting.pages(personas):
        plain.goto(path)
        page.goto(path)
        assert words(page) - words(plain) <= WITH_SCRIPT, path
        page.emulate_media(media="print")
        assert page.evaluate(ON_PAPER) == {"dark": 0, "menus": [], "folded": 0, "wide": 0}, path
        page.emulate_media(media="screen")


def test_at_a_desk_the_first_screen_of_the_home_page_tells_all_that_matters(
    page_of: Callable[..., Page], personas: Personas
) -> None:
    """What the alliance is, its ambition and how far it is, committees with their groups, what is new, how to join."""
    for code, number in (("TECH", 6), ("EDU", 4), ("SOC", 3), ("REG", 2)):
        for _n in range(number):
            OutputFactory(
                group=GroupFactory(
                    committee=Committee.objects.get(code=code), title="Skills of repair and maintenance"
                ),
                visibility="public",
            )
    ApprovedReportFactory(organisation=personas.organisation, lines=[line(120)])
    publish(2024, personas.office)
    page = page_of(None, viewport=DESK)
    page.goto("/")
    for place in ("h1", ".hero .lead", ".hero .stat.accent", ".bodies", ".fresh", ".takepart .button"):
        box = page.locator(place).bounding_box()
        assert box is not None, place
        assert box["y"] + box["height"] <= DESK["height"], place
