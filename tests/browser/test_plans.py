"""Writing a work plan as one types: by keyboard alone, in two windows, at the width of a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from groups.models import Activity, Group, WorkPlan
from tests.browser.looking import width_to_spare
from tests.factories.groups import THIS_YEAR, GroupFactory, WorkPlanFactory, make_lead
from tests.personas import Personas

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def group(personas: Personas) -> Group:
    group = GroupFactory(title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return group


def state_of(page: Page, form: str) -> Any:
    return page.locator(f"{form} [role=status][data-saved]")


def test_a_plan_is_written_by_keyboard_and_saves_itself(
    page_of: OpenPage, axe: Check, personas: Personas, group: Group
) -> None:
    plan = WorkPlanFactory(group=group)
    Activity.objects.filter(plan=plan).delete()
    page = page_of(personas.primary, viewport=PHONE, color_scheme="dark")
    page.goto(f"{plan.get_absolute_url()}edit/")
    page.get_by_role("link", name="Add an activity").focus()
    page.keyboard.press("Enter")
    form = page.locator("#activity-form form")
    expect(form.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Survey of skills")
    expect(state_of(page, "#activity-form")).to_have_text(
        "Saved as soon as these are filled in: Type of activity, Starts, Ends"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    form.get_by_label("Starts").fill(f"{THIS_YEAR}-02-01")
    form.get_by_label("Ends").fill(f"{THIS_YEAR}-01-01")
    expect(page.locator("#id_ends-error")).to_contain_text("It ends before it starts.")
    form.get_by_label("Ends").fill(f"{THIS_YEAR}-06-30")
    expect(state_of(page, "#activity-form")).to_contain_text("Saved at")
    expect(page.locator("#id_ends-error")).to_have_count(0)
    axe(page)
    assert width_to_spare(page) >= 0
    assert plan.activities.get().title == "Survey of skills"
    form.get_by_role("button", name="Save the activity").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#activities")).to_contain_text("The activity is saved.")
    assert plan.activities.count() == 1

    page.get_by_role("textbox", name="Objectives").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Know who may open a battery.")
    expect(state_of(page, "form.card")).to_contain_text("Saved at")
    assert WorkPlan.objects.get().objectives == "Know who may open a battery."


def test_two_windows_tell_each_other(page_of: OpenPage, axe: Check, personas: Personas, group: Group) -> None:
    plan = WorkPlanFactory(group=group)
    first, second = page_of(personas.primary), page_of(personas.primary)
    for page in (first, second):
        page.goto(f"{plan.get_absolute_url()}edit/")
    first.get_by_role("textbox", name="Resources").fill("Two people.")
    expect(state_of(first, "form.card")).to_contain_text("Saved at")
    second.get_by_role("textbox", name="Objectives").fill("Mine.")
    expect(state_of(second, "form.card")).to_contain_text("both are kept. Resources: Two people.")
    expect(second.get_by_role("textbox", name="Resources")).to_have_value("Two people.")
    first.get_by_role("textbox", name="Objectives").fill("Theirs.")
    expect(state_of(first, "form.card")).to_contain_text("somebody else wrote in the same field")
    expect(first.locator("[data-conflict] table")).to_contain_text("Mine.")
    axe(first)
    plan.refresh_from_db()
    assert (plan.objectives, plan.resources) == ("Mine.", "Two people.")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("The work plan is saved.")).to_be_visible()
    plan.refresh_from_db()
    assert (plan.objectives, plan.resources) == ("Theirs.", "Two people.")
