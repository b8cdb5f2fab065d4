"""A group invites an organisation, and the organisation answers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import events
from core.models import Notification
from core.permissions import Denied
from core.workflow import NotPossible
from groups import services
from groups.models import GroupMembership
from groups.services import inviting
from groups.waiting import waiting_for
from members.models import Membership
from tests.factories.groups import GroupFactory, JoinRequestFactory, make_lead
from tests.factories.members import OrganisationFactory, RepresentationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return group


def invite(group, personas, **more):
    return inviting.invite(group_id=group.pk, organisation=personas.other_organisation, actor=personas.primary, **more)


def test_a_lead_invites_and_the_organisation_accepts_and_names_its_people(group, personas, client_for):
    lead, guest = client_for(personas.primary), client_for(personas.outsider)
    url = reverse("groups:invite", args=[group.code])
    assert lead.post(url, {}).status_code == 422
    lead.post(url, {"organisation": personas.other_organisation.pk, "message": "You train welders."})
    row = group.memberships.invited().get()
    assert [one.recipient for one in Notification.objects.all()] == [personas.outsider]
    assert row.get_absolute_url() in [str(item.url) for item in waiting_for(personas.outsider)]
    assert "Answer the invitation" in guest.get(group.get_absolute_url()).content.decode()
    assert "You train welders." in guest.get(row.get_absolute_url()).content.decode()
    assert guest.get(group.get_workspace_url()).status_code == 404  # invited is not inside
    guest.post(reverse("groups:joining_accept", args=[row.pk]), {"representative": personas.outsider.pk})
    row.refresh_from_db()
    assert (row.status, row.representative) == ("active", personas.outsider)
    assert guest.get(group.get_workspace_url()).status_code == 200
    assert Notification.objects.filter(recipient=personas.primary, event__verb="joining.accept").exists()


def test_an_invitation_is_declined_with_a_reason_and_may_be_sent_again(group, personas, client_for):
    row = invite(group, personas)
    browser = client_for(personas.outsider)
    url = reverse("groups:joining_decline", args=[row.pk])
    assert browser.post(url, {"note": ""}).status_code == 422
    browser.post(url, {"note": "No time this year."})
    row.refresh_from_db()
    assert row.status == "declined"
    assert events.of(row).first().note == "No time this year."
    assert invite(group, personas).status == "invited"


def test_an_invitation_to_one_that_has_asked_admits_it_at_once(group, personas):
    asked = JoinRequestFactory(group=group, organisation=personas.other_organisation, representative=personas.outsider)
    assert invite(group, personas).pk == asked.pk
    asked.refresh_from_db()
    assert asked.status == "active"
    assert events.of(asked).first().verb == "joining.admit"


def test_asking_where_one_is_invited_leads_to_the_answer(group, personas, client_for):
    row = invite(group, personas)
    answer = client_for(personas.outsider).get(reverse("groups:join", args=[group.code]))
    assert answer.url == reverse("groups:joining_accept", args=[row.pk])
    with pytest.raises(NotPossible, match="accept the invitation"):
        services.ask_to_join(
            group_id=group.pk,
            organisation_id=personas.other_organisation.pk,
            actor=personas.outsider,
            representative=personas.outsider,
        )


def test_who_takes_part_or_is_invited_is_not_invited_again(group, personas):
    row = invite(group, personas)
    with pytest.raises(NotPossible, match="has not answered yet"):
        invite(group, personas)
    inviting.accept_invitation(membership_id=row.pk, actor=personas.outsider, representative=personas.outsider)
    with pytest.raises(NotPossible, match="takes part in this group already"):
        invite(group, personas)


def test_nobody_answers_their_own_invitation(group, personas):
    RepresentationFactory(user=personas.primary, organisation=personas.other_organisation)
    row = invite(group, personas)
    with pytest.raises(Denied, match="You sent this invitation yourself"):
        inviting.accept_invitation(membership_id=row.pk, actor=personas.primary, representative=personas.primary)


def test_only_members_are_invited_and_an_invitation_to_a_suspended_one_cannot_be_accepted(group, personas):
    with pytest.raises(Denied, match="Only members"):
        inviting.invite(group_id=group.pk, organisation=OrganisationFactory(), actor=personas.primary)
    row = invite(group, personas)
    Membership._base_manager.filter(organisation=personas.other_organisation).update(status="suspended")
    personas.outsider.forget_roles()
    with pytest.raises(Denied):
        inviting.accept_invitation(membership_id=row.pk, actor=personas.outsider, representative=personas.outsider)
    assert GroupMembership.objects.get(pk=row.pk).status == "invited"


def test_without_a_lead_the_chair_invites(personas):
    group = GroupFactory()
    row = inviting.invite(group_id=group.pk, organisation=personas.organisation, actor=personas.chair)
    assert row.status == "invited"
