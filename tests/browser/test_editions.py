"""From the headline to a single figure by clicks alone; editions as readers and the Office see them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kpis import rollup
from kpis.freezing import freeze
from tests.browser.looking import width_to_spare
from tests.factories.kpis import ApprovedReportFactory, line, publish
from tests.factories.members import MemberFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def people(transactional_db):
    return make_personas()


def test_from_the_headline_to_a_figure_its_revisions_and_who_approved_it(people, page_of):
    acme = MemberFactory(country_code="CZ", legal_name="Alpha Motors a.s.")
    first = ApprovedReportFactory(organisation=acme, lines=[line(100)], approved_by=people.office)
    first.superseded_at = first.approved_at
    first.save()
    ApprovedReportFactory(
        organisation=acme, round=first.round, revision=2, lines=[line(120)], approved_by=people.office
    )
    rollup.rebuild()

    page = page_of(people.office)
    page.goto("/")
    page.get_by_role("link", name="See how far we are").click()
    page.get_by_role("link", name="The 1 report behind this number").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Behind the number")
    behind = page.locator("tbody", has=page.get_by_role("link", name="Alpha Motors a.s.", exact=True))
    expect(behind).to_contain_text("Counts")
    behind.get_by_role("link", name=re.compile("Czechia|CZ")).last.click()
    expect(page.get_by_role("cell", name="120")).to_be_visible()
    expect(page.get_by_text(re.compile(f"Approved.*{people.office}", re.DOTALL)).first).to_be_visible()
    page.get_by_role("link", name="Revision 1").click()
    expect(page.get_by_role("cell", name="100")).to_be_visible()
    expect(page.get_by_text("these figures no longer count")).to_be_visible()


def test_editions_are_readable_in_both_themes_on_a_phone_on_paper_and_without_script(people, page_of, axe):
    reports = [
        ApprovedReportFactory(organisation=MemberFactory(country_code="CZ"), lines=[line(100 + number)])
        for number in range(4)
    ]
    publish(2024, people.office)
    for one in reports[:3]:
        one.superseded_at = one.approved_at
        one.save()
        ApprovedReportFactory(organisation=one.organisation, round=one.round, revision=2, lines=[line(90)])
    publish(2024, people.office, "Corrected.")
    for options in (PHONE, {"color_scheme": "dark"}, {"java_script_enabled": False}):
        page = page_of(None, **options)
        for address in ("/kpis/", "/kpis/editions/", "/kpis/editions/2024-2/", "/kpis/editions/2024-2/changes/"):
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert width_to_spare(page) >= 0
            if options.get("java_script_enabled", True):
                axe(page)
    page = page_of(None)
    page.goto("/kpis/editions/2024-2/")
    page.emulate_media(media="print")
    expect(page.get_by_text("a revised report").first).to_be_visible()
    page.get_by_role("link", name="2024-1").first.click()
    expect(page.get_by_text("A later edition replaces this one")).to_be_visible()


def test_the_office_publishes_what_was_frozen(people, page_of, axe):
    for _number in range(3):
        ApprovedReportFactory(lines=[line(100)])
    freeze(2024, people.office)
    page = page_of(people.office)
    page.goto("/kpis/")
    page.get_by_role("link", name="Editions", exact=True).click()
    axe(page)
    page.get_by_role("link", name="2024-1").click()
    axe(page)
    page.locator("summary", has_text="Publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("from now on this is what the public sees")).to_be_visible()
