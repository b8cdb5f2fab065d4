"""The directory, the merging of two records and the record itself in a browser, in both themes, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.models import Region
from members.models import Merge, Organisation, Represented
from tests.browser.looking import width_to_spare
from tests.factories.groups import GroupFactory, GroupMembershipFactory
from tests.factories.members import MemberFactory, RepresentationFactory, WorkforceFactory
from tests.personas import Personas

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def pair(personas: Personas) -> tuple[Organisation, Organisation]:
    one = MemberFactory(
        legal_name="Riverside Motors GmbH",
        country_code="DE",
        vat="DE136695976",
        nace=["29.10"],
        region=Region.objects.get(code="DE11"),
        other_names={"fr": "Moteurs de la Rive"},
        description="Builds motors at the river.",
    )
    two = MemberFactory(
        legal_name="RIVERSIDE MOTORS",
        short_name="RM",
        country_code="DE",
        pic="900000001",
        nace=["29.32"],
        website="https://www.riverside.example",
        region=Region.objects.get(code="DE12"),
    )
    GroupMembershipFactory(group=GroupFactory(title="Cells and packs"), organisation=two)
    for owner in (one, two):
        WorkforceFactory(organisation=owner, people=1200, source="own count")
    RepresentationFactory(organisation=two)
    Represented.objects.create(umbrella=one, organisation=personas.organisation)
    Represented(umbrella=one, country=one.country).named("Works at the Weir").save()
    return one, two


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_about_members_are_accessible_and_fit(
    page_of: Callable[..., Page],
    axe: Callable[[Page], None],
    personas: Personas,
    pair: tuple[Organisation, Organisation],
    viewport: Any,
    scheme: str,
) -> None:
    one, two = pair
    page = page_of(personas.office, viewport=viewport, color_scheme=scheme)
    named = (
        ("directory", []),
        ("organisation_detail", [one.code]),
        ("organisation_inside", [one.code]),
        ("organisation_edit", [one.code]),
        ("represented_list", [one.code]),
        ("logo_edit", [one.code]),
        ("workforce_edit", [one.code, 2024]),
        ("merge_choose", [one.code]),
        ("merge_compare", [one.code, two.code]),
        ("merge_list", []),
        ("contact_list", []),
    )
    for name, arguments in named:
        page.goto(reverse(f"members:{name}", args=arguments))
        axe(page)
        assert width_to_spare(page) >= 0, name
    page.goto(reverse("members:directory") + "?view=regions")
    axe(page)
    assert width_to_spare(page) >= 0


def test_two_records_are_merged_by_keyboard_and_taken_apart_again(
    page_of: Callable[..., Page],
    axe: Callable[[Page], None],
    personas: Personas,
    pair: tuple[Organisation, Organisation],
) -> None:
    one, two = pair
    page = page_of(personas.office)
    page.goto(reverse("members:organisation_inside", args=[one.code]))
    page.get_by_role("link", name="Merge with another record").press("Enter")
    page.get_by_role("link", name="Compare with RIVERSIDE MOTORS").press("Enter")
    name = page.get_by_role("radio", name="Riverside Motors GmbH")
    expect(name).to_be_checked()
    name.press("ArrowRight")
    expect(page.get_by_role("radio", name="RIVERSIDE MOTORS", exact=True)).to_be_checked()
    expect(page.get_by_role("radio", name="900000001")).to_be_checked()  # an empty field is filled
    page.get_by_role("button", name=f"Merge {two.code} into {one.code}").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("merged into")
    axe(page)
    done = Merge.objects.get()
    page.goto(two.get_absolute_url())
    assert page.url.endswith(one.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("RIVERSIDE MOTORS")
    page.goto(done.get_absolute_url())
    page.locator("summary", has_text="Undo the merge").press("Enter")
    page.locator(".confirm-panel button").press("Enter")
    expect(page.get_by_text("RIVERSIDE MOTORS is there again.")).to_be_visible()
    axe(page)
    one.refresh_from_db()
    assert one.legal_name == "Riverside Motors GmbH"
    assert Organisation.objects.filter(pk=two.pk).exists()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_the_directory_is_filtered_by_group_and_region(
    page_of: Callable[..., Page], pair: tuple[Organisation, Organisation], script: bool
) -> None:
    page = page_of(None, java_script_enabled=script)
    page.goto("/members/")
    page.get_by_label("Group").select_option(label=str(pair[1].group_memberships.get().group))
    if not script:
        page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("1 member found")).to_be_visible()
    expect(page.locator("#results tbody th")).to_have_text("RIVERSIDE MOTORS RM")
    page.get_by_role("link", name="Map by region").click()
    page.wait_for_url("**view=regions**")
    expect(page.get_by_role("heading", name="Members by NUTS 2 region")).to_be_visible()
    assert page.context.cookies() == []
