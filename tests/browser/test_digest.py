"""E-mails in the browser: the settings by keyboard and on a phone, the digest as mail programs show it, and its end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core import digests, kinds, unsubscribing
from core.models import Digest
from groups.models import MeetingAction
from tests.browser.test_groups import DESK, PHONE, Check, OpenPage, width_to_spare
from tests.factories.groups import GroupFactory, JoinRequestFactory, MeetingFactory, make_lead
from tests.personas import Personas


def digest_of(personas: Personas) -> str:
    """The digest of a lead for whom something is overdue, something is due soon and something waits."""
    group = GroupFactory(title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    meeting, day = MeetingFactory(group=group, days=-1), timezone.localdate()
    for title, due in (("Ask the schools", day - timedelta(days=3)), ("Find a venue", day + timedelta(days=2))):
        MeetingAction.objects.create(meeting=meeting, title=title, owner=personas.primary, due=due)
    JoinRequestFactory(group=group)
    row = Digest.objects.create(recipient=personas.primary, day=day, lists_waiting=True)
    letter = digests.message(row)
    assert letter is not None
    return str(letter.alternatives[0][0])


@pytest.mark.parametrize("viewport", [{"width": 600, "height": 800}, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_digest_is_readable_wherever_mail_is_read(
    page_of: OpenPage, axe: Check, personas: Personas, tmp_path: Path, viewport: dict[str, int], scheme: str
) -> None:
    page = page_of(None, viewport=viewport, color_scheme=scheme)
    page.set_content(digest_of(personas))
    for title in ("Overdue", "Due within a week", "Waits for you"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert width_to_spare(page) >= 0
    assert page.screenshot(path=tmp_path / "digest.png", full_page=True)
    page.evaluate("document.querySelector('.sheet').setAttribute('role', 'main')")  # mail programs bring the landmarks
    axe(page)


def test_somebody_chooses_by_keyboard_how_soon_e_mails_come(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    page = page_of(personas.chair, viewport=DESK)
    page.goto("/me/")
    page.get_by_role("link", name="E-mail settings").click()
    axe(page)
    page.get_by_label("Work plans").focus()
    page.keyboard.type("Once a week")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("main")).to_contain_text("Your choice is saved.")
    expect(page.get_by_label("Work plans")).to_have_value("weekly")
    assert kinds.paces_of(personas.chair.pk)["workplan"] == "weekly"
    phone = page_of(personas.chair, viewport=PHONE, color_scheme="dark")
    phone.goto("/notifications/settings/")
    assert width_to_spare(phone) >= 0
    axe(phone)


def test_who_has_had_enough_stops_a_kind_without_signing_in(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    page = page_of(None, viewport=PHONE)
    page.goto(urlsplit(unsubscribing.address(personas.chair.pk, "workplan")).path)
    axe(page)
    page.get_by_role("button", name="Stop these e-mails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get no more of these e-mails")
    axe(page)
    assert kinds.paces_of(personas.chair.pk)["workplan"] == "never"


def test_my_page_and_its_number(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    digest_of(personas)
    page = page_of(personas.primary, viewport=PHONE, color_scheme="dark")
    page.goto("/groups/")
    mine = page.get_by_role("link", name="My page").first
    expect(mine).to_have_accessible_name("My page : 4 things wait for you")
    mine.click()
    expect(page.get_by_role("heading", name="Overdue")).to_be_visible()
    assert width_to_spare(page) >= 0
    axe(page)
