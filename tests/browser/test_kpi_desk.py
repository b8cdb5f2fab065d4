"""Two people of the Office at their desk, in the browser: one report approved, one returned, a set settled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core import jobs
from kpis import rollup
from kpis.models import Adjustment, Report, Total
from members.models import Organisation
from tests.browser.looking import width_to_spare
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory, WorkforceFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def people(transactional_db):
    return make_personas()


@pytest.fixture
def round(people):
    """Two reports to look at, one that is missing, and two schools that claim the same workers."""
    one = RoundFactory(year=2025)
    WorkforceFactory(organisation=people.organisation, people=900, year=2024)
    ApprovedReportFactory(organisation=people.organisation, round=RoundFactory(year=2024), lines=[line(100)])
    SubmittedReportFactory(organisation=people.organisation, round=one, lines=[line(700)], expected=True)
    SubmittedReportFactory(organisation=people.other_organisation, round=one, lines=[line(40)], expected=True)
    ReportFactory(round=one, status="not_started", expected=True)
    employer = MemberFactory(legal_name="Contested Works a.s.")
    for name, number in (("Northern School", 30), ("Southern School", 20)):
        school = MemberFactory(legal_name=name, short_name="", type="EDU-VET")
        ApprovedReportFactory(organisation=school, round=one, lines=[line(number, whose="others", others=employer)])
    rollup.rebuild()
    return one


def whole() -> tuple[int, int]:
    return Total.objects.values_list("low", "high").get(
        by="region", key="ALL", breakdown="", indicator__code="K1", year=2025
    )


def test_the_office_approves_one_report_returns_another_and_settles_a_set_with_a_second_person(
    people, round, page_of, axe
):
    office = page_of(people.office)
    office.goto("/kpis/desk/")
    axe(office)
    row = office.get_by_role("row", name=re.compile("Acme Mobility")).first
    expect(row).to_contain_text("+600")
    row.locator("summary").click()
    expect(row).to_contain_text("a change of more than half")

    row.get_by_role("link", name="Acme Mobility a.s.").click()
    axe(office)
    office.locator("summary", has_text="Approve").click()
    office.get_by_role("button", name="Approve").click()
    expect(office.get_by_text("are being made anew")).to_be_visible()

    office.goto("/kpis/desk/")
    office.locator("#queue").get_by_role("link", name="Other Training Ltd").click()
    office.locator("summary", has_text="Return").click()
    office.get_by_role("button", name="Return").click()  # without a reason the browser stays where it is
    office.get_by_label("Reason").fill("Please add the age groups.")
    office.get_by_role("button", name="Return").click()
    expect(office.get_by_text("the organisation has been told why")).to_be_visible()
    assert (
        dict(Report.objects.filter(round=round).values_list("organisation__legal_name", "status")).items()
        >= {
            "Acme Mobility a.s.": "approved",
            "Other Training Ltd": "returned",
        }.items()
    )
    jobs.run_waiting()
    assert whole() == (700, 750)

    office.goto("/kpis/desk/")
    expect(office.locator("#queue")).to_contain_text("Nothing waits")
    office.get_by_role("link", name=re.compile("^Contested figures")).click()
    axe(office)
    office.get_by_role("link", name=re.compile("Contested Works")).click()
    axe(office)
    office.get_by_label("A number of its own, spread in proportion").check()
    office.get_by_role("textbox", name=re.compile("^A number of its own")).fill("35")
    office.get_by_role("button", name="Show the effect of a number").click()
    expect(office.get_by_role("row", name=re.compile(r"A number of its own"))).to_contain_text("735")
    office.get_by_label("Reason").fill("Fifteen are on both lists.")
    office.get_by_role("button", name="Propose").click()
    expect(office.get_by_text("Whoever proposed a settlement does not decide on it")).to_be_visible()
    axe(office)

    second = page_of(StaffRoleFactory(user__name="Second Person").user, color_scheme="dark", **PHONE)
    second.goto("/me/")
    second.get_by_role("link", name=re.compile("Settlement 2025")).first.click()
    expect(second.get_by_text("Fifteen are on both lists.").first).to_be_visible()
    assert width_to_spare(second) >= 0
    axe(second)
    second.locator("summary", has_text="Approve").click()
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("In effect").first).to_be_visible()
    assert Adjustment.objects.get().status == "approved"
    jobs.run_waiting()
    assert whole() == (735, 735)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_desk_on_a_phone(people, round, page_of, axe, scheme):
    page = page_of(people.office, color_scheme=scheme, **PHONE)
    employer = Organisation.objects.get(legal_name="Contested Works a.s.")
    for path in (
        "/kpis/desk/",
        "/kpis/settlements/",
        f"/kpis/settlements/set/?year=2025&indicator=K1&set=org:{employer.pk}",
        "/kpis/settlements/overlaps/",
        "/kpis/rounds/",
        f"/kpis/rounds/{round.pk}/",
        f"/kpis/rounds/{round.pk}/edit/",
        f"/kpis/rounds/{round.pk}/reporters/",
        f"/kpis/rounds/{round.pk}/remind/",
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert width_to_spare(page) >= 0, path
        axe(page)
