"""From the headline to the evidence by clicks alone: behind a number stand a report, a file and a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from asa_portal.demo import papers
from core import jobs
from core.uploads import accept
from kpis import rollup, services
from kpis.lines import line_name
from kpis.services.evidence import attach_evidence
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db, settings, tmp_path):
    """Acme reported 1,500, with a paper, and corrected that to 1,400; two persons of the Office approved."""
    settings.MEDIA_ROOT = tmp_path
    people, round = make_personas(), RoundFactory(year=2025)
    for country in ("CZ", "DE", "AT"):
        ApprovedReportFactory(
            organisation=MemberFactory(country_code=country), round=round, lines=[line(1000, region=country)]
        )
    report = ReportFactory(organisation=people.organisation, round=round, expected=True)
    for value, approver in ((1500, people.office), (1400, StaffRoleFactory(user__name="Second Person").user)):
        if report.counts:
            report = services.reopen_report(report_id=report.pk, actor=people.office, note="A plant was sold.")
        services.save_figures(report_id=report.pk, lines=[line(value)], actor=people.reporter)
        if value == 1500:
            attach_evidence(
                report_id=report.pk, indicator="K1", line=line_name(line(value)), actor=people.reporter,
                upload=accept("courses.pdf", papers.pdf("Courses", ["1,500 people"])),
            )  # fmt: skip
        services.submit_report(report_id=report.pk, actor=people.primary)
        report = services.approve_report(report_id=report.pk, actor=approver)
    rollup.rebuild()
    jobs.run_waiting()
    return people


def test_from_the_headline_to_a_figure_its_report_its_revisions_its_evidence_and_who_approved_it(people, page_of, axe):
    page = page_of(people.office)
    page.goto("/")
    page.get_by_role("link", name="KPIs", exact=True).first.click()
    headline = page.locator(".kpi-headline")
    expect(headline).to_contain_text("4,400")
    headline.get_by_role("link", name="The 4 reports behind this number").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Behind the number")
    behind = page.locator("tbody", has=page.get_by_role("link", name="Acme Mobility a.s.", exact=True))
    expect(behind).to_contain_text("1,400")
    behind.get_by_role("link", name=re.compile("^Czechia")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("KPI report 2025")
    figure = page.locator("tr:target")  # the address leads to the figure itself
    expect(figure).to_contain_text("1,400")
    about = page.get_by_role("complementary")
    expect(about.locator("dt", has_text="Approved").locator("+ dd")).to_contain_text("Second Person")
    expect(about.locator(".timeline")).to_contain_text("A plant was sold.")
    axe(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="courses.pdf").click()
    assert waiting.value.suggested_filename == "courses.pdf"
    assert b"1,500 people" in Path(waiting.value.path()).read_bytes()

    about.get_by_role("link", name="Revision 1").click()
    expect(page.get_by_text("these figures no longer count")).to_be_visible()
    expect(page.get_by_role("cell", name="1,500")).to_be_visible()
    expect(about.locator("dt", has_text="Approved").locator("+ dd")).to_contain_text("Office")
    expect(page.get_by_role("link", name="courses.pdf")).to_be_visible()
    axe(page)
