"""The roster import with nothing but the keyboard: a correct, a messy and a hostile file, on every page with axe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core import jobs
from members.models import Organisation
from tests.factories.members import MemberFactory
from tests.personas import Personas

CORRECT = "name;country;type;web\nNordlicht Federn;DE;supplier;www.nordlicht.example\n"
MESSY = """Members;;;;
Firma;Land;Typ;Größe;Webseite
Acme Mobilti;CZ;Zulieferer;klein;www.new-acme.example
Twin Works;AT;Zulieferer;;
"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _press in range(150):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {target}")


def enter(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def upload(page: Page, path: Path) -> None:
    page.goto("/members/imports/new/")
    field = page.get_by_label("Spreadsheet")
    tab_to(page, field)
    field.set_input_files(path)  # the window that opens is the browser's own
    enter(page, button(page, "Upload and look at the columns"))


def work() -> None:
    assert jobs.run_waiting()


def test_a_correct_file(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, tmp_path: Path
) -> None:
    path = tmp_path / "correct.csv"
    path.write_text(CORRECT)
    page = page_of(personas.office)
    upload(page, path)
    enter(page, button(page, "Save and check the rows"))
    expect(page.get_by_text("Waiting for the worker.")).to_be_visible()
    work()
    enter(page, button(page, "Write one row to the directory"))
    expect(page.get_by_role("heading", name="The members are being written")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="One organisation was written")).to_be_visible()
    axe(page)
    enter(page, button(page, "Undo the import"))
    expect(page.get_by_role("heading", name="The import is being undone")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="The import was undone")).to_be_visible()
    axe(page)
    assert not Organisation.objects.filter(legal_name="Nordlicht Federn").exists()


def test_a_messy_file_is_merged_field_by_field(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, tmp_path: Path
) -> None:
    acme = personas.organisation
    acme.website = "https://acme.example"
    acme.save()
    twins = [MemberFactory(legal_name="Twin Works", country_code="AT") for _n in range(2)]
    path = tmp_path / "messy.csv"
    path.write_text(MESSY, encoding="cp1252")
    page = page_of(personas.office)
    upload(page, path)
    enter(page, button(page, "Save and check the rows"))
    expect(page.get_by_text("Waiting for the worker.")).to_be_visible()
    work()
    compare = page.get_by_role("link", name=f"compare {twins[0].code} and {twins[1].code}")
    expect(compare).to_be_visible()
    enter(page, page.get_by_role("link", name=f"Merge with {acme.code}, field by field"))
    expect(page.get_by_role("heading", name=f"Row 3 and {acme.code} are one: what holds?")).to_be_visible()
    axe(page)
    site = page.get_by_role("radio", name="acme.example").last  # that of the record is chosen until somebody says more
    tab_to(page, site)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("radio", name="new-acme.example")).to_be_checked()
    enter(page, button(page, "Keep this decision"))
    expect(page.get_by_text("Decided: the same, field by field")).to_be_visible()
    expect(page.locator("ins", has_text="https://www.new-acme.example")).to_be_visible()
    axe(page)
    enter(page, page.locator("#row-4").get_by_role("button", name="Leave it out"))
    expect(page.get_by_text("Decided: leave out")).to_be_visible()
    enter(page, button(page, "Write one row to the directory"))
    expect(page.get_by_role("heading", name="The members are being written")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="One organisation was written")).to_be_visible()
    acme.refresh_from_db()
    assert (acme.website, acme.size_class) == ("https://www.new-acme.example", "small")


def test_a_hostile_file_is_refused_and_the_next_one_is_taken(
    page_of: Callable[..., Page], axe: Callable[[Page], None], personas: Personas, tmp_path: Path
) -> None:
    bad, good = tmp_path / "members.xlsx", tmp_path / "good.csv"
    bad.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    good.write_text("name;country;type\n=HYPERLINK(1);DE;supplier\n<script>alert(1)</script>;DE;supplier\n")
    page = page_of(personas.office)
    upload(page, bad)
    expect(page.get_by_text("protected by a password")).to_be_visible()
    axe(page)
    field = page.get_by_label("Spreadsheet")
    tab_to(page, field)
    field.set_input_files(good)
    enter(page, button(page, "Upload and look at the columns"))
    enter(page, button(page, "Save and check the rows"))
    expect(page.get_by_text("Waiting for the worker.")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="What the import will do")).to_be_visible()
    expect(page.get_by_role("rowheader", name="<script>alert(1)</script>")).to_be_visible()
    axe(page)
