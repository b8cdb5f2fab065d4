"""The matrix and the guests in the browser: gaps named, drilled into, invited from; a group opened to a guest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from groups.models import GroupMembership, GuestInvitation
from members.models import today
from tests.browser.looking import width_to_spare
from tests.factories.groups import GroupFactory, make_lead
from tests.factories.members import MemberFactory
from tests.personas import Personas

PHONE = {"width": 390, "height": 844}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]


def test_a_gap_of_the_matrix_is_opened_and_somebody_invited(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    group = GroupFactory(code="TECH-WG-01", title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    MemberFactory(legal_name="United Workers", type="SOC-TU")
    page = page_of(personas.primary, viewport=PHONE, color_scheme="dark")
    page.goto("/groups/")
    page.get_by_role("link", name="The matrix").click()
    axe(page)
    assert width_to_spare(page) >= 0
    line = page.get_by_role("row").filter(has_text="Battery repair")
    line.get_by_role("link", name="no social partner").click()
    expect(page.get_by_role("link", name="United Workers", exact=True)).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Invite United Workers").click()
    axe(page)
    expect(page.get_by_label("Organisation")).to_contain_text("United Workers")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Invited, no answer yet")).to_be_visible()
    axe(page)
    assert GroupMembership.objects.invited().get().organisation.legal_name == "United Workers"
    page.goto("/groups/matrix/?by=countries")
    axe(page)


def test_a_group_is_opened_to_a_guest_and_closed_again(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    group = GroupFactory(code="TECH-WG-01", title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    lead: Any = page_of(personas.primary, viewport=PHONE)
    lead.goto(group.get_workspace_url())
    lead.get_by_role("link", name="Guests: open or end").click()
    lead.get_by_label("Full name").fill("Stella Stranger")
    lead.get_by_label("E-mail address").fill(personas.stranger.email)
    lead.get_by_role("button", name="Send the invitation").click()
    expect(lead.locator("#id_until_error")).to_be_visible()
    axe(lead)
    lead.get_by_label("Until", exact=True).fill((today() + timedelta(days=30)).isoformat())
    lead.get_by_role("button", name="Send the invitation").click()
    expect(lead.get_by_role("heading", name="Invited, not here yet")).to_be_visible()
    axe(lead)
    guest = page_of(personas.stranger)
    guest.goto(reverse("groups:guest_invitation", args=[GuestInvitation.objects.get().token]))
    axe(guest)
    guest.get_by_role("button", name="Accept the invitation").click()
    expect(guest.get_by_role("heading", name="Battery repair")).to_be_visible()
    axe(guest)
    lead.reload()
    lead.locator("details.confirm summary", has_text="End …").click()
    lead.get_by_role("button", name="End the access").click()
    expect(lead.get_by_text("The access is ended.")).to_be_visible()
    guest.reload()
    expect(guest.get_by_role("heading", name="Battery repair")).to_have_count(0)
