"""The Office enters a project by the keyboard, corrects a mistake, and adds its partners; pilot regions on a phone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from core.models import Region
from groups.models import Meeting
from projects.models import InitiativePartner, Project
from tests.browser.looking import width_to_spare
from tests.factories.groups import MeetingFactory
from tests.factories.members import MemberFactory
from tests.factories.projects import InitiativeFactory
from tests.personas import Personas

PHONE = {"width": 390, "height": 844}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]


def test_the_office_enters_a_project_with_a_partner_and_everybody_sees_where_it_is(
    page_of: OpenPage, axe: Check, personas: Personas
) -> None:
    MemberFactory(legal_name="Nordic Cells AB", country_code="SE")
    page = page_of(personas.office)
    page.goto("/projects/")
    page.get_by_role("link", name="Enter a project").press("Enter")
    axe(page)
    page.get_by_label("Acronym").fill("CHARGE")
    page.get_by_label("Title").fill("Charging points")
    page.get_by_label("Summary").fill("Technicians for charging points.")
    page.get_by_label("Start", exact=True).fill("2027-01-01")
    page.get_by_label("End", exact=False).first.fill("2026-01-01")
    page.get_by_role("button", name="Enter it").press("Enter")
    expect(page.locator("main")).to_contain_text("The end is before the start.")
    axe(page)
    page.get_by_label("End", exact=False).first.fill("2029-12-31")
    page.get_by_role("button", name="Enter it").press("Enter")
    expect(page.locator("main")).to_contain_text("Its partners come next.")
    page.get_by_label("Member of the alliance").fill("Nordic Cells AB")
    page.get_by_role("button", name="Add the partner").press("Enter")
    expect(page.locator("main")).to_contain_text("The partner is added.")
    axe(page)
    page.goto(Project.objects.get(acronym="CHARGE").get_absolute_url())
    expect(page.locator("main")).to_contain_text("Partners by country")
    expect(page.get_by_role("link", name="Nordic Cells AB")).to_be_visible()
    axe(page)


def test_pilot_regions_and_events_read_well_on_a_phone(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    pilot = InitiativeFactory(region=Region.objects.get(code="CZ08", version=2024), lead=personas.organisation)
    InitiativePartner.objects.create(initiative=pilot, organisation=personas.other_organisation)
    event: Meeting = MeetingFactory(title="Open day", place="Ostrava", is_public=True)
    visitor = page_of(None, viewport=PHONE, color_scheme="dark")
    for path, words in (
        ("/projects/pilots/", "Moravskoslezsko"),
        ("/events/", "Open day"),
        (event.get_public_url(), "Ostrava"),
    ):
        visitor.goto(path)
        expect(visitor.locator("main")).to_contain_text(words)
        axe(visitor)
        assert width_to_spare(visitor) >= 0
