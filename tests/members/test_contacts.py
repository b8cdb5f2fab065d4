"""The Office's list of contacts: by role, body and country, with an export of exactly that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import MemberType
from core.spreadsheets import reading
from core.spreadsheets.cells import as_text
from members.models import Membership, Organisation, Representation, User, today
from tests.factories.committees import SeatFactory
from tests.factories.groups import GroupFactory, GroupMembershipFactory, make_lead
from tests.factories.members import (
    MemberFactory,
    MembershipFactory,
    OrganisationFactory,
    RepresentationFactory,
    UserFactory,
)
from tests.personas import Personas

pytestmark = pytest.mark.django_db
PAGE = reverse("members:contact_list")


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


def people(client: Client, **query: str) -> list[str]:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return [one["user__name"] for one in answer.context["page"]]


def test_each_person_stands_once_for_each_organisation_with_all_roles(office: Client) -> None:
    person, one, two = UserFactory(name="Two Houses"), MemberFactory(), MemberFactory()
    RepresentationFactory(user=person, organisation=one, role="reporter")
    RepresentationFactory(user=person, organisation=one, role="primary")
    RepresentationFactory(user=person, organisation=two, role="delegate")
    answer = office.get(PAGE, {"q": "two houses"})
    assert [row["roles"] for row in answer.context["page"]] == ["Primary contact, KPI reporter", "Delegate"]


def test_roles_that_are_over_and_former_members_are_left_out(office: Client) -> None:
    RepresentationFactory(user__name="Has Left", starts="2020-01-01", ends="2021-01-01")
    former = MembershipFactory(status="ended", starts="2020-01-01", ends=today()).organisation
    RepresentationFactory(user__name="Of Former", organisation=former)
    assert not {"Has Left", "Of Former"} & set(people(office))


def test_by_role_country_and_type(office: Client) -> None:
    assert people(office, role="reporter") == ["Reporter"]
    assert people(office, country="IE") == ["Outsider"]
    assert people(office, type="EDU-PRIV") == ["Outsider"]
    assert people(office, country="IE", role="reporter") == []
    assert people(office, q="acme", role="primary") == ["Primary"]
    assert len(people(office, role="nonsense", body="nonsense:x", country="nonsense")) == len(people(office))


def test_by_committee_and_group_on_behalf_of_that_organisation(office: Client, personas: Personas) -> None:
    assert people(office, body="committee:TECH") == ["Chair", "Committee Member", "Vice Chair"]
    SeatFactory(user=personas.delegate, organisation=personas.organisation, code="SOC")
    RepresentationFactory(user=personas.delegate, organisation=personas.other_organisation)
    answer = office.get(PAGE, {"body": "committee:SOC"})
    assert [row["organisation__code"] for row in answer.context["page"]] == [personas.organisation.code]
    group = GroupFactory()
    lead = make_lead(group, user=UserFactory(name="The Lead"))
    place = GroupMembershipFactory(group=group, organisation=personas.organisation, representative=personas.delegate)
    place.alternates.add(personas.reporter)
    assert sorted(people(office, body=f"group:{group.code}")) == ["Delegate", "Reporter", lead.user.name]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_the_export_is_exactly_what_is_filtered(office: Client, ending: str) -> None:
    RepresentationFactory(user__name="=1+1", organisation__country_code="IE")
    answer = office.get(reverse("members:contact_export", args=[ending]), {"country": "IE"})
    rows = [[as_text(cell) for cell in row] for row in reading.read(answer.content).sheets[0].rows]
    assert [row[0] for row in rows] == ["Name", "=1+1", "Outsider"]
    assert rows[2][1:4] == ["outsider@example.test", "Primary contact", "Other Training Ltd"]
    if ending == "csv":
        assert "'=1+1" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_nobody_but_the_office_reads_it(personas: Personas, client_for: Callable[[Any], Client]) -> None:
    for name in ("primary", "chair", "administrator"):
        assert client_for(personas[name]).get(PAGE).status_code == 403


@pytest.mark.thorough
def test_it_costs_the_same_for_10_and_for_1000_contacts(office: Client) -> None:
    def cost() -> int:
        office.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert office.get(PAGE).status_code == 200
        return len(queries)

    for number in range(10):
        RepresentationFactory(user__name=f"First {number}")
    before = cost()
    organisations = Organisation.objects.bulk_create(_named(number) for number in range(1_000))
    Membership.objects.bulk_create(Membership(organisation=one) for one in organisations)
    people = User.objects.bulk_create(User(email=f"many{n}@example.test", name=f"Many {n}") for n in range(1_000))
    Representation.objects.bulk_create(
        Representation(user=user, organisation=one, role="delegate")
        for user, one in zip(people, organisations, strict=True)
    )
    assert office.get(PAGE).context["page"].paginator.count > 1_000
    assert cost() == before


def _named(number: int) -> Organisation:
    one = OrganisationFactory.build(
        legal_name=f"Many {number}", code=f"M-{number}", member_type=MemberType.objects.first(), country_id="CZ"
    )
    one.derive()
    return one
