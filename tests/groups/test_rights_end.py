"""Rights end at once: with a term, a role, a membership. What stood open on a page is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from committees.models import Seat
from groups.models import GroupRole
from members.models import Membership, today
from tests.factories.groups import GroupFactory, WorkPlanFactory, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return WorkPlanFactory(group=group, state="submitted")


def approves(browser, plan):
    answer = browser.post(reverse("groups:plan_approve", args=[plan.pk]), {"note": "Fine."})
    plan.refresh_from_db()
    return answer.status_code, plan.status


def test_a_chair_whose_term_is_over_decides_nothing(personas, client_for, plan):
    browser = client_for(personas.chair)
    assert browser.get(plan.get_absolute_url()).status_code == 200
    Seat.objects.filter(user=personas.chair).update(
        starts=today() - timedelta(days=9), ends=today() - timedelta(days=1)
    )
    assert approves(browser, plan) == (404, "submitted")


def test_a_chair_whose_organisation_is_suspended_decides_nothing(personas, client_for, plan):
    browser = client_for(personas.chair)
    seat = Seat.objects.get(user=personas.chair)
    Membership._base_manager.filter(organisation=seat.organisation).update(status="suspended")
    assert approves(browser, plan) == (404, "submitted")


def test_a_lead_whose_role_is_over_leads_no_more(personas, client_for, plan):
    browser = client_for(personas.primary)
    settings = reverse("groups:settings", args=[plan.group.code])
    assert browser.get(settings).status_code == 200
    GroupRole.objects.filter(user=personas.primary).update(
        starts=today() - timedelta(days=9), ends=today() - timedelta(days=1)
    )
    assert browser.get(settings).status_code == 403  # the organisation takes part still
    Membership._base_manager.filter(organisation=personas.organisation).update(status="suspended")
    assert browser.get(settings).status_code == 404
