"""Somebody who represents several organisations chooses for whom they act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import events
from members.models import Representation
from members.services import invitations
from members.waiting import waiting_for
from tests.factories.members import InvitationFactory, MemberFactory, RepresentationFactory, UserFactory

pytestmark = pytest.mark.django_db
ACT_FOR = "members:act_for"


@pytest.fixture
def person():
    """Represents Acme and Beta."""
    user = UserFactory()
    for name in ("Acme Mobility a.s.", "Beta Training Ltd"):
        RepresentationFactory(user=user, organisation=MemberFactory(legal_name=name), role="primary")
    return user


def organisation_shown(client):
    """Where "my organisation" leads says for whom the person acts."""
    return client.get(reverse("members:invite")).url


def test_the_choice_holds_until_another_is_made(person, client_for):
    client = client_for(person)
    first, second = (one.organisation for one in person.representations.order_by("organisation_id"))
    assert first.code in organisation_shown(client)
    for chosen in (second, first, second):
        answer = client.post(reverse(ACT_FOR), {"organisation": chosen.pk, "next": "/groups/"})
        assert answer.url == "/groups/"
        assert chosen.code in organisation_shown(client)


@pytest.mark.parametrize("wish", ["", "nonsense", "999999", "-1"])
def test_an_organisation_that_is_none_of_theirs_cannot_be_chosen(person, client_for, wish):
    assert client_for(person).post(reverse(ACT_FOR), {"organisation": wish}).status_code == 404


def test_another_members_organisation_cannot_be_chosen(person, client_for):
    client = client_for(person)
    assert client.post(reverse(ACT_FOR), {"organisation": MemberFactory().pk}).status_code == 404


def test_a_choice_lapses_with_the_role(person, client_for):
    client = client_for(person)
    first, second = person.representations.order_by("organisation_id")
    client.post(reverse(ACT_FOR), {"organisation": second.organisation_id})
    Representation.objects.filter(pk=second.pk).update(ends=timezone.localdate() - timedelta(days=1))
    assert first.organisation.code in organisation_shown(client)


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_choosing_leads_to_no_other_site(person, client_for, where):
    pk = person.representations.first().organisation_id
    answer = client_for(person).post(reverse(ACT_FOR), {"organisation": pk, "next": where})
    assert answer.url == reverse("pages:me")


def test_what_a_representative_does_is_on_record_for_the_organisation(person):
    organisation = person.representations.first().organisation
    invitation, _sent = invitations.invite_person(
        organisation_id=organisation.pk, email="a@example.test", role="delegate", actor=person
    )
    assert events.of(invitation).get().behalf_label == str(organisation)


def test_an_invitation_waits_on_the_page_of_whom_it_is_for(person):
    invitation = InvitationFactory(email=person.email, organisation__legal_name="Gamma House")
    InvitationFactory(email="else@example.test")
    (item,) = waiting_for(person)
    assert item.title == "Gamma House"
    assert item.url == reverse("members:invitation", args=[invitation.token])
