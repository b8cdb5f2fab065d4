"""The back room in Chromium, under a policy like everywhere: the stock admin's scripts and styles are files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories.groups import GroupFactory, make_lead
from tests.personas import Personas


@pytest.mark.django_db(transaction=True)
def test_the_back_room_works_under_the_policy(page_of: Callable[..., Page], personas: Personas) -> None:
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    page = page_of(personas.administrator)
    for name in (
        "index",
        "core_event_changelist",
        "members_user_changelist",
        "members_organisation_changelist",
        "members_staffrole_add",
        "groups_group_changelist",
    ):
        answer = page.goto(reverse(f"admin:{name}"))
        assert answer is not None
        assert answer.status == 200
        assert "default-src 'self'" in (answer.header_value("content-security-policy") or "")
    page.goto(reverse("admin:groups_group_change", args=[group.pk]))
    page.goto(reverse("admin:members_organisation_history", args=[personas.organisation.pk]))
    page.goto(reverse("admin:members_organisation_change", args=[personas.organisation.pk]))
    page.goto(reverse("admin:committees_committee_change", args=[personas.chair.seats.get().committee_id]))
    expect(page.locator(".add-row a:visible")).to_have_count(0)  # seats are given on the portal's own page
    page.goto(reverse("admin:members_user_change", args=[personas.stranger.pk]))
    page.locator(".add-row a").first.click()  # a row is made by script
    page.locator(".dynamic-dated_staff_roles:not(.has_original) .datetimeshortcuts a").first.click()
    page.goto(reverse("admin:members_staffrole_add"))
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("Stran")
    expect(page.locator(".select2-results__option", has_text="Stranger")).to_be_visible()
