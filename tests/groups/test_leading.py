"""The lead is handed over without a gap; the lead says whether the group is open."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import events
from core.models import Notification
from core.permissions import Denied
from core.workflow import NotPossible
from groups import services
from groups.models import GroupRole
from groups.services import leading
from members.models import User
from tests.factories.groups import GroupFactory, GroupMembershipFactory, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(personas):
    found = GroupFactory()
    make_lead(found, user=personas.primary, organisation=personas.organisation)
    GroupMembershipFactory(group=found, organisation=personas.other_organisation, representative=personas.outsider)
    return found


def current(group):
    return [(role.user.name, role.role) for role in GroupRole.objects.current().filter(group=group).order_by("pk")]


def test_the_lead_hands_over_on_the_page_and_leads_no_more_at_once(personas, client_for, group):
    browser = client_for(personas.primary)
    assert "Settings" in browser.get(group.get_workspace_url()).content.decode()
    person = f"{personas.outsider.pk}:{personas.other_organisation.pk}"
    answer = browser.post(
        reverse("groups:appoint", args=[group.code]), {"person": person, "role": "lead", "note": "New job."}
    )
    assert answer.status_code == 302
    assert current(group) == [("Outsider", "lead")]
    with pytest.raises(Denied):
        services.start_plan(group_id=group.pk, year=group.starts.year, actor=personas.primary)
    heir = User.objects.get(pk=personas.outsider.pk)
    assert services.start_plan(group_id=group.pk, year=group.starts.year, actor=heir).status == "draft"
    assert Notification.objects.filter(recipient=heir, event__verb="grouprole.give").exists()
    assert {event.verb for event in events.of(group)} >= {"grouprole.end", "grouprole.give"}


def test_a_co_lead_is_named_and_ended_and_the_lead_is_not(personas, group):
    GroupRole.objects.filter(group=group).update(starts=group.starts)
    role = leading.appoint(
        group_id=group.pk,
        actor=personas.primary,
        user=personas.outsider,
        organisation=personas.other_organisation,
        role="co_lead",
    )
    assert current(group) == [("Primary", "lead"), ("Outsider", "co_lead")]
    with pytest.raises(NotPossible, match="is Co-lead already"):
        leading.appoint(
            group_id=group.pk,
            actor=personas.primary,
            user=personas.outsider,
            organisation=personas.other_organisation,
            role="co_lead",
        )
    GroupRole.objects.filter(pk=role.pk).update(starts=group.starts)
    leading.end_co_lead(role_id=role.pk, actor=personas.office)
    assert current(group) == [("Primary", "lead")]
    with pytest.raises(NotPossible, match="hand it over"):
        leading.end_co_lead(role_id=group.roles.get(role="lead").pk, actor=personas.primary)


def test_somebody_whom_no_organisation_named_cannot_lead(personas, group):
    for user, body in (
        (personas.delegate, personas.organisation),
        (personas.outsider, personas.organisation),
        (personas.chair, personas.chair.representations.get().organisation),
    ):
        with pytest.raises(NotPossible, match="has named can lead it"):
            leading.appoint(group_id=group.pk, actor=personas.primary, user=user, organisation=body, role="lead")
    assert current(group) == [("Primary", "lead")]


def test_an_open_group_admits_at_once(personas, client_for, group):
    group.memberships.filter(organisation=personas.other_organisation).delete()
    client_for(personas.primary).post(reverse("groups:admission", args=[group.code]), {"admission": "open"})
    joined = services.ask_to_join(
        group_id=group.pk,
        organisation_id=personas.other_organisation.pk,
        actor=personas.outsider,
        representative=personas.outsider,
    )
    assert joined.status == "active"
    assert events.of(group).get(verb="group.admit").data == {"admission": ["approval", "open"]}


def test_whoever_took_over_today_hands_on_today_and_one_person_leads_at_any_time(personas, group):
    hands = [
        (personas.primary, personas.outsider, personas.other_organisation),
        (personas.outsider, personas.primary, personas.organisation),
        (personas.primary, personas.outsider, personas.other_organisation),
    ]
    for giver, taker, body in hands:
        leading.appoint(
            group_id=group.pk,
            actor=User.objects.get(pk=giver.pk),
            user=taker,
            organisation=body,
            role="lead",
            note="Oh no.",
        )
        assert current(group) == [(taker.name, "lead")]
        with pytest.raises(Denied):
            services.start_plan(group_id=group.pk, year=group.starts.year, actor=User.objects.get(pk=giver.pk))
    assert events.of(group).filter(verb="grouprole.give").count() == 3
