"""The year's figures, in the browser: filled in, submitted, approved, rolled up, on the dashboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core import jobs
from kpis import rollup
from kpis.models import Report
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line
from tests.factories.members import PASSWORD, MemberFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def people(transactional_db):
    return make_personas()


def members(count: int = 6):
    """Others who have reported, in three countries, one claim among them contested."""
    round = RoundFactory(year=2025)
    for number in range(count):
        country = ("CZ", "DE", "AT")[number % 3]
        member = MemberFactory(country_code=country, type=("IND-SUP", "EDU-VET")[number % 2])
        ApprovedReportFactory(
            organisation=member,
            round=round,
            lines=[
                line(1000 + number, region=country, parts={"gender": {"f": 300, "m": 700 + number}}),
                line(40, whose="others", region=country),
            ],
            expected=True,
        )
    rollup.rebuild()
    return round


def test_a_reporter_fills_in_the_primary_contact_submits_the_office_approves(people, page_of, axe):
    round = members()
    report = ReportFactory(organisation=people.organisation, round=round, status="not_started", expected=True)

    page = page_of(None)
    page.goto("/accounts/login/")
    page.fill("[name=login]", people.reporter.email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/")
    page.goto("/kpis/reports/")
    page.get_by_role("link", name=re.compile("Acme Mobility")).click()
    page.get_by_role("link", name="Fill in the figures").first.click()
    expect(page.get_by_label("Total").first).to_be_visible()
    axe(page)

    # Text in a number cell is refused where it stands, and stays there.
    total = page.get_by_label("Total").first
    total.fill("n/a")
    page.get_by_role("button", name="Save and go to K2").click()
    expect(page.get_by_text("is not a number")).to_be_visible()
    expect(total).to_have_value("n/a")
    axe(page)

    total.fill("1 500")
    gender = page.locator("details", has=page.get_by_text("Gender", exact=False)).first
    gender.locator("summary").click()
    gender.get_by_label("Women").fill("500")
    expect(gender.locator("[data-left]")).to_have_text("1,000 left")
    gender.get_by_label(re.compile("^Men")).fill("1000")
    expect(gender.locator("[data-left]")).to_have_text("complete")
    page.get_by_role("button", name="Save and go to K2").click()
    page.wait_for_url("**step=K2")
    page.get_by_label("Total").fill("12")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    primary = page_of(people.primary)
    primary.goto(f"/kpis/reports/{report.pk}/")
    expect(primary.get_by_role("cell", name="1,500")).to_be_visible()
    axe(primary)
    primary.locator("summary", has_text="Submit").click()
    primary.get_by_role("button", name="Confirm and submit").click()
    expect(primary.get_by_text("The ASA Office looks at it next")).to_be_visible()

    office = page_of(people.office)
    office.goto("/kpis/desk/")
    axe(office)
    office.get_by_role("link", name="Acme Mobility a.s.").first.click()
    office.locator("summary", has_text="Approve").click()
    office.get_by_role("button", name="Approve").click()
    expect(office.get_by_text("are being made anew")).to_be_visible()
    assert Report.objects.get(pk=report.pk).status == "approved"
    jobs.run_waiting()

    office.goto("/kpis/?year=2025")
    tile = office.locator(".stat", has=office.get_by_role("link", name="Workers upskilled", exact=True))
    expect(tile.locator(".stat-value")).to_have_text("7,515")  # 6,015 of the others, and 1,500
    axe(office)
    tile.locator(".stat-value a").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("Behind the number")
    axe(office)
    behind = office.locator("tbody", has=office.get_by_role("link", name="Acme Mobility a.s.", exact=True))
    expect(behind).to_contain_text("1,500")
    behind.get_by_role("link", name=re.compile("Czechia|CZ")).last.click()
    expect(office.get_by_role("heading", level=1)).to_have_text("KPI report 2025")
    expect(office.locator(".timeline")).to_contain_text("approved the report")


def test_the_dashboard_on_a_phone_and_in_the_dark(people, page_of, axe):
    members()
    for user, options in (
        (None, PHONE),
        (None, {"color_scheme": "dark"}),
        (people.office, PHONE | {"color_scheme": "dark"}),
    ):
        page = page_of(user, **options)
        page.goto("/kpis/?year=2025")
        expect(page.get_by_role("heading", level=1)).to_contain_text("2025")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        axe(page)


def test_a_filter_is_in_the_address(people, page_of):
    members()
    page = page_of(people.office)
    page.goto("/kpis/")
    page.locator("#choose_country").select_option("DE")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("country=DE"))
    expect(page.locator(".kpi-headline")).to_contain_text("Germany")


def test_the_form_works_without_script_on_a_phone(people, page_of):
    report = ReportFactory(organisation=people.organisation, status="not_started")
    page = page_of(people.reporter, java_script_enabled=False, **PHONE)
    page.goto(f"/kpis/reports/{report.pk}/edit/")
    page.get_by_label("Total").first.fill("80")
    page.locator("summary", has_text="Add a row").click()
    page.get_by_label("Country or region").select_option("DE21")
    page.get_by_label("Staff of another organisation").check()
    page.get_by_label("Which organisation?").fill(people.other_organisation.code)
    page.get_by_role("button", name="Save and add this row").click()
    expect(page.get_by_text("Staff of Other Training Ltd")).to_be_visible()
    expect(page.get_by_label("Total").first).to_have_value("80")
