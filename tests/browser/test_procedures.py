"""A plan is put to the committee in writing, and one of its members objects from a phone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from committees.models import Decision, Procedure
from committees.services.procedures import first_last_day
from tests.browser.looking import width_to_spare
from tests.factories.groups import GroupFactory, WorkPlanFactory, make_lead
from tests.personas import Personas

PHONE = {"width": 390, "height": 844}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]
WHY = "Two of the courses exist already in EDU-WG-01."


def test_an_objection_stops_a_written_procedure(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    group = GroupFactory(title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    plan = WorkPlanFactory(group=group, state="submitted")

    chair = page_of(personas.chair)
    chair.goto("/committees/TECH/")
    chair.get_by_role("link", name="Battery repair").first.click()
    chair.get_by_role("link", name="Put it to the committee in writing").click()
    chair.get_by_label("Last day").fill("2020-01-01")
    chair.get_by_role("button", name="Open the procedure").click()
    expect(chair.get_by_text("The committee has at least")).to_be_visible()
    axe(chair)
    chair.get_by_label("Last day").fill(first_last_day().isoformat())
    chair.locator("#id_question").fill("Please look at the courses.")
    chair.get_by_role("button", name="Open the procedure").click()
    expect(chair.get_by_text("Silence adopts it at the deadline.").first).to_be_visible()
    axe(chair)

    member = page_of(personas.committee_member, viewport=PHONE, color_scheme="dark")
    member.goto("/me/")
    member.get_by_role("link", name="Battery repair").first.click()
    expect(member.get_by_text("Please look at the courses.").first).to_be_visible()
    assert width_to_spare(member) >= 0
    axe(member)
    member.locator("summary", has_text="Object").press("Enter")
    reason = member.locator("details[open] textarea")
    stop = member.get_by_role("button", name="Object and stop it")
    stop.press("Enter")  # without a reason: it is asked for, and nothing is stopped
    expect(member.locator("details[open] textarea:invalid, details[open] [aria-invalid=true]")).to_be_visible()
    assert Procedure.objects.get().is_running
    reason.fill(WHY)
    axe(member)
    stop.press("Enter")
    expect(member.get_by_text("Your objection has stopped the procedure.")).to_be_visible()
    expect(member.get_by_role("heading", name="Your voice")).to_have_count(0)
    axe(member)

    chair.reload()
    expect(chair.get_by_text(WHY).first).to_be_visible()
    chair.goto("/notifications/")
    expect(chair.get_by_text(WHY).first).to_be_visible()
    chair.goto(plan.get_absolute_url())
    expect(chair.locator("details.confirm summary", has_text="Approve")).to_be_visible()  # it is open to decide again
    chair.goto("/committees/TECH/register/")
    expect(chair.get_by_role("row", name="Stopped by an objection")).to_contain_text(WHY)
    assert Decision.objects.get().outcome == "stopped"
    plan.refresh_from_db()
    assert plan.status == "submitted"
