"""A group's document and output in the browser: uploaded, revised, recorded, and read by a visitor on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from groups.models import Document
from tests.browser.test_groups import DESK, PHONE, Check, OpenPage, confirm, width_to_spare
from tests.factories.groups import PDF, GroupFactory, make_lead
from tests.personas import Personas


def test_a_lead_uploads_and_revises_and_a_visitor_reads(
    page_of: OpenPage, axe: Check, personas: Personas, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    good, better, wrong = (tmp_path / name for name in ("course.pdf", "course-2.pdf", "trick.pdf"))
    good.write_bytes(PDF + b"1")
    better.write_bytes(PDF + b"2")
    wrong.write_bytes(b"MZ\x90\0")
    group = GroupFactory(title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    lead = page_of(personas.primary, viewport=DESK)
    lead.goto(group.get_workspace_url())
    lead.get_by_role("link", name="Documents", exact=True).click()
    axe(lead)
    lead.get_by_role("link", name="Upload a document").click()
    lead.get_by_label("File").set_input_files(wrong)
    lead.get_by_label("Title").fill("Course book")
    lead.get_by_label("Everybody, also visitors").check()
    lead.get_by_role("button", name="Upload").click()
    expect(lead.locator(".field-file, .field").first).to_contain_text("Please send a document or picture")
    expect(lead.get_by_label("Title")).to_have_value("Course book")
    axe(lead)
    lead.get_by_label("File").set_input_files(good)
    lead.get_by_role("button", name="Upload").click()
    expect(lead.locator("main")).to_contain_text("The document is uploaded.")
    lead.get_by_role("link", name="Upload a new version").click()
    lead.get_by_label("File").set_input_files(better)
    lead.get_by_label("What changed, and why").fill("Lesson nine is shorter.")
    axe(lead)
    lead.get_by_role("button", name="Upload the new version").click()
    expect(lead.get_by_role("row", name="Lesson nine is shorter.")).to_be_visible()
    lead.get_by_text("Checksums (SHA-256)").click()
    axe(lead)
    lead.goto(group.get_workspace_url())
    lead.get_by_role("link", name="Record an output").click()
    axe(lead)
    lead.get_by_label("Type").select_option(label="Training")
    lead.get_by_label("Title").fill("Course for workshops")
    lead.get_by_label("What it is, and for whom").fill("Forty lessons.")
    lead.get_by_label("Date").fill("2026-03-01")
    lead.get_by_role("button", name="Record it").click()
    expect(lead.locator("main")).to_contain_text("Choose a licence")
    lead.get_by_label("Licence").select_option(index=1)
    lead.get_by_label("Document").select_option(label="Course book")
    lead.get_by_role("button", name="Record it").click()
    axe(lead)

    visitor = page_of(None, viewport=PHONE, color_scheme="dark")
    visitor.goto("/outputs/")
    axe(visitor)
    visitor.get_by_label("Type").select_option(label="Training")
    visitor.get_by_role("link", name="Course for workshops").click()
    axe(visitor)
    assert width_to_spare(visitor) >= 0
    with visitor.expect_download() as told:
        visitor.get_by_role("link", name="Download (PDF").click()
    assert told.value.suggested_filename == "course-2.pdf"
    assert Path(told.value.path()).read_bytes() == PDF + b"2"
    visitor.get_by_role("link", name="Course book").click()
    axe(visitor)
    assert width_to_spare(visitor) >= 0

    lead.goto(Document.objects.get().get_absolute_url())
    confirm(lead, "Withdraw", "Withdraw it", "It is out of date.")
    expect(lead.locator("main")).to_contain_text("It is out of date.")
    axe(lead)
    assert visitor.reload().status == 404  # type: ignore[union-attr]
