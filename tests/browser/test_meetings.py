"""Meetings in the browser: called, answered on a phone, written up, decided, and what follows from it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from committees.models import Committee, Decision
from core import events
from groups.models import Meeting
from tests.browser.looking import width_to_spare
from tests.factories.groups import MeetingFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.fixture
def people(transactional_db):
    return make_personas()


def test_a_meeting_is_called_answered_and_cancelled(people, page_of, axe):
    chair = page_of(people.chair)
    chair.goto("/meetings/of/TECH/")
    axe(chair)
    chair.get_by_role("link", name="Call a meeting").first.click()
    chair.get_by_label("Title").fill("Winter meeting")
    chair.get_by_label("Day", exact=True).fill(f"{timezone.localdate() + timedelta(days=20):%Y-%m-%d}")
    chair.get_by_label("Begins").fill("10:00")
    chair.get_by_label("Ends").fill("09:00")
    chair.get_by_label("Place").fill("Brussels")
    chair.locator("form:has(#id_agenda) button.primary").click()
    expect(chair.get_by_text("It ends before it begins.")).to_be_visible()
    axe(chair)
    chair.get_by_label("Ends").fill("12:00")
    chair.locator("form:has(#id_agenda) button.primary").click()
    expect(chair.get_by_text("The meeting is called, and everybody concerned is told.")).to_be_visible()

    member = page_of(people.committee_member, **PHONE)
    member.goto("/me/")
    member.get_by_role("link", name="Winter meeting").first.click()
    member.get_by_role("button", name="Maybe").click()
    expect(member.get_by_text("Your answer: Maybe")).to_be_visible()
    assert width_to_spare(member) >= 0
    axe(member)

    chair.reload()
    chair.locator("summary", has_text="Cancel the meeting").click()
    chair.get_by_label("Reason").fill("Too few can come.")
    chair.get_by_role("button", name="Cancel it").click()
    expect(chair.get_by_text("The meeting is cancelled, and everybody is told.")).to_be_visible()
    assert Meeting.objects.get().status == "cancelled"


def test_a_meeting_with_minutes(people, page_of, axe):
    committee = Committee.objects.get(code="TECH")
    found = MeetingFactory(group=None, committee=committee, days=-2)
    chair = page_of(people.chair)
    chair.goto(found.get_absolute_url())
    chair.get_by_role("link", name="Write the minutes").click()
    axe(chair)
    chair.get_by_role("button", name="Record them").click()  # nothing is written yet
    expect(chair.get_by_label("Minutes")).to_have_attribute("aria-invalid", "true")
    chair.get_by_label("Minutes").fill("We went through the plans of the groups.")
    chair.get_by_label("Committee Member").check()
    chair.get_by_role("button", name="Record them").click()
    expect(chair.get_by_text("We went through the plans of the groups.")).to_be_visible()
    expect(chair.locator("section[aria-labelledby=attendance]")).to_contain_text("Committee Member")

    chair.get_by_label("What was decided").fill("Modules stay as they are")
    chair.locator("section[aria-labelledby=decisions]").get_by_label("Reason").fill("Two pilots still run.")
    chair.get_by_role("button", name="Enter it into the register").click()
    expect(chair.get_by_text("It stands in the register of decisions as TECH-")).to_be_visible()
    chair.get_by_role("textbox", name="What is to do").fill("Ask the pilots")
    chair.get_by_label("Who does it").select_option(label="Committee Member")
    chair.get_by_label("By", exact=True).fill(f"{timezone.localdate() + timedelta(days=9):%Y-%m-%d}")
    chair.get_by_role("button", name="Note it").click()
    expect(chair.locator("section[aria-labelledby=actions]")).to_contain_text("Ask the pilots")
    axe(chair)

    chair.get_by_role("link", name=str(Decision.objects.get())).click()  # to the register, and back
    expect(chair.get_by_role("row", name="Modules stay as they are")).to_contain_text("Two pilots still run.")
    axe(chair)
    chair.get_by_role("link", name="Modules stay as they are").click()
    expect(chair.get_by_role("heading", level=1)).to_have_text(found.title)

    member = page_of(people.committee_member, **PHONE)
    member.goto("/me/")
    member.get_by_role("link", name="Ask the pilots").first.click()
    assert width_to_spare(member) >= 0
    axe(member)
    member.get_by_role("button", name=re.compile("^Done.*Ask the pilots")).click()
    expect(member.get_by_text("It is marked as done.")).to_be_visible()
    assert events.of(found.actions.get()).filter(verb="meetingaction.finish").exists()
