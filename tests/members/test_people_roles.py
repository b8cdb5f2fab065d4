"""Roles in an organisation: given, changed, ended; and never nobody who speaks for a member."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events
from core.models import Notification
from members.models import Membership, Organisation, Representation, User, today
from members.services import representatives
from tests.factories.committees import SeatFactory
from tests.factories.groups import GroupFactory, make_lead
from tests.factories.members import MemberFactory, RepresentationFactory, UserFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db
Role = Representation.Role


def role_of(user, organisation, role=Role.PRIMARY) -> Representation:
    return Representation.objects.current().get(user=user, organisation=organisation, role=role)


def roles(user) -> set[str]:
    fresh = User.objects.get(pk=user.pk)
    return {role for held in fresh.organisation_roles.values() for role in held}


def set_roles(client, organisation, person, *chosen):
    url = reverse("members:representative_roles", args=[organisation.code, person.pk])
    return client.post(url, {"roles": chosen})


def end(client, held, **more):
    url = reverse("members:representation_end", args=[held.pk])
    return client.post(url, {"last_day": today().isoformat(), "note": "", **more})


def test_the_primary_contact_makes_a_delegate_kpi_reporter(personas, client_for):
    client = client_for(personas.primary)
    answer = set_roles(client, personas.organisation, personas.delegate, "reporter", "alternate")
    assert answer.status_code == 302
    assert roles(personas.delegate) == {"reporter", "alternate"}
    told = events.of(personas.organisation).filter(verb__startswith="representation.")
    assert [one.behalf_label for one in told] == [str(personas.organisation)] * 3
    assert Notification.objects.filter(recipient=personas.delegate).count() == 3


def test_a_role_that_is_ended_gives_no_right_from_that_moment(personas, client_for):
    reporter = client_for(personas.reporter)
    inside = reverse("members:organisation_inside", args=[personas.organisation.code])
    assert reporter.get(inside).status_code == 200
    end(
        client_for(personas.primary), role_of(personas.reporter, personas.organisation, Role.REPORTER), note="Moved on."
    )
    assert reporter.get(inside).status_code == 404
    assert roles(personas.reporter) == set()
    ended = Representation.objects.get(user=personas.reporter, role=Role.REPORTER)
    assert ended.ends == today()
    assert not ended.is_current
    page = client_for(personas.primary).get(reverse("members:representatives", args=[personas.organisation.code]))
    assert list(page.context["past"]) == [ended]


def test_a_role_may_end_on_a_later_day_and_holds_until_then(personas, client_for):
    held = role_of(personas.reporter, personas.organisation, Role.REPORTER)
    day = today() + timedelta(days=10)
    end(client_for(personas.primary), held, last_day=day.isoformat())
    assert roles(personas.reporter) == {"reporter"}
    assert Representation.objects.current(day).filter(pk=held.pk).exists()
    assert not Representation.objects.current(day + timedelta(days=1)).filter(pk=held.pk).exists()


def test_a_role_cannot_end_in_the_past(personas, client_for):
    held = role_of(personas.reporter, personas.organisation, Role.REPORTER)
    answer = end(client_for(personas.primary), held, last_day=(today() - timedelta(days=1)).isoformat())
    assert answer.status_code == 422
    assert "last_day" in answer.context["form"].errors
    assert roles(personas.reporter) == {"reporter"}


def test_the_last_primary_contact_cannot_leave(personas, client_for):
    acme = personas.organisation
    for name in ("primary", "office"):
        answer = end(client_for(personas[name]), role_of(personas.primary, acme))
        assert answer.status_code == 422
        assert "last primary contact" in answer.content.decode()
        answer = set_roles(client_for(personas[name]), acme, personas.primary, "delegate")
        assert answer.status_code == 422
    assert roles(personas.primary) == {"primary"}
    assert not events.of(acme).filter(verb="representation.end").exists()


def test_with_a_successor_the_primary_contact_leaves(personas, client_for):
    acme = personas.organisation
    client = client_for(personas.primary)
    set_roles(client, acme, personas.delegate, "primary")
    assert end(client, role_of(personas.primary, acme)).url == reverse("pages:me")
    assert roles(personas.primary) == set()
    assert end(client_for(personas.delegate), role_of(personas.delegate, acme)).status_code == 422


@pytest.mark.parametrize("successor", ["ends sooner", "closed account", "another role", "another organisation"])
def test_somebody_who_does_not_stay_is_no_successor(personas, successor):
    acme = personas.organisation
    RepresentationFactory(
        organisation=personas.other_organisation if successor == "another organisation" else acme,
        role=Role.DELEGATE if successor == "another role" else Role.PRIMARY,
        ends=today() + timedelta(days=5) if successor == "ends sooner" else None,
        user__is_active=successor != "closed account",
    )
    with pytest.raises(representatives.LastPrimaryContact):
        representatives.end_role(
            representation_id=role_of(personas.primary, acme).pk,
            actor=personas.primary,
            last_day=today() + timedelta(days=6),
        )


def test_of_a_former_member_everybody_may_leave(personas):
    Membership.objects.filter(organisation=personas.organisation).update(ends=today() - timedelta(days=1))
    held = role_of(personas.primary, personas.organisation)
    representatives.end_role(representation_id=held.pk, actor=personas.primary)
    held.refresh_from_db()
    assert not held.is_current


def test_ending_twice_is_ending_once(personas):
    held = role_of(personas.reporter, personas.organisation, Role.REPORTER)
    for _n in range(2):
        representatives.end_role(representation_id=held.pk, actor=personas.office)
    assert events.of(held).filter(verb="representation.end").count() == 1


def test_a_role_that_was_to_end_and_is_given_again_goes_on(personas):
    held = role_of(personas.reporter, personas.organisation, Role.REPORTER)
    representatives.end_role(representation_id=held.pk, actor=personas.primary, last_day=today() + timedelta(days=3))
    representatives.change_roles(
        organisation_id=personas.organisation.pk,
        user_id=personas.reporter.pk,
        roles=["reporter"],
        actor=personas.primary,
    )
    held.refresh_from_db()
    assert held.ends is None


def test_a_role_may_be_given_again_on_the_day_on_which_it_ended(personas):
    acme = personas.organisation
    representatives.end_role(
        representation_id=role_of(personas.reporter, acme, Role.REPORTER).pk, actor=personas.primary
    )
    RepresentationFactory(user=personas.reporter, organisation=acme, role=Role.DELEGATE)
    representatives.change_roles(
        organisation_id=acme.pk, user_id=personas.reporter.pk, roles=["reporter"], actor=personas.primary
    )
    assert roles(personas.reporter) == {"reporter"}


def test_who_represents_nobody_there_is_invited_and_not_given_a_role(personas, client_for):
    client = client_for(personas.primary)
    assert set_roles(client, personas.organisation, personas.outsider, "delegate").status_code == 404
    with pytest.raises(representatives.DoesNotRepresent):
        representatives.change_roles(
            organisation_id=personas.organisation.pk,
            user_id=personas.outsider.pk,
            roles=["delegate"],
            actor=personas.primary,
        )


def test_nobody_gives_a_role_without_the_right(personas):
    with pytest.raises(PermissionDenied):
        representatives.change_roles(
            organisation_id=personas.organisation.pk,
            user_id=personas.reporter.pk,
            roles=["primary"],
            actor=personas.reporter,
        )


def test_a_lead_whose_role_ended_leads_no_more(personas):
    group = GroupFactory()
    make_lead(group, user=personas.delegate, organisation=personas.organisation)
    assert group in type(group).objects.led_by(personas.delegate)
    representatives.end_role(
        representation_id=role_of(personas.delegate, personas.organisation, Role.DELEGATE).pk, actor=personas.primary
    )
    assert group not in type(group).objects.led_by(User.objects.get(pk=personas.delegate.pk))


def test_the_administration_keeps_the_last_primary_contact_too(personas, client_for):
    client = client_for(personas.administrator)
    held = role_of(personas.primary, personas.organisation)
    url = reverse("admin:members_representation_change", args=[held.pk])
    for change in (
        {"starts": held.starts, "ends": today()},
        {"starts": held.starts, "ends": today() - timedelta(days=1)},
        {"starts": today() + timedelta(days=1), "ends": ""},
    ):
        answer = client.post(url, change)
        assert answer.status_code == 200
        assert "last primary contact" in answer.content.decode()
    RepresentationFactory(organisation=personas.organisation, role=Role.PRIMARY)
    assert client.post(url, {"starts": held.starts, "ends": today()}).status_code == 302
    assert roles(personas.primary) == set()


def test_the_list_takes_as_many_queries_with_many_people(personas, client_for):
    client = client_for(personas.primary)
    url = reverse("members:representatives", args=[personas.organisation.code])

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    before = cost()
    RepresentationFactory.create_batch(30, organisation=personas.organisation)
    assert cost() == before


def test_acts_are_recorded_for_the_organisation_that_gave_the_role(personas):
    """Somebody who represents two organisations leads a group for the one and sits in its committee for the other."""
    from groups.services import plans as plan_services

    person = UserFactory()
    first, second = MemberFactory(legal_name="First House"), MemberFactory(legal_name="Second House")
    for one in (first, second):
        RepresentationFactory(user=person, organisation=one, role=Role.PRIMARY)
    group = GroupFactory()
    make_lead(group, user=person, organisation=second)
    plan = plan_services.start_plan(group_id=group.pk, year=today().year, actor=person)
    assert events.of(plan).get().behalf_label == "Second House"
    other = GroupFactory()
    SeatFactory(user=person, organisation=first, code=other.committee.code, role="member")
    assert other.acted_for(person) == first


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_last_contacts_who_leave_at_once_one_stays():
    people = make_personas()
    acme = people.organisation
    second = RepresentationFactory(organisation=acme, role=Role.PRIMARY)
    held = [role_of(people.primary, acme), second]
    start, refused = threading.Barrier(2), []

    def leave(one: Representation) -> None:
        start.wait()
        try:
            representatives.end_role(representation_id=one.pk, actor=User.objects.get(pk=one.user_id))
        except representatives.LastPrimaryContact:
            refused.append(one.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=[one]) for one in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Representation.objects.current().filter(organisation=acme, role=Role.PRIMARY).count() == 1
    assert Organisation.objects.members().filter(pk=acme.pk).exists()
