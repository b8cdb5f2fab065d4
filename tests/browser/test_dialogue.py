"""People discuss in the browser: a discussion is opened, somebody named, something announced; at both widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from groups.models import Announcement, Comment
from tests.factories.groups import GroupFactory, GroupMembershipFactory, make_lead
from tests.personas import Personas

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_discussion_names_somebody_and_an_announcement_goes_out(
    page_of: OpenPage, axe: Check, personas: Personas, size: dict[str, int]
) -> None:
    group = GroupFactory(title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    other = GroupMembershipFactory(group=group).representative
    page = page_of(personas.primary)
    page.set_viewport_size(size)
    page.goto(f"/groups/{group.code}/workspace/")
    page.get_by_role("link", name="Discussions").click()
    axe(page)
    page.get_by_role("link", name="Open a discussion").click()
    page.get_by_label("What is it about?").fill("Job roles")
    page.get_by_label("Your first comment").press_sequentially(f"Which list? @{other.name[:4]}")
    expect(page.get_by_role("option", name=other.name)).to_be_visible()
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your first comment")).to_have_value(f"Which list? @{other.name} ")
    page.get_by_role("button", name="Open the discussion").click()
    expect(page.get_by_text(f"Told in particular: {other.name}")).to_be_visible()
    axe(page)
    assert list(Comment.objects.get().mentioned.all()) == [other]
    page.goto(f"/announcements/of/{group.code}/new/")
    page.get_by_label("Title").fill("Dates")
    page.get_by_label("Text").fill("We meet in May.")
    page.get_by_role("button", name="See who will get it").click()
    expect(page.get_by_text("It goes to 1 person.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("It went to 1 person.")).to_be_visible()
    assert Announcement.objects.get().told == 1
