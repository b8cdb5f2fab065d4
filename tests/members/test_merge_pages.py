"""The Office merges two records on the pages, and takes them apart again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Region
from members.models import Merge, Organisation
from tests.factories.members import MemberFactory, RepresentationFactory, WorkforceFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


@pytest.fixture
def pair(db: None) -> tuple[Organisation, Organisation]:
    return (
        MemberFactory(legal_name="Riverside Motors GmbH", country_code="DE", vat="DE136695976"),
        MemberFactory(legal_name="RIVERSIDE MOTORS", country_code="DE", pic="900000001", website="https://r.example"),
    )


def compare(one: Organisation, two: Organisation) -> str:
    return reverse("members:merge_compare", args=[one.code, two.code])


def sent(client: Client, address: str, **choices: str) -> dict[str, str]:
    return {"seen": client.get(address).context["form"]["seen"].value(), "note": "Seen twice", **choices}


def test_what_looks_like_it_is_offered_and_others_are_found_by_name_or_code(
    office: Client, pair: tuple[Organisation, Organisation]
) -> None:
    one, two = pair
    far = MemberFactory(legal_name="Škodovna nad Labem")
    address = reverse("members:merge_choose", args=[one.code])
    assert office.get(address).context["candidates"] == [two]
    assert office.get(address, {"q": "skodovna"}).context["candidates"] == [far]
    assert office.get(address, {"q": far.code.lower()}).context["candidates"] == [far]
    assert "Nothing found" in office.get(address, {"q": "zzz"}).content.decode()
    assert address in office.get(reverse("members:organisation_inside", args=[one.code])).content.decode()


def test_both_are_shown_side_by_side_and_the_choices_make_one(
    office: Client, client: Client, pair: tuple[Organisation, Organisation]
) -> None:
    one, two = pair
    page = office.get(compare(one, two)).content.decode()
    assert "Riverside Motors GmbH" in page
    assert "900000001" in page
    assert "the same in both" in page  # the country
    answer = office.post(compare(one, two), sent(office, compare(one, two), legal_name="merged", website="kept"))
    done = Merge.objects.get()
    assert answer.url == done.get_absolute_url()
    one.refresh_from_db()
    assert (one.legal_name, one.website, one.pic) == ("RIVERSIDE MOTORS", "", "900000001")
    # The old address leads to the kept one, for visitors too.
    assert client.get(reverse("members:organisation_detail", args=[two.code])).url == one.get_absolute_url()
    inside = reverse("members:organisation_inside", args=[one.code])
    assert office.get(reverse("members:organisation_inside", args=[two.code])).url == inside
    assert "merged another record into it" in office.get(inside).content.decode()


def test_a_merge_is_undone_on_its_page_and_lists_what_stays(
    office: Client, pair: tuple[Organisation, Organisation]
) -> None:
    one, two = pair
    workforce = WorkforceFactory(organisation=two)
    office.post(compare(one, two), sent(office, compare(one, two)))
    done = Merge.objects.get()
    assert done.merged_name in office.get(reverse("members:merge_list")).content.decode()
    page = office.get(done.get_absolute_url()).content.decode()
    assert "Undo the merge" in page
    workforce.people += 1
    workforce.save()
    undo = reverse("members:merge_undo", args=[done.pk])
    page = office.post(undo, follow=True).content.decode()
    assert "Stayed as it is" in page
    assert "Undo the merge" not in page
    assert Organisation.objects.get(pk=two.pk).code == two.code
    again = office.post(undo, follow=True)
    assert "Nothing was changed" in again.content.decode()


def test_a_region_must_lie_in_the_chosen_country(office: Client) -> None:
    one = MemberFactory(country_code="DE", region=Region.objects.get(code="DE11"))
    two = MemberFactory(country_code="CZ", region=Region.objects.get(code="CZ08"))
    answer = office.post(compare(one, two), sent(office, compare(one, two), region="merged", country="kept"))
    assert answer.status_code == 422
    assert "is in Czechia" in answer.content.decode()
    assert Organisation.objects.filter(pk=two.pk).exists()


def test_two_numbers_of_one_kind_are_warned_about(office: Client) -> None:
    one, two = MemberFactory(pic="900000001"), MemberFactory(pic="900000002")
    assert "900000001 / 900000002" in office.get(compare(one, two)).content.decode()


def test_a_form_that_is_sent_twice_merges_once(office: Client, pair: tuple[Organisation, Organisation]) -> None:
    one, two = pair
    form = sent(office, compare(one, two))
    assert office.post(compare(one, two), form).status_code == 302
    assert office.post(compare(one, two), form).status_code == 404
    assert Merge.objects.count() == 1


def test_what_somebody_changed_meanwhile_is_told_and_choices_are_kept(
    office: Client, pair: tuple[Organisation, Organisation]
) -> None:
    one, two = pair
    form = sent(office, compare(one, two), legal_name="merged")
    two.description = "New words"
    two.save()
    answer = office.post(compare(one, two), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody has changed one of the two" in page
    row = next(row for row in answer.context["rows"] if row.name == "legal_name")
    assert [choice.is_chosen for choice in row.choices] == [False, True]


def test_an_organisation_is_not_compared_with_itself_or_with_none(
    office: Client, pair: tuple[Organisation, Organisation]
) -> None:
    one, _two = pair
    assert office.get(compare(one, one)).status_code == 404
    assert office.get(reverse("members:merge_compare", args=[one.code, "ORG-99999"])).status_code == 404


@pytest.mark.thorough
def test_the_list_and_the_search_cost_the_same_for_many(
    office: Client, pair: tuple[Organisation, Organisation]
) -> None:
    pages = [reverse("members:merge_list"), reverse("members:merge_choose", args=[pair[0].code])]

    def cost() -> list[int]:
        costs = []
        for address in pages:
            office.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert office.get(address).status_code == 200
            costs.append(len(queries))
        return costs

    def merge_one() -> None:
        two = MemberFactory(legal_name="Riverside Motors", country_code="DE")
        office.post(compare(pair[0], two), sent(office, compare(pair[0], two)))

    merge_one()
    before = cost()
    for _number in range(8):
        merge_one()
        MemberFactory(legal_name="Riverside Motors", country_code="DE")
    assert cost() == before


def test_the_preview_costs_no_more_for_many_rows(office: Client, pair: tuple[Organisation, Organisation]) -> None:
    one, two = pair

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(compare(one, two)).status_code == 200
        return len(queries)

    RepresentationFactory(organisation=two)
    before = cost()
    for _number in range(30):
        RepresentationFactory(organisation=two)
    assert cost() == before
