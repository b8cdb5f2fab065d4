"""Jobs b and c in the browser: founding and joining a group, writing and deciding on a work plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from groups.models import Group, Proposal, WorkPlan
from tests.browser.looking import width_to_spare
from tests.factories.groups import THIS_YEAR, GroupFactory, GroupMembershipFactory, WorkPlanFactory, make_lead
from tests.factories.members import MemberFactory, RepresentationFactory
from tests.personas import Personas

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]


def confirm(page: Page, opener: str, button: str, note: str = "") -> None:
    """Open a confirmation, write the note, press the button that does it."""
    box = page.locator("details.confirm", has=page.locator("summary", has_text=opener))
    box.locator("summary").click()
    if note:
        box.locator("textarea").fill(note)
    box.get_by_role("button", name=button).click()


def add_activity(page: Page, title: str, first: str, last: str) -> None:
    page.get_by_role("link", name="Add an activity").click()
    form = page.locator("#activity-form form")
    form.get_by_label("Title").fill(title)
    form.get_by_label("Type of activity").select_option(index=1)
    form.get_by_label("Responsible organisation").select_option(label="Acme Mobility a.s.")
    form.get_by_label("Starts").fill(f"{THIS_YEAR}-{first}")
    form.get_by_label("Ends").fill(f"{THIS_YEAR}-{last}")
    form.get_by_role("button", name="Save the activity").click()
    expect(page.locator("#activities")).to_contain_text("The activity is added.")


def test_a_group_is_proposed_accepted_asked_and_joined(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    founders = [
        RepresentationFactory(organisation=MemberFactory(legal_name=name), role="primary").user
        for name in ("Second Garage Ltd", "Third Works GmbH")
    ]
    member = page_of(personas.primary)
    member.goto("/groups/")
    member.get_by_role("link", name="Propose a group").click()
    axe(member)
    member.get_by_label("Title").fill("Battery repair")
    member.get_by_label("Committee").select_option(label="Technology")
    member.get_by_label("Working group").check()
    member.get_by_label("Batteries").check()
    member.get_by_role("textbox", name="Scope", exact=True).fill("Who may open a battery.")
    member.get_by_label("Founding member 1").fill("Second Garage Ltd")
    member.get_by_label("Founding member 2").fill("Third Works")
    member.get_by_role("button", name="Submit to the committee").click()
    expect(member.locator("#id_expected_outputs_error")).to_contain_text("Say what the group will produce.")
    expect(member.get_by_label("Founding member 2")).to_have_value("Third Works")
    axe(member)
    member.get_by_label("Expected outputs").fill("A list of job roles.")
    member.get_by_role("button", name="Submit to the committee").click()
    expect(member.get_by_text("The proposal is with the committee now.")).to_be_visible()
    axe(member)

    for person in founders:
        founder = page_of(person)
        founder.goto("/me/")
        founder.get_by_role("link", name="Battery repair").first.click()
        axe(founder)
        confirm(founder, "Confirm", "Confirm it")
        expect(founder.get_by_text("Your organisation founds the group.")).to_be_visible()

    chair = page_of(personas.chair)
    chair.goto("/committees/TECH/")
    axe(chair)
    chair.get_by_role("link", name="Battery repair").click()
    confirm(chair, "Accept", "Accept and found the group", "A good fit.")
    expect(chair.get_by_text("the group is founded")).to_be_visible()
    chair.get_by_role("link", name="Open TECH-WG-01").click()
    expect(chair.get_by_role("heading", level=1)).to_have_text("Battery repair")

    other = page_of(personas.outsider)
    other.goto("/groups/")
    other.get_by_role("link", name="Battery repair").click()
    axe(other)
    other.get_by_role("link", name="Ask to join").click()
    axe(other)
    other.get_by_label("What your organisation brings").fill("We train technicians.")
    other.get_by_role("button", name="Ask to join").click()
    expect(other.get_by_text("Your request is with the lead")).to_be_visible()

    member.goto("/groups/TECH-WG-01/workspace/")
    axe(member)
    member.get_by_role("link", name="Other Training Ltd").first.click()
    axe(member)
    confirm(member, "Admit", "Admit to the group")
    expect(member.get_by_text("Other Training Ltd takes part now.")).to_be_visible()
    other.goto("/groups/TECH-WG-01/workspace/")
    expect(other.get_by_role("heading", name="4 organisations take part")).to_be_visible()
    assert Proposal.objects.get().status == "accepted"


@pytest.fixture
def group(personas: Personas) -> Group:
    group = GroupFactory(title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    GroupMembershipFactory(group=group, organisation=personas.other_organisation, representative=personas.outsider)
    return group


def test_a_plan_is_written_returned_mended_and_approved(
    page_of: OpenPage, axe: Check, personas: Personas, group: Group
) -> None:
    lead = page_of(personas.primary)
    lead.goto(group.get_workspace_url())
    lead.get_by_role("button", name="Write a work plan").click()
    lead.get_by_role("textbox", name="Objectives").fill("Know who may open a battery.")
    add_activity(lead, "Survey of skills", "02-01", "06-30")
    expect(lead.get_by_role("textbox", name="Objectives")).to_have_value("Know who may open a battery.")
    lead.get_by_role("link", name="Add an activity").click()
    lead.locator("#activity-form form").get_by_role("button", name="Save the activity").click()
    expect(lead.locator("#activity-form [aria-invalid=true]").first).to_be_visible()
    axe(lead)
    lead.get_by_role("button", name="Save, check and submit").click()
    expect(lead.get_by_text("It is the first plan of the group")).to_be_visible()
    axe(lead)
    lead.get_by_role("button", name="Submit to the committee").click()
    expect(lead.get_by_text("The work plan is with the committee now.")).to_be_visible()

    chair = page_of(personas.chair, viewport=PHONE)
    chair.goto("/committees/TECH/")
    chair.get_by_role("link", name="Battery repair").first.click()
    expect(chair.get_by_text("It is handed in for the first time.")).to_be_visible()
    assert width_to_spare(chair) >= 0
    axe(chair)
    confirm(chair, "Return", "Return it", "Finish before summer, please.")
    expect(chair.get_by_text("The work plan is returned with your reason.")).to_be_visible()

    lead.goto("/me/")
    lead.get_by_role("link", name=f"Work plan {THIS_YEAR}").first.click()
    expect(lead.get_by_text("Finish before summer, please.").first).to_be_visible()
    lead.get_by_role("link", name="Edit", exact=True).click()
    lead.get_by_role("link", name="Edit Survey of skills").click()
    lead.locator("#activity-form").get_by_label("Ends").fill(f"{THIS_YEAR}-05-31")
    lead.locator("#activity-form").get_by_role("button", name="Save the activity").click()
    expect(lead.locator("#activities")).to_contain_text("The activity is saved.")
    add_activity(lead, "Course for technicians", "03-01", "05-31")
    lead.get_by_role("button", name="Save, check and submit").click()
    lead.get_by_role("button", name="Submit to the committee").click()

    chair.reload()
    change = chair.locator("section", has=chair.locator("#decide"))
    expect(change).to_contain_text("2 changes since it was handed in before")
    expect(change.locator("del")).to_have_text(f"30 Jun {THIS_YEAR}")
    axe(chair)
    confirm(chair, "Approve", "Approve the plan", "Good.")
    expect(chair.get_by_text("The work plan is approved.")).to_be_visible()
    story = chair.locator("ol.timeline")
    for words in ("approved the work plan", "Finish before summer", "returned the work plan", "started the work plan"):
        expect(story).to_contain_text(words)
    assert WorkPlan.objects.get().status == "approved"

    other = page_of(personas.outsider)
    other.goto("/notifications/")
    expect(other.get_by_text("approved the work plan").first).to_be_visible()


def test_a_chair_who_leads_is_told_why_they_cannot_decide(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    group = GroupFactory()
    make_lead(group, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    plan = WorkPlanFactory(group=group, state="submitted")
    page = page_of(personas.chair)
    page.goto(plan.get_absolute_url())
    expect(page.get_by_text("You lead this group or wrote in this plan")).to_be_visible()
    expect(page.get_by_text("Your decision")).not_to_be_visible()
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_of_groups_are_accessible_at_every_width(
    page_of: OpenPage, axe: Check, personas: Personas, group: Group, viewport: Any, scheme: str
) -> None:
    plan = WorkPlanFactory(group=group, state="approved")
    draft = WorkPlanFactory(group=group, year=THIS_YEAR + 1)
    page = page_of(personas.primary, viewport=viewport, color_scheme=scheme)
    for path in (
        "/groups/",
        "/committees/",
        "/committees/TECH/",
        group.get_absolute_url(),
        group.get_workspace_url(),
        plan.get_absolute_url(),
        draft.get_absolute_url(),
        f"{draft.get_absolute_url()}edit/",
        f"{draft.get_absolute_url()}activities/new/",
        f"/plans/activities/{plan.activities.first().pk}/report/",  # type: ignore[union-attr]
        "/groups/propose/",
    ):
        page.goto(path)
        axe(page)
        assert width_to_spare(page) >= 0, path


def test_a_plan_is_written_without_script(page_of: OpenPage, personas: Personas, group: Group) -> None:
    page = page_of(personas.primary, java_script_enabled=False)
    page.goto(group.get_workspace_url())
    page.get_by_role("button", name="Write a work plan").click()
    page.get_by_role("link", name="Add an activity").click()
    page.get_by_label("Title").fill("Survey of skills")
    page.get_by_label("Type of activity").select_option(index=1)
    page.get_by_label("Responsible organisation").select_option(label="Acme Mobility a.s.")
    page.get_by_label("Starts").fill(f"{THIS_YEAR}-02-01")
    page.get_by_label("Ends").fill(f"{THIS_YEAR}-06-30")
    page.get_by_role("button", name="Save the activity").click()
    page.get_by_role("textbox", name="Objectives").fill("Know who may open a battery.")
    page.get_by_role("button", name="Save, check and submit").click()
    page.get_by_role("button", name="Submit to the committee").click()
    expect(page.get_by_text("The work plan is with the committee now.")).to_be_visible()
