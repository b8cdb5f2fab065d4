"""How organisations come into a group and out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Notification
from core.permissions import Denied
from core.workflow import NotPossible
from groups import services
from groups.models import Group, GroupMembership
from members.models import Membership
from tests.factories.groups import GroupFactory, GroupMembershipFactory, JoinRequestFactory, make_lead
from tests.factories.members import RepresentationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return group


def ask(group, personas, **more):
    return services.ask_to_join(
        group_id=group.pk,
        organisation_id=personas.other_organisation.pk,
        actor=personas.outsider,
        representative=personas.outsider,
        **more,
    )


def test_an_open_group_admits_at_once_and_tells_the_lead(group, personas):
    Group.objects.filter(pk=group.pk).update(admission="open")
    joined = ask(group, personas)
    assert joined.status == "active"
    assert [row.recipient for row in Notification.objects.all()] == [personas.primary]


def test_asking_twice_is_asking_once(group, personas, client_for):
    browser = client_for(personas.outsider)
    for _ in range(2):
        browser.post(reverse("groups:join", args=[group.code]), {"representative": personas.outsider.pk})
    assert group.memberships.requested().count() == 1
    assert "has asked already" in browser.get(group.get_absolute_url()).content.decode()
    with pytest.raises(NotPossible, match="has asked already"):
        ask(group, personas)


def test_a_refusal_carries_its_reason_to_the_one_who_asked_and_they_may_ask_again(group, personas, client_for):
    request = ask(group, personas)
    lead = client_for(personas.primary)
    url = reverse("groups:joining_refuse", args=[request.pk])
    assert lead.post(url, {"note": ""}).status_code == 422
    lead.post(url, {"note": "The group is full this year."})
    told = Notification.objects.get(event__verb="joining.refuse")
    assert (told.recipient, told.event.note) == (personas.outsider, "The group is full this year.")
    page = client_for(personas.outsider).get(request.get_absolute_url())
    assert "The group is full this year." in page.content.decode()
    assert ask(group, personas).pk != request.pk


def test_the_second_lead_to_decide_is_told_what_the_first_did(group, personas, client_for):
    request = ask(group, personas)
    make_lead(group, user=personas.reporter, organisation=personas.organisation, role="co_lead")
    client_for(personas.primary).post(reverse("groups:joining_admit", args=[request.pk]), {})
    page = client_for(personas.reporter).post(
        reverse("groups:joining_refuse", args=[request.pk]), {"note": "No."}, follow=True
    )
    assert "Primary admitted to the group in the meantime" in page.content.decode()
    request.refresh_from_db()
    assert request.status == "active"


def test_rights_of_a_lead_end_with_the_role_the_representation_and_the_membership(group, personas):
    request = ask(group, personas)
    yesterday = timezone.localdate() - timedelta(days=1)
    role = group.roles.get()
    speaks = personas.primary.representations.get()
    membership = personas.organisation.memberships.get()
    for row in (role, speaks, membership):
        row.ends = yesterday
        row.save(update_fields=["ends"])
        fresh = type(personas.primary).objects.get(pk=personas.primary.pk)
        with pytest.raises(Denied, match="The lead and co-lead"):
            services.admit(membership_id=request.pk, actor=fresh)
        row.ends = None
        row.save(update_fields=["ends"])


def test_where_no_lead_is_left_the_chair_decides(group, personas):
    request = ask(group, personas)
    with pytest.raises(Denied):
        services.admit(membership_id=request.pk, actor=personas.chair)
    role = group.roles.get()
    role.ends = timezone.localdate() - timedelta(days=1)
    role.save()
    assert services.admit(membership_id=request.pk, actor=personas.chair).status == "active"


def test_nobody_admits_whom_they_asked_for(group, personas):
    RepresentationFactory(user=personas.primary, organisation=personas.other_organisation)
    request = services.ask_to_join(
        group_id=group.pk,
        organisation_id=personas.other_organisation.pk,
        actor=type(personas.primary).objects.get(pk=personas.primary.pk),
        representative=personas.outsider,
    )
    with pytest.raises(Denied, match="You wrote this request yourself"):
        services.admit(membership_id=request.pk, actor=personas.primary)
    assert services.admit(membership_id=request.pk, actor=personas.chair).status == "active"


def test_only_people_of_the_organisation_represent_it(group, personas, client_for):
    page = client_for(personas.outsider).post(
        reverse("groups:join", args=[group.code]), {"representative": personas.chair.pk}
    )
    assert page.status_code == 422
    assert not group.memberships.requested().exists()
    with pytest.raises(NotPossible):
        services.ask_to_join(
            group_id=group.pk,
            organisation_id=personas.other_organisation.pk,
            actor=personas.outsider,
            representative=personas.chair,
        )


def test_a_member_names_its_people_and_leaves(group, personas, client_for):
    row = GroupMembershipFactory(
        group=group, organisation=personas.other_organisation, representative=personas.outsider
    )
    colleague = RepresentationFactory(organisation=personas.other_organisation).user
    browser = client_for(personas.outsider)
    browser.post(
        reverse("groups:joining_people", args=[row.pk]),
        {"representative": colleague.pk, "alternates": [personas.outsider.pk]},
    )
    row.refresh_from_db()
    assert (row.representative, list(row.alternates.all())) == (colleague, [personas.outsider])
    browser.post(reverse("groups:joining_leave", args=[row.pk]), {"note": "No time."})
    row.refresh_from_db()
    assert row.status == "left"
    assert browser.get(group.get_workspace_url()).status_code == 404


def test_the_organisation_of_the_lead_cannot_leave_or_be_removed(group, personas):
    row = group.memberships.get(organisation=personas.organisation)
    for act in (services.leave, services.remove):
        with pytest.raises(Denied, match="hand over the lead first"):
            act(membership_id=row.pk, actor=personas.primary, note="Away.")


def test_a_request_can_be_withdrawn(group, personas, client_for):
    request = ask(group, personas)
    client_for(personas.outsider).post(reverse("groups:joining_withdraw", args=[request.pk]), {})
    request.refresh_from_db()
    assert request.status == "left"
    assert not GroupMembership.objects.live().filter(organisation=personas.other_organisation).exists()


def test_requests_and_people_are_nothing_for_strangers(group, personas, client_for):
    request = JoinRequestFactory(group=group)
    page = client_for(personas.visitor).get(group.get_absolute_url()).content.decode()
    assert request.organisation.legal_name not in page
    assert "Primary" not in page
    active = group.memberships.active().get()
    answer = client_for(personas.outsider).get(active.get_absolute_url())
    assert answer.status_code == 302


def test_a_member_that_is_suspended_meanwhile_is_not_admitted(group, personas, client_for):
    request = ask(group, personas)
    Membership._base_manager.filter(organisation=personas.other_organisation).update(
        status="suspended", suspended_on=timezone.localdate()
    )
    lead = client_for(personas.primary)
    with pytest.raises(Denied):
        services.admit(membership_id=request.pk, actor=personas.primary)
    page = lead.get(request.get_absolute_url()).content.decode()
    assert reverse("groups:joining_admit", args=[request.pk]) not in page
    assert reverse("groups:joining_refuse", args=[request.pk]) in page
    assert "Only members of the alliance take part in groups." in page
