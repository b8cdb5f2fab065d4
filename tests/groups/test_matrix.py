"""The matrix: who is in the committees and groups, who is missing, and what lies behind a field."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from committees.models import Committee
from core.models import MemberType
from groups.models import Group, GroupMembership
from members.models import Membership, Organisation
from tests.factories.committees import SeatFactory
from tests.factories.groups import GroupFactory, GroupMembershipFactory, TaskForceFactory
from tests.factories.members import MemberFactory, RepresentationFactory

pytestmark = pytest.mark.django_db
URL = "/groups/matrix/"


def taking_part(group, **organisation):
    return GroupMembership.objects.create(group=group, organisation=MemberFactory(**organisation), status="active")


@pytest.fixture
def browser(personas, client_for):
    return client_for(personas.outsider)


def row_of(page, code):
    found = page.context["matrix"]
    return next(row for row in [*found.together, *found.rows] if row.code == code)


def gaps(row):
    return [str(unit.gap) for unit in row.missing]


def test_a_group_is_shown_by_member_type_and_its_gaps_are_named(browser):
    MemberFactory(type="SOC-TU")
    group = GroupFactory(code="TECH-WG-01")
    taking_part(group, type="IND-SUP")
    taking_part(group, type="IND-SUP")
    taking_part(group, type="EDU-VET")
    row = row_of(page := browser.get(URL), "TECH-WG-01")
    assert (row.total, row.counts["IND-SUP"], row.counts["EDU-VET"]) == (3, 2, 1)
    assert gaps(row) == ["no social partner"]  # of the other families nobody is a member: nobody is missing
    text = page.content.decode()
    assert "no social partner" in text
    everybody = Organisation.objects.members().count()
    assert f"Members of the alliance</th><td>{everybody}</td>" in text
    assert ">none</td>" in text  # in words, not by colour alone


def test_by_countries_only_those_with_members_can_be_missing(browser):
    MemberFactory(country_code="PL")
    group = GroupFactory(code="TECH-WG-01")
    taking_part(group, country_code="DE")
    row = row_of(page := browser.get(URL, {"by": "countries"}), "TECH-WG-01")
    assert row.counts["DE"] == 1
    assert "no one from Poland" in gaps(row)
    assert "no one from Malta" not in gaps(row)
    without = {unit.code: n for unit, n in page.context["matrix"].without}
    assert (without["PL"], without["DE"]) == (1, 0)


def test_a_suspended_member_and_whoever_left_are_not_counted(browser):
    group = GroupFactory(code="TECH-WG-01")
    suspended = taking_part(group, type="SOC-TU").organisation
    Membership._base_manager.filter(organisation=suspended).update(status="suspended")
    GroupMembershipFactory(group=group, organisation=MemberFactory(type="SOC-EMP"), status="left")
    assert row_of(browser.get(URL), "TECH-WG-01").total == 0


def test_a_committee_counts_seats_and_groups_together_and_each_organisation_once(browser):
    first, second = GroupFactory(code="EDU-WG-01", committee_code="EDU"), TaskForceFactory(committee_code="EDU")
    both = taking_part(first, type="EDU-HE").organisation
    GroupMembership.objects.create(group=second, organisation=both, status="active")
    seated = RepresentationFactory(organisation=MemberFactory(type="REG"))
    SeatFactory(code="EDU", user=seated.user, organisation=seated.organisation)
    row = row_of(browser.get(URL, {"committee": "EDU"}), "EDU")
    assert (row.counts["EDU-HE"], row.counts["REG"]) == (1, 1)
    row = row_of(browser.get(URL, {"committee": "EDU", "kind": "task_force"}), "EDU")
    assert (row.counts["EDU-HE"], row.counts["REG"]) == (1, 0)  # seats are of no kind of group


def test_filters_choose_committee_kind_and_family(browser):
    group = GroupFactory(code="TECH-WG-01")
    taking_part(group, type="SOC-TU")
    taking_part(group, type="IND-SUP")
    MemberFactory(type="SOC-EMP")
    TaskForceFactory(code="EDU-TF-01", committee_code="EDU")
    page = browser.get(URL, {"committee": "TECH", "kind": "working_group", "family": "SOC"})
    assert [row.code for row in page.context["matrix"].rows] == ["TECH-WG-01"]
    row = row_of(page, "TECH-WG-01")
    assert row.total == 1
    assert gaps(row) == ["nobody of the type “Employers' organisation”"]
    page = browser.get(URL, {"by": "x", "committee": "nonsense", "kind": "x", "family": "x", "page": "x"})
    assert page.status_code == 200
    assert "No group fits" in page.content.decode()


def test_a_field_opens_the_organisations_behind_it(browser):
    group = GroupFactory(code="TECH-WG-01")
    seen = taking_part(group, legal_name="Seen Works", type="IND-SUP").organisation
    taking_part(group, legal_name="Other School", type="EDU-HE")
    cell = next(cell for cell in row_of(browser.get(URL), "TECH-WG-01").cells if cell.count)
    text = browser.get(cell.url).content.decode()
    assert ("Seen Works" in text, "Other School" in text) == (True, False)
    assert seen.get_absolute_url() in text
    assert "Other School" in browser.get(f"{URL}TECH/?by=types").content.decode()
    assert "TECH-WG-01" in browser.get(f"{URL}all/?by=countries").content.decode()


def test_a_gap_opens_the_members_that_could_fill_it(browser):
    MemberFactory(legal_name="United Workers", type="SOC-TU")
    GroupFactory(code="TECH-WG-01")
    row = row_of(browser.get(URL), "TECH-WG-01")
    unit = next(unit for unit in row.missing if unit.code == "SOC")
    assert "United Workers" in browser.get(f"{row.url}&{unit.query}").content.decode()
    assert "nobody to ask" in browser.get(f"{URL}TECH-WG-01/?country=MT").content.decode()


def test_the_export_has_every_row_and_runs_nothing(browser):
    group = GroupFactory(code="TECH-WG-01", title="=HYPERLINK(1)")
    taking_part(group, type="IND-SUP")
    for n in range(60):
        GroupFactory(code=f"TECH-WG-{n + 10}")
    answer = browser.get(f"{URL}export.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    lines = {row[0]: row for row in rows}
    assert len([code for code in lines if code.startswith("TECH-WG-")]) == 61
    assert lines["TECH-WG-01"][1] == "'=HYPERLINK(1)"
    assert lines["TECH-WG-01"][rows[0].index("Supplier")] == "1"
    assert lines["TECH-WG-11"][rows[0].index("Supplier")] == "0"
    assert browser.get(f"{URL}export.xlsx").content[:2] == b"PK"


@pytest.mark.thorough
@pytest.mark.parametrize("by", ["types", "countries"])
def test_the_number_of_queries_is_the_same_for_ten_and_a_thousand_groups(browser, by):
    committee = Committee.objects.get(code="TECH")
    members = [MemberFactory(type=code) for code in ("IND-SUP", "EDU-HE", "REG")]
    assert MemberType.objects.count() == 13
    counts = []
    for total in (10, 1000):
        made = Group.objects.bulk_create(
            Group(code=f"TECH-WG-{n:04d}", title=f"Group {n}", kind="working_group", committee=committee, scope="x")
            for n in range(Group.objects.count(), total)
        )
        GroupMembership.objects.bulk_create(
            GroupMembership(group=group, organisation=member, status="active") for group in made for member in members
        )
        for path in (f"{URL}?by={by}", f"{URL}all/?by={by}"):
            browser.get(path)
            with CaptureQueriesContext(connection) as counted:
                assert browser.get(path).status_code == 200
            counts.append(len(counted))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 25
