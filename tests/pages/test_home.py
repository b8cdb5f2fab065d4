from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from committees.models import Committee
from groups.models import Group, GroupKind
from kpis import rollup, services
from kpis.models import Ambition, Edition
from tests.factories.kpis import ApprovedReportFactory, freeze, line, publish
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def make_group(number: int) -> Group:
    return Group.objects.create(
        code=f"TECH-WG-{number:02}",
        title=f"Invented group {number}",
        kind=GroupKind.WORKING_GROUP,
        committee=Committee.objects.get(code="TECH"),
        scope="Invented.",
    )


def test_the_home_page_tells_the_ambition_that_is_on_record(client: Client) -> None:
    Ambition.objects.all().delete()
    assert "700,000" not in client.get("/").content.decode()


def test_the_home_page_tells_the_headline_of_the_latest_published_edition(client_for: Any, personas: Any) -> None:
    home = client_for(personas.outsider)
    for number in range(6):
        ApprovedReportFactory(organisation=MemberFactory(), lines=[line(100 + number)], expected=True)
    for claimed in (10, 20, 20):
        ApprovedReportFactory(organisation=MemberFactory(), lines=[line(claimed, whose="others")], expected=True)
    rollup.rebuild()
    assert "Workers upskilled in" not in home.get("/").content.decode()
    freeze(2024, personas.office)
    assert "Workers upskilled in" not in home.get("/").content.decode()  # nobody has published it
    services.withdraw_edition(edition_id=Edition.objects.get().pk, actor=personas.office, note="A try.")
    edition = publish(2024, personas.office)
    page = home.get("/").content.decode()
    tile = page.split(f'href="{edition.get_absolute_url()}"')[1].split("</a>")[0]
    for words in ("Workers upskilled in 2024", ">615<", "up to 665", "9 of 9 reports", f"edition {edition.code}"):
        assert words in tile


def test_the_home_page_counts_members_countries_and_groups(client: Client) -> None:
    MemberFactory(country_code="IE")
    MemberFactory(country_code="IE")
    group = make_group(1)
    answer = client.get("/")
    shown = answer.context["partnership"]
    assert shown.members >= 2
    assert shown.groups == 1
    assert group.title in answer.content.decode()


def test_the_home_page_asks_no_more_of_the_database_when_the_partnership_grows(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/")
    for number in range(12):
        make_group(number)
    with django_assert_max_num_queries(6):
        client.get("/")


def test_visitors_get_the_home_page_from_the_cache_and_people_who_sign_in_see_it_as_it_is(
    client: Client, client_for: Any, personas: Any, django_assert_num_queries: Any
) -> None:
    client.get("/")
    group = make_group(1)
    with django_assert_num_queries(0):
        assert group.title not in client.get("/").content.decode()
    assert group.title in client_for(personas.outsider).get("/").content.decode()
