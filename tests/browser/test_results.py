"""A result goes from a project to use in a group, in the browser: recorded, proposed, taken up from a phone, used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from projects.models import Partner, Project, Result
from tests.browser.looking import width_to_spare
from tests.factories.groups import GroupFactory, make_lead
from tests.personas import Personas

PHONE = {"width": 390, "height": 844}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]


def confirm(page: Page, opener: str, button: str) -> None:
    page.locator("details.confirm summary", has_text=opener).click()
    page.get_by_role("button", name=button, exact=True).click()


def test_a_result_goes_from_project_to_use_in_a_group(
    page_of: OpenPage, axe: Check, personas: Personas, tmp_path: Path
) -> None:
    drives = Project.objects.get(slug="drives")
    Partner.objects.create(project=drives, organisation=personas.organisation)
    lead_of = make_lead(GroupFactory(title="Battery repair")).user
    file = tmp_path / "course.pdf"
    file.write_bytes(b"%PDF-1.7\nForty lessons.")

    partner = page_of(personas.primary)
    partner.goto("/projects/drives/")
    partner.get_by_role("link", name="Record a result").click()
    axe(partner)
    partner.get_by_label("Type").select_option(label="Training")
    partner.get_by_label("Title").fill("Course for technicians")
    partner.get_by_label("What it is, and for whom").fill("Forty lessons on high voltage.")
    partner.get_by_label("Date").fill("2022-03-01")
    partner.get_by_label("File").set_input_files(file)
    partner.get_by_role("button", name="Record it").click()
    expect(partner.locator("main")).to_contain_text("Choose a licence")
    axe(partner)
    partner.get_by_label("Licence").select_option(index=1)
    partner.get_by_label("File").set_input_files(file)
    partner.get_by_role("button", name="Record it").click()
    expect(partner.locator("main")).to_contain_text("The result is recorded.")
    partner.locator("details.confirm summary", has_text="Propose it").click()
    partner.locator("details[open]").get_by_label("Committee").select_option(label="Technology")
    axe(partner)
    partner.get_by_role("button", name="Propose it", exact=True).click()
    expect(partner.locator("main")).to_contain_text("It is proposed, and the chairs of the committee are told.")

    chair = page_of(personas.chair)
    chair.goto("/committees/TECH/")
    expect(chair.get_by_role("link", name="Course for technicians").first).to_be_visible()
    axe(chair)

    lead = page_of(lead_of, viewport=PHONE, color_scheme="dark")
    lead.goto("/me/")
    lead.get_by_role("link", name="Course for technicians").first.click()
    expect(lead.get_by_role("heading", name="Shall a group take it up?")).to_be_visible()
    assert width_to_spare(lead) >= 0
    confirm(lead, "Take it up", "Take it up")
    expect(lead.locator("main")).to_contain_text("The group has taken it up")
    axe(lead)
    confirm(lead, "It is in use", "It is in use")
    expect(lead.locator("main")).to_contain_text("It is in use from today on.")
    axe(lead)
    assert Result.objects.get().status == "in_use"

    visitor = page_of(None, viewport=PHONE)
    visitor.goto("/projects/results/")
    axe(visitor)
    assert width_to_spare(visitor) >= 0
    visitor.get_by_role("link", name="Course for technicians").click()
    expect(visitor.get_by_role("link", name="Battery repair")).to_be_visible()
    axe(visitor)
    with visitor.expect_download() as told:
        visitor.get_by_role("link", name="Download (PDF").click()
    assert told.value.suggested_filename == "course.pdf"
