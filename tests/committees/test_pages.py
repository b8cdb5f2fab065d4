"""The public face of a committee, and the desk of those who steer it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from committees.permissions import holds_seat
from tests.factories.groups import GroupFactory, ProposalFactory
from tests.factories.members import RepresentationFactory

pytestmark = pytest.mark.django_db
URL = "/committees/TECH/"


def test_a_visitor_reads_themes_chair_and_groups_and_gets_no_cookie(personas, client):
    group = GroupFactory(title="Battery repair")
    ProposalFactory(submitted=True, title="Secret plan")
    page = client.get(URL)
    text = page.content.decode()
    assert group.title in text
    assert "Chair House" in text
    assert "Batteries" in text
    assert "Secret plan" not in text
    assert "Committee Member House" not in text
    assert not page.cookies


def test_the_desk_is_for_those_who_steer_and_the_office(personas, client_for):
    ProposalFactory(submitted=True, title="Secret plan")
    for who, sees in (
        ("chair", True),
        ("vice_chair", True),
        ("office", True),
        ("administrator", True),
        ("committee_member", False),
        ("other_chair", False),
        ("primary", False),
        ("stranger", False),
    ):
        assert ("Secret plan" in client_for(personas[who]).get(URL).content.decode()) is sees, who


def test_the_list_names_each_committee_with_its_chair(personas, client):
    text = client.get(reverse("committees:committee_list")).content.decode()
    assert "Technology" in text
    assert "Regional Dimension" in text
    assert "Chair House" in text
    assert "vacant" in text


def test_a_seat_rests_while_the_organisation_is_no_member_and_ends_with_its_term(personas):
    seat = personas.chair.seats.get()
    assert holds_seat(personas.chair, seat.committee, "chair")
    membership = seat.organisation.memberships.get()
    membership.ends = timezone.localdate() - timedelta(days=1)
    membership.save(update_fields=["ends"])
    personas.chair.forget_roles()  # they are read once per request
    assert not holds_seat(personas.chair, seat.committee)
    membership.ends = None
    membership.save(update_fields=["ends"])
    personas.chair.forget_roles()
    assert holds_seat(personas.chair, seat.committee)
    seat.ends = timezone.localdate() - timedelta(days=1)
    seat.save()
    assert not holds_seat(personas.chair, seat.committee)


def test_a_seat_rests_while_its_holder_does_not_represent_the_organisation(personas, client_for):
    """A chair who changed employer decides nothing for the old one, and the Office steps in."""
    proposal = ProposalFactory(submitted=True)
    seat = personas.chair.seats.get()
    assert personas.chair.has_perm("groups.accept_proposal", proposal)
    yesterday = timezone.localdate() - timedelta(days=1)
    personas.chair.representations.update(ends=yesterday)
    RepresentationFactory(user=personas.chair, organisation=personas.organisation)
    personas.chair.forget_roles()
    assert not holds_seat(personas.chair, seat.committee)
    assert not personas.chair.has_perm("groups.accept_proposal", proposal)
    assert personas.office.has_perm("groups.accept_proposal", proposal)
    assert "Chair House" not in client_for(personas.primary).get(URL).content.decode().replace("Vice Chair House", "")
    answer = client_for(personas.chair).post(reverse("groups:proposal_accept", args=[proposal.pk]), {"note": ""})
    assert answer.status_code in (403, 404)
