"""The year's figures, in the browser: filled in, submitted, approved, rolled up, on the dashboard."""

from __future__ import annotations

import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from core import jobs
from kpis import rollup
from kpis.models import Report
from tests.browser.looking import width_to_spare
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line
from tests.factories.members import PASSWORD, MemberFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def people(transactional_db):
    return make_personas()


def paste(cell, text: str) -> None:
    """As a spreadsheet leaves it on the clipboard."""
    cell.evaluate(
        """(cell, text) => {
            cell.focus();
            const data = new DataTransfer();
            data.setData("text/plain", text);
            cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


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
    primary.get_by_role("link", name="Submit").click()
    expect(primary.get_by_role("row", name=re.compile("K1: Workers upskilled"))).to_contain_text("+1,500")
    axe(primary)
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


def test_a_draft_saves_itself_and_a_block_is_pasted_from_a_spreadsheet(people, page_of, axe):
    lines = [line(5, region=code) for code in ("CZ01", "CZ02", "CZ03")]
    report = ReportFactory(organisation=people.organisation, lines=lines)
    page = page_of(people.reporter)
    page.goto(f"/kpis/reports/{report.pk}/edit/?step=K1")
    paste(page.locator("#r0-total"), "1 200\ta number\r\n\tnot collected\r\nsee note\r\n9\r\n")
    expect(page.locator("#r0-total")).to_have_value("1 200")
    expect(page.locator("#r1-state")).to_have_value("not_collected")
    expect(page.locator("#r2-total")).to_have_value("see note")
    expect(page.get_by_text("1 pasted cells had no place")).to_be_visible()
    expect(page.locator(".figures-save [role=status]")).to_contain_text("except the rows with a mark")
    expect(page.locator("#r2-total-error")).to_contain_text("is not a number")
    axe(page)
    said = dict(report.figures.values_list("region__code", "value"))
    assert said == {"CZ01": 1200, "CZ02": None, "CZ03": 5}

    page.locator("#r2-total").fill("60")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#r1-total")).to_be_focused()
    expect(page.locator(".figures-save [role=status]")).to_contain_text("Draft saved at")
    expect(page.locator("#r2-total-error")).to_have_count(0)
    assert report.figures.get(region__code="CZ03").value == 60

    # Another window, in between: the draft is not overwritten, and nothing typed is lost.
    other = page_of(people.primary)
    other.goto(f"/kpis/reports/{report.pk}/edit/?step=K1")
    other.locator("#r0-total").fill("1300")
    expect(other.locator(".figures-save [role=status]")).to_contain_text("Draft saved at")
    page.locator("#r0-total").fill("1400")
    expect(page.locator(".figures-save [role=status]")).to_contain_text("Primary has changed these figures")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("Primary saved other figures")).to_be_visible()
    expect(page.locator("#r0-total")).to_have_value("1400")
    axe(page)
    assert report.figures.get(region__code="CZ01").value == 1300


def test_a_report_goes_out_as_a_spreadsheet_and_comes_back(people, page_of, axe, tmp_path):
    """The round trip through a real file, changed as a spreadsheet program changes it."""
    lines = [line(120, region="CZ01", parts={"gender": {"f": 20, "m": 100}}), line(60, region="CZ02")]
    report = ReportFactory(organisation=people.organisation, lines=lines)
    page = page_of(people.reporter)
    page.goto(f"/kpis/reports/{report.pk}/")
    page.get_by_role("link", name="As a spreadsheet").click()
    axe(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the template").click()
    path = tmp_path / "report.xlsx"
    waiting.value.save_as(path)

    book = load_workbook(path)
    sheet = book["K1"]
    columns = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(row=5, column=columns["total"]).value = 130
    sheet.cell(row=6, column=columns["total"]).value = "see note"
    book.save(path)
    page.get_by_label("The filled-in template").set_input_files(path)
    page.get_by_role("button", name="Show the differences").click()
    expect(page.get_by_role("row", name=re.compile("K1 H6 “see note” is not a number"))).to_be_visible()
    axe(page)

    sheet.cell(row=6, column=columns["total"]).value = 61
    sheet.cell(row=5, column=columns["gender.m"]).value = 110
    book.save(path)
    page.get_by_label("The filled-in template").set_input_files(path)
    page.get_by_role("button", name="Show the differences").click()
    expect(page.get_by_role("caption")).to_have_text("3 differences")
    expect(page.get_by_role("row", name=re.compile("Total 120 130"))).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Write these figures").click()
    expect(page.get_by_text("The figures of the file are saved")).to_be_visible()
    assert dict(report.figures.values_list("region__code", "value")) == {"CZ01": 130, "CZ02": 61}


def test_a_session_that_ends_while_typing_loses_nothing(people, page_of):
    report = ReportFactory(organisation=people.organisation, lines=[line(5)])
    page = page_of(people.reporter)
    page.goto(f"/kpis/reports/{report.pk}/edit/?step=K1")
    kept = page.context.cookies()
    page.context.clear_cookies(name="session")
    page.locator("#r0-total").fill("4711")
    expect(page.locator(".figures-save [role=status]")).to_contain_text("you are signed out")
    expect(page.locator("#r0-total")).to_have_value("4711")
    page.context.add_cookies([one for one in kept if one["name"] == "session"])
    page.locator("#r0-total").press("End")
    page.keyboard.type("0")
    expect(page.locator(".figures-save [role=status]")).to_contain_text("Draft saved at")
    assert report.figures.get().value == 47110


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
        assert width_to_spare(page) >= 0
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
