"""A reporter's whole way by keyboard alone: from the e-mail with the invitation to the submitted report."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from kpis.models import Report
from members.models import Representation
from members.services.invitations import invite_person
from tests.browser.test_identity import link_in_mail
from tests.factories.kpis import ReportFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press the key until the wanted thing has the focus. Its focus is seen: nothing is operated out of sight."""
    for _press in range(150):
        if wanted.count() and wanted.first.evaluate("one => one === document.activeElement"):
            assert wanted.first.is_visible()
            return
        page.keyboard.press(key)
    raise AssertionError(f"{page.url}: the keyboard does not reach {wanted}")


def type_into(page: Page, field: Locator, text: str) -> None:
    reach(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def press(page: Page, control: Locator) -> None:
    reach(page, control)
    page.keyboard.press("Enter")


def test_from_the_invitation_to_the_submitted_report_by_keyboard(transactional_db, page_of, axe):
    people = make_personas()
    report = ReportFactory(organisation=people.organisation, status="not_started", expected=True)
    invite_person(
        organisation_id=people.organisation.pk,
        email="new.reporter@example.test",
        role=Representation.Role.PRIMARY,
        actor=people.office,
        name="Nova Reporter",
    )
    page = page_of(None)
    page.goto(link_in_mail("/accounts/invitation/"))
    press(page, page.get_by_role("button", name="Create my account"))
    page.wait_for_url("**/signup/**")
    type_into(page, page.get_by_label("Password", exact=True), "correct horse battery")
    type_into(page, page.get_by_label("Password (again)"), "correct horse battery")
    reach(page, page.get_by_label("I have read the privacy notice"))
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Create account"))
    page.wait_for_url("**/me/")
    axe(page)

    press(page, page.locator(f"main a[href='/kpis/reports/{report.pk}/']"))
    press(page, page.get_by_role("link", name="Fill in the figures"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("K1")
    axe(page)
    type_into(page, page.locator("#r0-total"), "1 200")
    reach(page, page.locator("#r0-state"))
    reach(page, page.locator("#r0-note"))
    page.keyboard.type("Counted once each")
    press(page, page.locator("details.breakdown summary", has_text="Gender").first)
    type_into(page, page.locator("[id='r0-gender.f']"), "400")
    type_into(page, page.locator("[id='r0-gender.m']"), "800")
    expect(page.locator("details.breakdown[open] [data-left]")).to_have_text("complete")
    expect(page.locator(".figures-save [role=status]")).to_contain_text("Draft saved at")
    axe(page)
    press(page, page.get_by_role("button", name="Save and go to K2"))
    page.wait_for_url("**step=K2")

    # Nothing to report is said, too: no number, chosen with the arrows.
    reach(page, page.locator("#r0-state"))
    page.keyboard.press("ArrowDown")
    press(page, page.get_by_role("button", name="Save the draft"))
    expect(page.get_by_text("Saved. Nothing is submitted yet.")).to_be_visible()
    press(page, page.get_by_role("link", name="To the report"))
    press(page, page.get_by_role("link", name="Submit", exact=True))
    expect(page.get_by_role("row", name="K1: Workers upskilled Achieved 0 1,200 +1,200")).to_be_visible()
    axe(page)
    press(page, page.get_by_role("button", name="Confirm and submit"))
    expect(page.get_by_text("The ASA Office looks at it next")).to_be_visible()
    axe(page)
    report = Report.objects.get(pk=report.pk)
    assert (report.status, report.submitted_by.email) == ("submitted", "new.reporter@example.test")
    assert report.figures.get(indicator_version__indicator__code="K1", series="achieved").value == 1200
    assert report.figures.get(indicator_version__indicator__code="K2").state == "na"
