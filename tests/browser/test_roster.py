"""The roster import in a browser: a correct, a messy and a hostile file, by keyboard, on a phone, without script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from core import jobs
from members.models import Organisation
from tests.browser.looking import width_to_spare
from tests.factories.members import MemberFactory
from tests.personas import Personas

REAL = settings.BASE_DIR / "tests" / "data" / "education-providers-eu.csv"
MESSY = """Our members;;;;;
as of 31 March;;;;;
;;;;;
Firma;Land;Typ;PIC;Webseite;Notiz
ACME MOBILITY;Tschechien;Zulieferer;;www.acme.example;capitals
Acme Mobilti a.s.;CZ;Zulieferer;;;a slip of the pen
Neue Werke GmbH;Österreich;Zulieferer;12345;;a PIC that is none
Ganz Neu AG;Schweiz;Zulieferer;;;
"""
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "messy.csv"
    path.write_text(MESSY, encoding="cp1252")
    return path


def work() -> None:
    """What the worker does."""
    assert jobs.run_waiting()


def test_the_office_imports_804_organisations_and_finds_them_in_the_directory(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas
) -> None:
    page = page_of(personas.office)
    page.goto("/members/")
    page.get_by_role("link", name="Import a roster").click()
    axe(page)
    page.get_by_label("Spreadsheet").set_input_files(REAL)
    page.get_by_role("button", name="Upload and look at the columns").click()
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Save and check the rows").click()
    expect(page.get_by_text("No column names the member type, so choose one for all rows.").first).to_be_visible()
    axe(page)
    page.get_by_label("Member type of rows that name none").select_option("EDU-HE")
    page.get_by_role("button", name="Save and check the rows").click()
    expect(page.get_by_text("Waiting for the worker.")).to_be_visible()
    axe(page)
    work()
    expect(page.get_by_role("heading", name="What the import will do")).to_be_visible()  # by itself
    axe(page)
    page.get_by_role("link", name="New 8").last.click()
    axe(page)
    page.get_by_role("button", name="Write 8").click()
    expect(page.get_by_role("heading", name="The members are being written")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="organisations were written")).to_be_visible()
    axe(page)
    assert Organisation.objects.filter(member_type__code="EDU-HE").count() > 780

    page.get_by_role("link", name="Open the directory").click()
    page.get_by_role("searchbox", name="Name").fill("burgenland")
    expect(page.get_by_role("status").filter(has_text="1 member found")).to_be_visible()
    assert "q=burgenland" in page.url
    page.get_by_role("link", name="Fachhochschule Burgenland").click()
    expect(page.get_by_role("heading", name="Fachhochschule Burgenland")).to_be_visible()
    axe(page)


def test_a_messy_file_is_decided_row_by_row_with_the_keyboard(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, messy: Path
) -> None:
    page = page_of(personas.office)
    page.goto("/members/imports/new/")
    page.get_by_label("Spreadsheet").set_input_files(messy)
    page.get_by_role("button", name="Upload and look at the columns").press("Enter")
    expect(page.get_by_text("Headers in row 4.")).to_be_visible()
    expect(page.get_by_text("“Notiz”")).to_be_visible()
    page.get_by_role("button", name="Save and check the rows").press("Enter")
    expect(page.get_by_text("Waiting for the worker.")).to_be_visible()
    work()
    same = page.get_by_role("button", name=f"The same as {personas.organisation.code}")
    expect(same).to_be_visible()
    axe(page)
    same.press("Enter")
    expect(page.get_by_text("Decided: the same")).to_be_visible()
    expect(page.get_by_role("button", name="The same as")).to_have_attribute("aria-pressed", "true")

    page.get_by_role("link", name="Errors 1").last.press("Enter")
    expect(page.get_by_text("“12345” is no PIC: a PIC has nine digits.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Write 3 rows").press("Enter")
    expect(page.get_by_text("Rows with errors stop the whole file.").first).to_be_visible()
    axe(page)
    page.get_by_label("Leave out the rows with errors and write the others").press("Space")
    page.get_by_role("button", name="Write 3 rows").press("Enter")
    expect(page.get_by_role("heading", name="The members are being written")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="2 organisations were written")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("link", name="Rows to correct (.xlsx)").click()
    assert file.value.suggested_filename.endswith("-to-correct.xlsx")


def test_a_hostile_file_is_refused_beside_its_field(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, tmp_path: Path
) -> None:
    picture = tmp_path / "members.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page = page_of(personas.office)
    page.goto("/members/imports/new/")
    page.get_by_label("Spreadsheet").set_input_files(picture)
    page.get_by_role("button", name="Upload and look at the columns").click()
    expect(page.get_by_text("its content is PNG")).to_be_visible()
    expect(page.get_by_label("Spreadsheet")).to_have_attribute("aria-invalid", "true")
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_steps_fit_a_phone(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, messy: Path, scheme: str
) -> None:
    page = page_of(personas.office, viewport=PHONE, color_scheme=scheme)
    page.goto("/members/imports/new/")
    page.get_by_label("Spreadsheet").set_input_files(messy)
    page.get_by_role("button", name="Upload and look at the columns").click()
    for _step in range(2):
        axe(page)
        assert width_to_spare(page) >= 0, page.url
        if page.get_by_role("button", name="Save and check the rows").is_visible():
            page.get_by_role("button", name="Save and check the rows").click()
            expect(page.get_by_text("Waiting for the worker.")).to_be_visible()
            work()
            expect(page.get_by_role("heading", name="What the import will do")).to_be_visible()


def test_everything_works_without_script(page_of: Callable[..., Page], personas: Personas, messy: Path) -> None:
    page = page_of(personas.office, java_script_enabled=False)
    page.goto("/members/imports/new/")
    page.get_by_label("Spreadsheet").set_input_files(messy)
    page.get_by_role("button", name="Upload and look at the columns").click()
    page.get_by_role("button", name="Save and check the rows").click()
    work()
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Leave all open ones out").click()
    expect(page.get_by_text("Decided: leave out")).to_be_visible()
    page.goto("/members/")
    page.get_by_label("Country").select_option("IE")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("1 member found")).to_be_visible()


def test_the_profile_of_an_organisation_is_kept_by_its_people(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas
) -> None:
    MemberFactory(pic="999999999")
    page = page_of(personas.primary)
    page.goto("/my-organisation/")
    axe(page)
    page.get_by_role("link", name="Edit the profile").click()
    axe(page)
    page.get_by_label("PIC").fill("999999999")
    page.get_by_label("What it does").fill("Moves people and goods.")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_text("has this number already")).to_be_visible()
    expect(page.get_by_label("What it does")).to_have_value("Moves people and goods.")
    axe(page)
    page.get_by_label("PIC").fill("999999998")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_text("The profile is saved.")).to_be_visible()
    expect(page.locator("ins", has_text="999999998")).to_be_visible()


@pytest.mark.parametrize("view", ["", "?view=map", "?q=nothing+like+it"])
def test_the_directory_is_accessible_and_fits_a_phone(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, view: str
) -> None:
    for options in ({}, {"viewport": PHONE, "color_scheme": "dark"}):
        page: Any = page_of(None, **options)
        page.goto(f"/members/{view}")
        axe(page)
        assert width_to_spare(page) >= 0


def test_unknown_words_contacts_and_undoing_with_the_keyboard(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("name;country;type;e-mail\nNordlicht Federn;Teutonia;Zulieferer;ada@nordlicht.example\n")
    page = page_of(personas.office)
    page.goto("/members/imports/new/")
    page.get_by_label("Spreadsheet").set_input_files(path)
    page.get_by_role("button", name="Upload and look at the columns").press("Enter")
    page.get_by_role("button", name="Save and check the rows").press("Enter")
    expect(page.get_by_role("heading", name="What do these words mean?")).to_be_visible()
    axe(page)
    page.get_by_label("“Teutonia”").select_option("DE")
    page.get_by_role("button", name="Save and check the rows").press("Enter")
    expect(page.get_by_text("Waiting for the worker.")).to_be_visible()
    work()
    page.get_by_role("button", name="Write one row to the directory").press("Enter")
    expect(page.get_by_role("heading", name="The members are being written")).to_be_visible()
    work()
    page.get_by_role("link", name="Choose whom to invite").press("Enter")
    expect(page.get_by_role("cell", name="ada@nordlicht.example", exact=True)).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Invite those chosen").press("Enter")
    expect(page.get_by_text("Nobody is chosen who could be invited, so nothing is sent.")).to_be_visible()
    page.get_by_role("link", name="odd.csv").press("Enter")
    page.get_by_role("button", name="Undo the import").press("Enter")
    expect(page.get_by_role("heading", name="The import is being undone")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="The import was undone")).to_be_visible()
    axe(page)
    expect(page.get_by_role("row", name="Nordlicht Federn")).to_contain_text("reversed")
    assert not Organisation.objects.filter(legal_name="Nordlicht Federn").exists()
