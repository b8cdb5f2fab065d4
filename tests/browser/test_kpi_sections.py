"""The dashboard's sections that come when the reader comes to them: for pointer, keyboard and both themes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kpis import rollup
from tests.browser.looking import width_to_spare
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)
SECTIONS = ("who", "what", "indicators", "coverage")


@pytest.fixture
def people(transactional_db):
    people, round = make_personas(), RoundFactory(year=2025)
    for number in range(6):
        member = MemberFactory(country_code=("CZ", "DE", "AT")[number % 3], type=("IND-SUP", "EDU-VET")[number % 2])
        parts = {"gender": {"f": 300, "m": 700 + number}, "kind": {"upskilled": 1000 + number}}
        region = ("CZ01", "DE21", "AT13")[number % 3]
        lines = [line(1000 + number, region=region, parts=parts), line(2000, series="planned")]
        ApprovedReportFactory(organisation=member, round=round, lines=lines, expected=True)
    rollup.rebuild()
    return people


def test_what_takes_the_place_of_a_link_takes_its_focus_too(people, page_of):
    page = page_of(people.office)
    page.goto("/kpis/?year=2025")
    link = page.get_by_role("link", name=re.compile("^Show these figures.*Who"))
    link.evaluate("it => it.focus({preventScroll: true})")
    page.keyboard.press("Enter")
    expect(page.locator("#chart-by-gender")).to_be_visible()
    expect(page.get_by_role("heading", name="Who", exact=True)).to_be_focused()

    regions = page.locator("#chart-regions")
    regions.get_by_role("link", name=re.compile("^Show the map")).focus()
    expect(regions.locator("svg.chart-svg")).to_be_visible()
    expect(regions.get_by_role("heading")).to_be_focused()

    # What comes by itself, while the reader is elsewhere, leaves the focus where it is.
    page.get_by_role("link", name=re.compile("^What exactly is counted")).focus()
    page.locator("#coverage").scroll_into_view_if_needed()
    expect(page.locator("#chart-members-by-type")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^What exactly is counted"))).to_be_focused()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_every_section_is_accessible_in_place_and_by_itself(people, page_of, axe, scheme, width):
    page = page_of(people.office, color_scheme=scheme, viewport={"width": width, "height": 844})
    page.goto("/kpis/?year=2025")
    for code in SECTIONS:
        page.locator(f"#{code}").scroll_into_view_if_needed()
        expect(page.locator(f"section[aria-labelledby={code}] figure").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Show these figures"))).to_have_count(0)
    assert width_to_spare(page) >= 0
    axe(page)
    page.goto("/kpis/?year=2025&section=who")
    expect(page.get_by_role("link", name="Back to all figures")).to_be_visible()
    axe(page)
