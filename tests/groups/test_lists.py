"""The list of groups: filters, pages, and the same number of queries for ten and for a thousand."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.models import Committee
from groups.models import Group, GroupMembership
from tests.factories.groups import GroupFactory, TaskForceFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
URL = "/groups/"


def shown(page):
    return [group.title for group in page.context["page"]]


def test_filters_narrow_the_list_and_stay_in_the_address(client):
    GroupFactory(title="Battery repair", code="TECH-WG-01")
    GroupFactory(title="School visits", code="EDU-WG-01", committee_code="EDU")
    TaskForceFactory(title="Battery passport", code="TECH-TF-01")
    assert shown(client.get(URL, {"q": "battery"})) == ["Battery passport", "Battery repair"]
    assert shown(client.get(URL, {"q": "battery", "kind": "task_force"})) == ["Battery passport"]
    assert shown(client.get(URL, {"committee": "EDU"})) == ["School visits"]
    assert shown(client.get(URL, {"q": "edu-wg"})) == ["School visits"]
    page = client.get(URL, {"q": "nothing like it"})
    assert "No group fits" in page.content.decode()
    assert shown(client.get(URL, {"kind": "';--", "status": "x", "page": "x"})) == [
        "School visits",
        "Battery passport",
        "Battery repair",
    ]


def test_a_group_is_found_by_a_code_that_it_had_once(client):
    GroupFactory(title="Battery repair", legacy_codes=["WG-BAT", "T-07"])
    GroupFactory(title="School visits")
    page = client.get(URL, {"q": "wg-bat"})
    assert shown(page) == ["Battery repair"]
    assert "earlier WG-BAT, T-07" in page.content.decode()


def test_with_script_only_the_rows_come(client):
    GroupFactory()
    page = client.get(URL, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "1 group" in page
    back = client.get(URL, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.content.decode()
    assert "HX-Request" in back.headers["Vary"]


@pytest.mark.thorough
@pytest.mark.parametrize("who", ["visitor", "chair"])
@pytest.mark.parametrize("path", [URL, "/committees/TECH/", "/committees/"])
def test_the_number_of_queries_does_not_grow_with_the_number_of_groups(personas, client_for, path, who):
    committee = Committee.objects.get(code="TECH")
    members = [MemberFactory() for _ in range(3)]
    browser = client_for(personas[who])
    counts = []
    for total in (10, 1000):
        have = Group.objects.count()
        made = Group.objects.bulk_create(
            Group(code=f"TECH-WG-{n:04d}", title=f"Group {n}", kind="working_group", committee=committee, scope="x")
            for n in range(have, total)
        )
        GroupMembership.objects.bulk_create(
            GroupMembership(group=group, organisation=member, status="active") for group in made for member in members
        )
        browser.get(path)
        with CaptureQueriesContext(connection) as counted:
            page = browser.get(path)
        assert page.status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]
    assert counts[0] <= 31  # the page of a committee, with its news


@pytest.mark.thorough
def test_a_group_page_takes_the_same_number_of_queries_however_many_take_part(personas, client_for):
    group = GroupFactory()
    counts = []
    browser = client_for(personas.office)
    for total in (10, 200):
        have = group.memberships.count()
        for _ in range(total - have):
            GroupMembership.objects.create(group=group, organisation=MemberFactory(), status="active")
        for path in (group.get_absolute_url(), group.get_workspace_url()):
            browser.get(path)
            with CaptureQueriesContext(connection) as counted:
                browser.get(path)
            counts.append(len(counted))
    assert counts[:2] == counts[2:]


def test_a_visitor_sees_the_public_face_of_a_group(client):
    group = GroupFactory(title="Battery repair", scope="Who opens a battery.")
    GroupMembership.objects.create(group=group, organisation=MemberFactory(legal_name="Seen Works"), status="active")
    page = client.get(reverse("groups:group_detail", args=[group.code]))
    text = page.content.decode()
    assert "Who opens a battery." in text
    assert "Seen Works" in text
    assert not page.cookies


def test_the_page_of_a_committee_shows_the_first_groups_and_counts_all(client):
    committee = Committee.objects.get(code="TECH")
    member, other = MemberFactory(), MemberFactory()
    for _number in range(27):
        group = GroupFactory(committee=committee)
        for organisation in (member, other):
            GroupMembership.objects.create(group=group, organisation=organisation, status="active")
    page = client.get("/committees/TECH/").content.decode()
    assert page.count('class="code nowrap"') == 25
    assert "all 27" in page
