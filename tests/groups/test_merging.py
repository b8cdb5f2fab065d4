"""When two organisations become one, they have one place in each group; taken apart again, each has its own."""

from __future__ import annotations

import pytest

from groups.models import GroupMembership
from members.models import Organisation
from members.services import merging
from tests.factories.groups import GroupFactory, GroupMembershipFactory, JoinRequestFactory, make_lead
from tests.factories.members import MemberFactory, RepresentationFactory
from tests.members.test_merging import everything_about, merge, undo
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Organisation:
    return MemberFactory(legal_name="Kept Works")


@pytest.fixture
def merged() -> Organisation:
    return MemberFactory(legal_name="Merged Works")


def place_of(organisation: Organisation) -> GroupMembership:
    return organisation.group_memberships.live().get()


def alternates(*organisations: Organisation) -> set[tuple[int, str]]:
    """Not a column of an organisation, so `everything_about` does not see them."""
    found = GroupMembership.objects.filter(organisation__in=organisations)
    return set(found.filter(alternates__isnull=False).values_list("pk", "alternates__name"))


def test_of_two_places_one_remains_and_the_people_of_the_other_are_its_alternates(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    group = GroupFactory()
    mine = GroupMembershipFactory(group=group, organisation=kept)
    other = GroupMembershipFactory(group=group, organisation=merged)
    second = RepresentationFactory(organisation=merged).user
    other.alternates.add(second, mine.representative)
    before = everything_about(kept, merged), alternates(kept, merged)

    done = merge(personas, kept, merged)
    place = place_of(kept)
    assert (place.pk, place.representative) == (mine.pk, mine.representative)
    assert set(place.alternates.all()) == {other.representative, second}, "who represents is no alternate as well"
    assert [entry["label"] for entry in done.journal["entries"] if entry["op"] == "aside"]

    outcome = undo(personas, done).outcome
    assert outcome["kept"] == outcome["failed"] == []
    assert (everything_about(kept, merged), alternates(kept, merged)) == before


def test_who_takes_part_stays_where_the_other_has_only_asked(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    group = GroupFactory()
    asked = JoinRequestFactory(group=group, organisation=kept)
    active = GroupMembershipFactory(group=group, organisation=merged)
    before = everything_about(kept, merged), alternates(kept, merged)
    done = merge(personas, kept, merged)
    place = place_of(kept)
    assert (place.pk, place.status) == (active.pk, "active")
    assert asked.representative in place.alternates.all()
    outcome = undo(personas, done).outcome
    assert outcome["kept"] == outcome["failed"] == []
    assert (everything_about(kept, merged), alternates(kept, merged)) == before


def test_places_in_different_groups_and_past_ones_just_move(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    group, elsewhere = GroupFactory(), GroupFactory()
    GroupMembershipFactory(group=group, organisation=kept)
    GroupMembershipFactory(group=group, organisation=merged, status="left")
    GroupMembershipFactory(group=elsewhere, organisation=merged)
    lead = make_lead(elsewhere, organisation=merged)
    before = everything_about(kept, merged)
    done = merge(personas, kept, merged)
    assert kept.group_memberships.count() == 3
    lead.refresh_from_db()
    assert lead.organisation == kept
    assert undo(personas, done).outcome["failed"] == []
    assert everything_about(kept, merged) == before


def test_a_place_that_was_changed_since_stays_changed_and_is_listed(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    group = GroupFactory()
    GroupMembershipFactory(group=group, organisation=merged)
    done = merge(personas, kept, merged)
    place = place_of(kept)
    place.representative = RepresentationFactory(organisation=kept).user
    place.save(update_fields=["representative"])
    outcome = undo(personas, done).outcome
    assert len(outcome["kept"]) == 1
    assert place_of(kept).pk == place.pk
    assert not Organisation.objects.get(pk=merged.pk).group_memberships.exists()


def test_the_preview_of_two_places_changes_nothing(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    group = GroupFactory()
    for one in (kept, merged):
        GroupMembershipFactory(group=group, organisation=one)
    before = everything_about(kept, merged), alternates(kept, merged)
    summary = merging.preview(kept_id=kept.pk, merged_id=merged.pk)
    assert len(summary.aside) == 2, "a membership and a place"
    assert (everything_about(kept, merged), alternates(kept, merged)) == before
