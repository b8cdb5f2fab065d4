"""Past figures in a browser: one person of the Office imports them by keyboard, a second approves them, and the number
stands on the dashboard and opens its report."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import jobs
from kpis.models import Report
from tests.browser.looking import width_to_spare
from tests.factories.members import StaffRoleFactory
from tests.personas import make_personas

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "Reporting organisation;Year;Quarter;KPI;NUTS code;Whose workers;Number\n"


@pytest.fixture
def people(transactional_db: None) -> Any:
    return make_personas()


def file_of(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def press(page: Page, role: Any, name: Any) -> None:
    """Reach a control with the Tab key, and use it with Enter."""
    target = page.get_by_role(role, name=name).first
    target.wait_for()
    page.evaluate("document.activeElement && document.activeElement.blur()")
    for _step in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("it => it === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def checked(page: Page, path: Path, axe: Callable[[Page], None]) -> None:
    page.goto("/kpis/history/")
    axe(page)
    page.get_by_label("Spreadsheet").set_input_files(path)
    press(page, "button", re.compile("^Upload"))
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    axe(page)
    press(page, "button", re.compile("^Save and check"))
    expect(page.get_by_text("Waiting for the worker.")).to_be_visible()
    axe(page)
    assert jobs.run_waiting()
    expect(page.get_by_role("heading", name="What the import will do")).to_be_visible()  # by itself
    axe(page)


def test_from_a_file_with_an_error_to_an_approved_number_on_the_dashboard(
    people: Any, page_of: Callable[..., Page], axe: Callable[[Page], None], tmp_path: Path
) -> None:
    acme, other = people.organisation, people.other_organisation
    good = f"{acme.code};2023;YEAR;K1;CZ;own;120"
    importer = page_of(StaffRoleFactory(user__name="First Person").user)
    checked(importer, file_of(tmp_path, "wrong.csv", good, f"{other.code};2023;YEAR;K1;IE;own;n/a"), axe)
    expect(importer.get_by_text("“n/a” is not a number")).to_be_visible()
    expect(importer.get_by_role("button", name=re.compile("^Write"))).to_have_count(0)

    checked(importer, file_of(tmp_path, "right.csv", good, f"{other.code};2023;YEAR;K1;IE;own;45"), axe)
    press(importer, "button", re.compile("^Write 2 rows"))
    expect(importer.get_by_role("heading", name="The figures are being written")).to_be_visible()
    assert jobs.run_waiting()
    expect(importer.get_by_role("heading", name="2 rows were written")).to_be_visible()
    axe(importer)
    press(importer, "link", "The reports of this import")
    expect(importer.get_by_text("You imported this file")).to_be_visible()
    axe(importer)
    address = importer.url

    second = page_of(people.office, color_scheme="dark", viewport={"width": 390, "height": 844})
    second.goto(address)
    assert width_to_spare(second) >= 0
    axe(second)
    second.locator("summary", has_text="Approve all 2 reports").press("Enter")
    press(second, "button", "Approve all 2 reports")
    expect(second.get_by_role("heading", name="The reports are being approved")).to_be_visible()
    axe(second)
    assert jobs.run_waiting()
    assert jobs.run_waiting()  # the roll-up, which the approvals asked for
    expect(second.get_by_text("Office approved 2 reports")).to_be_visible()  # by itself
    axe(second)
    assert set(Report.objects.values_list("status", "approved_by__name")) == {("approved", "Office")}

    second.goto("/kpis/?year=2023")
    second.get_by_role("link", name="165", exact=True).first.click()
    expect(second.get_by_role("link", name=re.compile("Acme")).first).to_be_visible()
    expect(second.get_by_text("120").first).to_be_visible()
    axe(second)

    importer.goto(address.replace("reports/", ""))
    press(importer, "button", "Undo the import")
    expect(importer.get_by_role("heading", name="The import is being undone")).to_be_visible()
    assert jobs.run_waiting()
    expect(importer.get_by_role("heading", name="The import was undone")).to_be_visible()
    expect(importer.get_by_text("The figures were approved since").first).to_be_visible()
    axe(importer)
    assert Report.objects.counting().count() == 2
