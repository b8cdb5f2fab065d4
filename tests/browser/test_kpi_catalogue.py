"""What the Office keeps so that figures can be read: definitions, skills profiles, editions; in both themes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core import jobs
from core.models import Indicator, SkillsProfile
from kpis import rollup
from kpis.models import Edition
from members.models import today
from tests.browser.looking import width_to_spare
from tests.factories.kpis import ApprovedReportFactory, line
from tests.factories.members import StaffRoleFactory

pytestmark = pytest.mark.django_db(transaction=True)
URI = "http://data.europa.eu/esco/occupation/114e1eff-215e-47df-8e10-45a5b72f8197"


@pytest.fixture
def office(transactional_db):
    return StaffRoleFactory(user__name="Office").user


@pytest.fixture
def both(axe):
    """both(page): accessible on a desk by day and on a phone in the dark, and inside its width."""

    def check(page) -> None:
        for scheme, width in (("dark", 390), ("light", 1280)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 844})
            assert width_to_spare(page) >= 0, page.url
            axe(page)

    return check


def test_a_definition_is_drafted_compared_and_published(office, page_of, both):
    page = page_of(office)
    page.goto("/kpis/indicators/")
    both(page)
    page.get_by_role("link", name=re.compile("K4")).first.click()
    both(page)
    page.get_by_role("link", name="New version", exact=True).click()
    page.get_by_label("Short name").fill("")
    page.get_by_role("button", name="Keep the draft and see what changes").click()
    expect(page.get_by_label("Short name")).to_have_attribute("aria-invalid", "true")
    both(page)
    page.get_by_label("Short name").fill("Awards that count")
    page.get_by_label("Gender", exact=True).check()
    page.get_by_role("button", name="Keep the draft and see what changes").click()

    expect(page.get_by_role("heading", name="2 differences")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Short name"))).to_contain_text("Awards that count")
    expect(page.get_by_role("row", name=re.compile("^Breakdowns"))).to_contain_text("added: Gender")
    both(page)
    page.get_by_role("button", name=re.compile("^Publish version")).click()  # without a reason
    expect(page.get_by_label("Why")).to_have_attribute("aria-invalid", "true")
    both(page)
    page.get_by_label("Why").fill("Agreed by the committee.")
    page.get_by_role("button", name=re.compile("^Publish version")).click()
    expect(page.get_by_text("Published. The definition holds from the year that you named.")).to_be_visible()
    expect(page.get_by_text("Agreed by the committee.").first).to_be_visible()
    both(page)
    assert Indicator.objects.get(code="K4").versions.filter(short_name="Awards that count").count() == 1


def test_a_skills_profile_is_added_corrected_and_withdrawn(office, page_of, both):
    page = page_of(office)
    page.goto("/kpis/profiles/")
    both(page)
    page.get_by_role("link", name="Add a profile").click()
    page.get_by_label("Code").fill("cell-operator")
    page.get_by_label("Label").fill("battery cell operator")
    page.get_by_label("Address at the source").fill("https://example.org/")
    page.get_by_label("Version of the source").fill("1.2.0")
    page.get_by_role("button", name="Add the profile").click()
    expect(page.get_by_label("Address at the source")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Label")).to_have_value("battery cell operator")
    both(page)
    page.get_by_label("Address at the source").fill(URI)
    page.get_by_role("button", name="Add the profile").click()
    page.get_by_role("link", name="battery cell operator").click()
    expect(page.get_by_text("ESCO v1.2.0")).to_be_visible()
    both(page)
    page.get_by_role("link", name="Correct").click()
    page.get_by_label("Label").fill("battery cell machine operator")
    page.get_by_label("Why").fill("As the source has it.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("battery cell machine operator")
    page.locator("summary", has_text="Withdraw").click()
    both(page)
    page.get_by_label("Reason").fill("The source has replaced it.")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("The source has replaced it.").first).to_be_visible()
    both(page)
    assert SkillsProfile.objects.get(code="cell-operator").last_year is not None


def test_a_year_is_frozen_looked_at_published_and_cited(office, page_of, both):
    for _number in range(4):
        ApprovedReportFactory(lines=[line(100)])
    rollup.rebuild()
    page = page_of(office)
    page.goto("/kpis/editions/")
    both(page)
    page.locator("summary", has_text="Freeze a year").click()
    both(page)
    page.get_by_label("Note").fill("First figures.")
    page.get_by_role("button", name="Freeze a year").click()
    expect(page.get_by_text("are being frozen").first).to_be_visible()
    both(page)
    assert jobs.run_waiting()
    page.reload()
    page.get_by_role("link", name="2024-1").click()
    expect(page.get_by_text("Only the Office sees it.")).to_be_visible()
    page.locator("summary", has_text="Publish").click()
    both(page)
    page.get_by_role("button", name="Publish").click()
    cited = page.locator(".kpi-citation")
    expect(cited).to_contain_text(f"Automotive Skills Alliance ({today().year}): KPI figures 2024, edition 2024-1")
    address = str(cited.text_content()).rsplit(" ", 1)[-1].strip()
    both(page)
    assert Edition.objects.get().status == "published"

    visitor = page_of(None)
    visitor.goto(address)  # as it stands in somebody's text
    expect(visitor.get_by_role("heading", level=1)).to_have_text("KPI figures 2024, edition 2024-1")
    expect(visitor.get_by_role("cell", name="400").first).to_be_visible()
    both(visitor)
