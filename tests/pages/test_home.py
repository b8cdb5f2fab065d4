from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from committees.models import Committee
from groups.models import Group, GroupKind
from kpis import rollup, services
from kpis.models import Ambition, Edition
from members.models import today
from tests.factories.groups import GroupFactory, OutputFactory, make_document
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
    assert "<b>0.1\u00a0%</b> of the 700,000 aimed at" in tile
    assert edition.code in page.split('id="fresh"')[1].split("</ol>")[0]


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
    with django_assert_max_num_queries(10):
        client.get("/")


def test_visitors_get_the_home_page_from_the_cache_and_people_who_sign_in_see_it_as_it_is(
    client: Client, client_for: Any, personas: Any, django_assert_num_queries: Any
) -> None:
    client.get("/")
    group = make_group(1)
    with django_assert_num_queries(0):
        assert group.title not in client.get("/").content.decode()
    assert group.title in client_for(personas.outsider).get("/").content.decode()


def test_the_home_page_tells_the_latest_of_what_is_public_and_nothing_that_is_to_come(client: Client) -> None:
    day = today()
    group = GroupFactory(title="A group of old", starts=day - timedelta(days=900))
    GroupFactory(title="A group to come", starts=day + timedelta(days=9))
    OutputFactory(group=group, title="For members", visibility="members", date=day)
    for age in range(1, 5):
        OutputFactory(group=group, title=f"Guide {age}", visibility="public", date=day - timedelta(days=age))
    make_document(None, title="Joint proposal", visibility="public")
    make_document(group, title="A paper of the group", visibility="public")
    assert [one.title for one in client.get("/").context["fresh"]] == [
        "Joint proposal",
        "Guide 1",
        "Guide 2",
        "Guide 3",
    ]


def test_a_committee_with_many_groups_shows_the_first_and_says_how_many_there_are_besides(client: Client) -> None:
    for number in range(8):
        make_group(number)
    structure = client.get("/").content.decode().split('class="bodies"')[1].split("</ol>")[0]
    assert "Invented group 4" in structure
    assert "Invented group 5" not in structure
    assert "and 3 more groups" in structure
