"""From the first form of a stranger to an account, and back after a session that ended while writing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from core import outbox
from members.models import Application, Invitation, Representation
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory
from tests.factories.notifications import NotificationFactory

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


def link_in_mail(part: str) -> str:
    """The link in the letter that was sent last and holds such a one."""
    outbox.deliver_letters()
    found = [match for message in mail.outbox for match in re.findall(rf"https?://\S+{part}\S+", message.body)]
    return found[-1]


def test_an_organisation_applies_is_accepted_and_its_contact_signs_up(
    page_of: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    office = page_of(StaffRoleFactory().user)
    visitor = page_of(None, viewport=PHONE)

    visitor.goto(reverse("members:apply"))
    axe(visitor)
    visitor.get_by_label("Name of the organisation").fill("Zkušební Škola s.r.o.")
    visitor.get_by_label("Kind of organisation").select_option(label="Vocational training")
    visitor.get_by_label("Country").select_option(value="CZ")
    visitor.get_by_label("Your name").fill("Appli Cant")
    visitor.get_by_label("Your e-mail address").fill("not an address")
    visitor.get_by_label("Why you want to join").fill("We train mechanics.")
    visitor.get_by_label("I have read the privacy notice").check()
    visitor.wait_for_timeout(3000)  # the form takes nothing that was filled in faster than a person can
    visitor.get_by_role("button", name="Send the application").click()
    axe(visitor)
    visitor.get_by_label("Your e-mail address").fill("contact@skola.example")
    visitor.get_by_role("button", name="Send the application").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")
    axe(visitor)

    visitor.goto(link_in_mail("/apply/"))
    axe(visitor)
    visitor.get_by_role("button", name="Confirm the application").click()
    expect(visitor.get_by_text("The ASA Office has your application")).to_be_visible()

    office.goto(reverse("members:application_list"))
    axe(office)
    office.get_by_role("link", name="Zkušební Škola").click()
    axe(office)
    office.locator("summary", has_text="Accept").click()
    axe(office)
    office.get_by_role("button", name="Accept the application").click()
    expect(office.get_by_text("The applicant is told by e-mail")).to_be_visible()

    visitor.goto(link_in_mail("/accounts/invitation/"))
    axe(visitor)
    visitor.get_by_role("button", name="Create my account").click()
    axe(visitor)
    for label in ("Password", "Password (again)"):
        visitor.get_by_label(label, exact=True).fill("correct horse battery")
    visitor.get_by_label("I have read the privacy notice").check()
    visitor.get_by_role("button", name="Create account").click()
    visitor.wait_for_url("**/me/")
    assert Application.objects.get().status == "accepted"
    assert Representation.objects.get().role == "primary"


def test_what_was_written_when_the_session_ended_is_sent_again_after_signing_in(
    page_of: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    acme = MemberFactory(legal_name="Acme Mobility a.s.")
    person = RepresentationFactory(organisation=acme, role=Representation.Role.PRIMARY).user
    page = page_of(person)
    page.goto(reverse("members:invite_for", args=[acme.code]))
    page.get_by_label("E-mail address").fill("new@example.test")
    page.get_by_label("Full name").fill("Ina Vited")
    page.get_by_label("Role").select_option(value="delegate")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were no longer signed in")
    expect(page.get_by_label("Name")).to_have_value("Ina Vited")
    axe(page)
    assert not Invitation.objects.exists()

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in (new tab)").click()
    tab = opened.value
    tab.get_by_label("Email").fill(person.email)
    tab.get_by_label("Password").fill("correct horse battery")
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url("**/invite/")

    page.get_by_role("button", name="Send again").click()
    axe(page)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("The invitation is on its way to new@example.test")).to_be_visible()
    assert Invitation.objects.get().name == "Ina Vited"
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_notifications_are_read_and_chosen(
    page_of: Callable[..., Page], axe: Callable[[Page], None], scheme: str
) -> None:
    person = RepresentationFactory().user
    for _n in range(3):
        NotificationFactory(recipient=person, event__note="Because.")
    page = page_of(person, color_scheme=scheme, viewport=PHONE)
    page.goto(reverse("core:notification_list"))
    expect(page.get_by_text("New", exact=True)).to_have_count(3)
    axe(page)
    page.get_by_role("button", name="Mark as read").first.click()
    expect(page.get_by_text("New", exact=True)).to_have_count(2)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("New", exact=True)).to_have_count(0)
    page.get_by_role("link", name="E-mail settings").click()
    axe(page)
    page.get_by_label("Invitations", exact=True).select_option("never")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Invitations", exact=True)).to_have_value("never")
