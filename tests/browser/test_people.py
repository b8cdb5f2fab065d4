"""My organisation, its people and memberships, and what people can do about their data, in the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from members.models import Representation, User
from tests.factories.groups import GroupFactory
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE, "color_scheme": "dark"}], ids=["desk", "dark phone"])
def test_a_primary_contact_keeps_the_organisation(
    page_of: Callable[..., Page], axe: Callable[[Page], None], options: dict
) -> None:
    acme = MemberFactory(legal_name="Acme Mobility a.s.", short_name="Acme")
    beta = MemberFactory(legal_name="Beta Training Ltd", short_name="Beta")
    primary = RepresentationFactory(organisation=acme, role="primary", user__name="Prima Contact").user
    RepresentationFactory(organisation=beta, role="delegate", user=primary)
    RepresentationFactory(organisation=acme, user__name="Dele Gate")
    GroupFactory().memberships.create(organisation=acme, representative=primary, status="active")
    page = page_of(primary, **options)
    page.goto(reverse("pages:my_organisation"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme Mobility a.s.")
    axe(page)

    page.get_by_label("Another organisation").select_option(label="Beta")
    page.locator("aside").get_by_role("button", name="Change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Beta Training Ltd")
    page.get_by_label("Another organisation").select_option(label="Acme")
    page.locator("aside").get_by_role("button", name="Change").click()

    page.get_by_role("link", name="Add a commitment").click()
    axe(page)
    page.get_by_label("What you commit yourselves to").fill("We train 500 mechanics.")
    page.get_by_label("Principle of the Pact").select_option(value="learning")
    page.get_by_label("How many").fill("500")
    page.get_by_role("button", name="Save the commitment").click()
    expect(page.get_by_text("Of what is this the number?")).to_be_visible()
    axe(page)
    page.get_by_label("Target indicator").select_option(index=1)
    page.get_by_role("button", name="Save the commitment").click()
    page.locator("summary", has_text="Tell how it goes").click()
    page.get_by_label("How many so far").fill("125")
    page.get_by_role("button", name="Save the progress").click()
    expect(page.get_by_text("25 %")).to_be_visible()
    axe(page)

    page.goto(reverse("members:representatives", args=[acme.code]))
    axe(page)
    page.get_by_role("link", name="End the role Primary contact of Prima Contact").click()
    expect(page.get_by_text("is the last primary contact")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="End the role").click()
    expect(page.get_by_text("Give this role to somebody else first")).to_be_visible()
    axe(page)
    page.goto(reverse("members:representatives", args=[acme.code]))
    page.get_by_role("link", name="Roles of Dele Gate").click()
    axe(page)
    page.get_by_label("Primary contact", exact=True).check()
    page.get_by_role("button", name="Save the roles").click()
    page.wait_for_load_state()
    assert Representation.objects.current().filter(organisation=acme, role="primary").count() == 2


def test_a_person_is_forgotten_and_a_member_suspended(
    page_of: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    acme = MemberFactory(legal_name="Acme Mobility a.s.")
    person = RepresentationFactory(organisation=acme, user__name="Dele Gate").user
    office = page_of(StaffRoleFactory().user)
    visitor = page_of(None, viewport=PHONE)
    visitor.goto(reverse("pages:home"))
    visitor.get_by_role("link", name="Privacy notice").click()
    axe(visitor)

    page = page_of(person, viewport=PHONE)
    page.goto(reverse("members:my_data"))
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data").click()
    assert download.value.suggested_filename.endswith(".json")
    page.get_by_role("button", name="Show me as a contact").click()
    page.locator("summary", has_text="Ask to be forgotten").click()
    page.get_by_role("button", name="Ask the ASA Office").click()
    axe(page)
    page.get_by_label("I understand").check()
    page.get_by_role("button", name="Ask the ASA Office").click()
    expect(page.get_by_role("button", name="Withdraw the request")).to_be_visible()
    axe(page)

    office.goto(reverse("members:erasure_list"))
    axe(office)
    office.get_by_role("link", name="Dele Gate").click()
    office.locator("summary", has_text="Erase").click()
    axe(office)
    office.get_by_role("button", name="Erase the personal data").click()
    expect(office.get_by_text("The personal data is erased")).to_be_visible()
    axe(office)
    assert User.objects.get(pk=person.pk).anonymised_at

    office.goto(reverse("members:retention_plan"))
    axe(office)
    office.goto(reverse("members:membership_list"))
    axe(office)
    office.get_by_role("link", name="Acme Mobility a.s.").click()
    office.locator("summary", has_text="Suspend").click()
    axe(office)
    office.locator(".confirm[open] textarea").fill("The statutes are not signed.")
    office.get_by_role("button", name="Suspend the membership").click()
    expect(office.locator("summary", has_text="Lift the suspension")).to_be_visible()
    axe(office)
