"""Guests: one group or one plan, open to a named person until a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core import events, privacy
from core.models import Event, Notification
from core.permissions import Denied
from core.workflow import Incomplete
from groups.models import GroupGrant, WorkPlanGrant
from groups.services import guests
from members.models import User, today
from members.services import erasure
from tests.factories.groups import GroupFactory, MeetingFactory, WorkPlanFactory, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return group


def admit(group, personas, days=30, **more):
    until = today() + timedelta(days=days)
    given = {"actor": personas.primary, "email": personas.stranger.email} | more
    return guests.admit_guest(group_id=group.pk, until=until, **given)


def test_a_lead_opens_the_group_on_the_page_and_the_guest_sees_this_group_alone(group, personas, client_for):
    plan, other = WorkPlanFactory(group=group), GroupFactory()
    meeting = MeetingFactory(group=group)
    lead, guest = client_for(personas.primary), client_for(personas.stranger)
    url = reverse("groups:guests", args=[group.code])
    until = (today() + timedelta(days=30)).isoformat()
    wrong = lead.post(url, {"email": "nobody@example.test", "until": until})
    assert wrong.status_code == 422
    assert "No account of the portal" in str(wrong.context["form"].errors["email"])
    lead.post(url, {"email": personas.stranger.email.upper(), "until": until, "note": "Evaluates us."})
    for page in (group.get_workspace_url(), plan.get_absolute_url(), meeting.get_absolute_url()):
        assert guest.get(page).status_code == 200, page
    for page in (other.get_workspace_url(), url, reverse("groups:settings", args=[group.code])):
        assert guest.get(page).status_code in (403, 404), page
    assert guest.get(WorkPlanFactory(group=other, state="approved").get_absolute_url()).status_code == 404
    shown = client_for(personas.delegate).get(group.get_workspace_url()).content.decode()
    assert str(personas.stranger) in shown
    assert "opened by Primary" in shown
    assert Notification.objects.filter(recipient=personas.stranger, event__verb="guest.admit").exists()
    assert "Evaluates us." in events.of(group).get(verb="guest.admit").note


def test_it_ends_by_itself_after_its_last_day(group, personas, client_for):
    plan = WorkPlanFactory(group=group)
    admit(group, personas, days=10)
    admit(group, personas, days=10, plan_id=plan.pk, email=personas.outsider.email)
    for days, answer in ((10, 200), (11, 404)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert client_for(personas.stranger).get(group.get_workspace_url()).status_code == answer
            assert client_for(personas.outsider).get(plan.get_absolute_url()).status_code == answer
            assert User.objects.get(pk=personas.outsider.pk).has_perm("groups.view_workplan", plan) is (answer == 200)
            page = client_for(personas.primary).get(group.get_workspace_url()).content.decode()
            assert ("Guests: open or end" in page, str(personas.stranger) in page.split('id="history"')[0]) == (
                True,
                answer == 200,
            )


def test_it_is_ended_at_once_and_recorded(group, personas, client_for):
    row = admit(group, personas)
    end = reverse("groups:guest_revoke", args=[group.code, "group", row.pk])
    lead = client_for(personas.primary)
    for _ in range(2):  # clicked twice
        lead.post(end, {"note": "Thank you."})
    assert client_for(personas.stranger).get(group.get_workspace_url()).status_code == 404
    assert Event.objects.filter(verb="guest.revoke", note="Thank you.").count() == 1


def test_a_guest_of_one_plan_sees_that_plan_alone(group, personas, client_for):
    plan, other = WorkPlanFactory(group=group), WorkPlanFactory(group=group, year=today().year + 1)
    admit(group, personas, plan_id=plan.pk)
    guest = client_for(personas.stranger)
    assert guest.get(plan.get_absolute_url()).status_code == 200
    assert guest.get(other.get_absolute_url()).status_code == 404
    assert guest.get(group.get_workspace_url()).status_code == 404
    assert str(plan) in guest.get(group.get_absolute_url()).content.decode() or guest.get(
        group.get_absolute_url()
    ).context["plans"] == [plan]


def test_what_does_not_fit_is_refused_at_its_field(group, personas):
    for more, name in (
        ({"days": -1}, "until"),
        ({"days": 400}, "until"),
        ({"plan_id": WorkPlanFactory().pk}, "plan_id"),
        ({"email": personas.delegate.email}, "email"),  # inside already
    ):
        with pytest.raises(Incomplete) as refused:
            admit(group, personas, **more)
        assert list(refused.value.problems) == [name]
    assert not GroupGrant.objects.exists()


def test_giving_it_again_sets_the_day_anew(group, personas):
    first, second = admit(group, personas, days=5), admit(group, personas, days=50)
    assert first.pk == second.pk
    assert GroupGrant.objects.get().until == today() + timedelta(days=50)


def test_a_guest_decides_nothing(group, personas):
    admit(group, personas)
    guest = User.objects.get(pk=personas.stranger.pk)
    for right in ("groups.admit_guest", "groups.revoke_guest", "groups.lead_group", "groups.invite_organisation"):
        assert not guest.has_perm(right, group)
    assert not guest.has_perm("groups.call_meeting", MeetingFactory(group=group))
    with pytest.raises(Denied):
        admit(group, personas, actor=guest, email=personas.outsider.email)


def test_a_guest_who_goes_is_no_guest_any_more_and_finds_it_in_their_data(group, personas):
    plan = WorkPlanFactory(group=group)
    admit(group, personas, plan_id=plan.pk)
    admit(group, personas)
    assert "guest_access" in str(privacy.data_of(personas.stranger))
    erasure.forget_person(user_id=personas.stranger.pk, actor=personas.office)
    assert not GroupGrant.objects.exists()
    assert not WorkPlanGrant.objects.exists()
