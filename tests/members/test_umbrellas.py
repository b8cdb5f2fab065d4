"""An umbrella organisation and those that it represents: named in bulk, with the overlap with the roster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events
from members.models import Organisation, Represented, today
from tests.factories.members import MemberFactory, OrganisationFactory, RepresentationFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def umbrella(personas: Personas) -> Organisation:
    """An association that the primary contact of Acme represents too."""
    association = MemberFactory(legal_name="Association of Example Works", type="SOC-EMP")
    RepresentationFactory(user=personas.primary, organisation=association, role="primary")
    return association


@pytest.fixture
def primary(personas: Personas, umbrella: Organisation, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.primary)


def page(umbrella: Organisation, name: str = "represented_list", *more: int) -> str:
    return reverse(f"members:{name}", args=[umbrella.code, *more])


def add(client: Client, umbrella: Organisation, text: str, **more: str) -> Any:
    return client.post(page(umbrella, "represented_add"), {"named": text, **more}, follow=True)


def test_names_are_added_in_bulk_and_the_overlap_with_the_roster_is_shown(
    primary: Client, client: Client, umbrella: Organisation, personas: Personas
) -> None:
    OrganisationFactory(legal_name="Known Works GmbH", country_code="DE")
    answer = add(
        primary, umbrella, "ACME mobility\nKnown Works; Germany\nSomewhere Else; FR\n\n", source="its own list"
    )
    assert "3 organisations are added" in answer.content.decode()
    overlap = primary.get(page(umbrella)).context["overlap"]
    assert {str(row.represented): row.standing for row in overlap.rows} == {
        "Acme Mobility a.s.": "member",
        "Known Works GmbH": "on_record",
        "Somewhere Else": "elsewhere",
    }
    assert overlap.counts == {"member": 1, "on_record": 1, "elsewhere": 1}
    only = primary.get(page(umbrella), {"standing": "member"}).context["overlap"]
    assert [str(row.represented) for row in only.rows] == ["Acme Mobility a.s."]
    public = client.get(umbrella.get_absolute_url()).content.decode()
    assert "It represents 3 organisations, of which 1 are members" in public
    assert "Somewhere Else" not in public
    assert umbrella.legal_name in client.get(personas.organisation.get_absolute_url()).content.decode()
    told = events.of(umbrella).get(verb="represented.add")
    assert (told.data["count"], told.behalf_label) == (3, str(umbrella))


def test_who_is_listed_already_is_not_listed_twice(primary: Client, umbrella: Organisation) -> None:
    add(primary, umbrella, "Acme Mobility\nElse Works; FR")
    answer = add(primary, umbrella, "ACME MOBILITY a.s.\nelse works; FR\nElse Works; BE\nElse Works; BE")
    assert "1 organisation is added. 3 were listed already." in answer.content.decode()
    assert umbrella.represented.count() == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "required"), ("Works; Atlantis", "no country"), ("...; DE", "no name"), ("x\n" * 501, "at most 500")],
)
def test_what_is_not_understood_is_told_and_nothing_is_added(
    primary: Client, umbrella: Organisation, text: str, says: str
) -> None:
    answer = add(primary, umbrella, text)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Represented.objects.exists()


def test_a_name_that_a_record_bears_elsewhere_is_connected_by_a_person(primary: Client, umbrella: Organisation) -> None:
    other = MemberFactory(legal_name="Border Works", country_code="AT")
    add(primary, umbrella, "Border Works; DE")
    row = primary.get(page(umbrella)).context["overlap"].rows[0]
    assert (row.standing, row.resembling) == ("elsewhere", [other])
    link = page(umbrella, "represented_link", row.represented.pk)
    assert primary.post(link, {"organisation": other.code}).status_code == 302
    assert primary.get(page(umbrella)).context["overlap"].counts["member"] == 1
    assert primary.post(link, {"organisation": umbrella.code}, follow=True).status_code == 200
    assert (
        "does not represent itself" in primary.post(link, {"organisation": umbrella.code}, follow=True).content.decode()
    )
    assert primary.post(link, {"organisation": "ORG-99999"}).status_code == 404


def test_it_ends_with_a_day_and_stays_on_record(primary: Client, umbrella: Organisation) -> None:
    add(primary, umbrella, "Else Works; FR", starts="2020-05-01")
    one = umbrella.represented.get()
    end = page(umbrella, "represented_end", one.pk)
    assert "not represented any more" in primary.post(end, follow=True).content.decode()
    assert "already" in primary.post(end, follow=True).content.decode()
    one.refresh_from_db()
    assert (str(one.starts), one.ends) == ("2020-05-01", today())


def test_rows_of_another_umbrella_are_not_touched(primary: Client, umbrella: Organisation, personas: Personas) -> None:
    add(primary, umbrella, "Else Works; FR")
    one = umbrella.represented.get()
    assert primary.post(page(personas.organisation, "represented_end", one.pk)).status_code == 404


def test_the_database_refuses_one_that_represents_itself_or_somebody_twice(umbrella: Organisation) -> None:
    other = MemberFactory()
    Represented.objects.create(umbrella=umbrella, organisation=other)
    for organisation in (umbrella, other):
        with pytest.raises(IntegrityError), transaction.atomic():
            Represented.objects.create(umbrella=umbrella, organisation=organisation)


@pytest.mark.thorough
def test_the_list_costs_the_same_for_10_and_for_1000(primary: Client, umbrella: Organisation) -> None:
    def cost() -> int:
        primary.get(page(umbrella))
        with CaptureQueriesContext(connection) as queries:
            assert primary.get(page(umbrella)).status_code == 200
        return len(queries)

    MemberFactory(legal_name="Works 3", country_code="FR")
    add(primary, umbrella, "\n".join(f"Works {n}; FR" for n in range(10)))
    before = cost()
    for start in (10, 500):
        add(primary, umbrella, "\n".join(f"Works {n}; FR" for n in range(start, start + 490)))
    assert umbrella.represented.count() == 990
    assert cost() == before
