"""A question that is kept as SQL is asked anew every time, and of nobody else."""

import pytest
from django.db.models import Q

from committees.models import Seat
from core.kept import kept
from groups.models import Group, GroupRole
from groups.models.groups import workspaces_of
from groups.services import leave
from members.models import Membership, User
from tests.factories.committees import SeatFactory
from tests.factories.groups import GroupFactory, GroupMembershipFactory, make_lead


@kept
def _ids_of_groups(codes):
    return Group.objects.filter(code__in=codes).values("pk")


@pytest.mark.django_db
def test_it_is_made_once_and_answered_anew(django_assert_num_queries):
    first = GroupFactory(code="TECH-WG-71")
    question = _ids_of_groups(("TECH-WG-71", "TECH-WG-72"))
    assert question is _ids_of_groups(("TECH-WG-71", "TECH-WG-72"))
    with django_assert_num_queries(1):
        assert list(Group.objects.filter(pk__in=question)) == [first]
    second = GroupFactory(code="TECH-WG-72")
    assert set(Group.objects.filter(pk__in=question)) == {first, second}


@pytest.mark.django_db
def test_where_nothing_can_be_found_its_opposite_holds_for_all():
    """A subquery that gave null would hold for nobody, and neither would its opposite."""
    group = GroupFactory()
    assert _ids_of_groups(()) == []
    assert not Group.objects.filter(pk__in=_ids_of_groups(())).exists()
    assert list(Group.objects.filter(~Q(pk__in=_ids_of_groups(())))) == [group]
    assert list(Group.objects.filter(~Q(pk__in=_ids_of_groups(("none",))))) == [group]


@pytest.mark.django_db
def test_a_right_that_ends_is_gone_with_the_next_question(personas):
    group = GroupFactory()
    joining = GroupMembershipFactory(group=group, organisation=personas.organisation, representative=personas.primary)
    person = User.objects.get(pk=personas.primary.pk)
    assert list(Group.objects.filter(pk__in=workspaces_of(person))) == [group]
    leave(membership_id=joining.pk, actor=personas.primary)
    assert not Group.objects.filter(pk__in=workspaces_of(person)).exists()


@pytest.mark.django_db
def test_a_suspended_organisation_gives_no_place(personas):
    group, seat = GroupFactory(), SeatFactory(organisation=personas.organisation, user=personas.primary)
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    person = User.objects.get(pk=personas.primary.pk)
    assert list(Group.objects.filter(pk__in=GroupRole.objects.ids_of(person, "group"))) == [group]
    assert Seat.objects.filter(committee__in=Seat.objects.ids_of(person, "committee", seat.role)).exists()
    Membership.objects.filter(organisation=personas.organisation).delete()
    person = User.objects.get(pk=personas.primary.pk)
    assert GroupRole.objects.ids_of(person, "group") == Seat.objects.ids_of(person, "committee") == []


@pytest.mark.django_db
def test_nobody_is_answered_with_the_places_of_another(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    for other in (personas.outsider, personas.reporter, personas.visitor):
        assert not Group.objects.filter(pk__in=GroupRole.objects.ids_of(other, "group")).exists()
    chaired = Seat.objects.ids_of(personas.chair, "committee", *Seat.STEERING)
    sits = Seat.objects.ids_of(personas.chair, "committee", Seat.Role.MEMBER)
    assert Seat.objects.filter(committee__in=chaired).exists()
    assert not Seat.objects.filter(committee__in=sits).exists()
