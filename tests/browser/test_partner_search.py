"""From an idea to a project, in the browser: posted with the keyboard, interest from a phone, recommended, granted,
entered by the Office; and results from a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import jobs
from core.imports.models import Import
from members.models import today
from projects.models import Idea, Project, Result
from tests.browser.looking import width_to_spare
from tests.personas import Personas

PHONE = {"width": 390, "height": 844}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]


def confirm(page: Page, opener: str, button: str, **fields: str) -> None:
    page.locator("details.confirm summary", has_text=opener).click()
    for label, text in fields.items():
        page.locator("details[open]").get_by_label(label).fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def press_to(page: Page, name: str, role: str = "link") -> None:
    """By the keyboard alone: Tab until it has the focus, then Enter."""
    target = page.get_by_role(role, name=name, exact=True).first
    for _step in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"{name} is not reached with the Tab key")


def test_an_idea_becomes_a_project(page_of: OpenPage, axe: Check, personas: Personas) -> None:
    poster = page_of(personas.primary)
    poster.goto("/")
    press_to(poster, "Projects")
    expect(poster.get_by_role("heading", name="Projects", exact=True)).to_be_visible()
    press_to(poster, "Partner search")
    expect(poster.get_by_role("heading", name="Partner search", exact=True)).to_be_visible()
    axe(poster)
    press_to(poster, "Post an idea")
    expect(poster.get_by_role("heading", name="Post an idea for a project")).to_be_visible()
    axe(poster)
    poster.get_by_label("Title").fill("Second life of batteries")
    poster.get_by_label("Title").press("Enter")
    expect(poster.locator("main")).to_contain_text("Choose at least one theme.")
    axe(poster)
    poster.get_by_label("What it is about").fill("Our hall stands empty; we look for trainers.")
    poster.get_by_role("checkbox", name="Batteries", exact=True).check()
    poster.get_by_label("Committee").select_option(label="Technology")
    poster.get_by_role("textbox", name="Programme").fill("Erasmus+")
    poster.get_by_label("Deadline of the call").fill((today() + timedelta(days=40)).isoformat())
    poster.get_by_role("checkbox", name="Private training").check()
    poster.get_by_label("Countries that you look for").fill("Irland, SK")
    poster.get_by_role("button", name="Post the idea").click()
    expect(poster.locator("main")).to_contain_text("The idea is posted.")
    poster.get_by_role("button", name="Ask to look").first.click()
    expect(poster.get_by_text("asked to look").first).to_be_visible()
    axe(poster)
    address = poster.url

    partner = page_of(personas.outsider, viewport=PHONE, color_scheme="dark")
    partner.goto("/me/")
    partner.get_by_role("link", name="Second life of batteries").first.click()
    assert width_to_spare(partner) >= 0
    axe(partner)
    partner.get_by_label("Role that you offer").select_option(label="Leads a work package")
    partner.get_by_label("What you bring").fill("Two training halls.")
    partner.get_by_role("button", name="Express interest").click()
    expect(partner.locator("main")).to_contain_text("Your interest is told")
    axe(partner)
    partner.goto("/projects/ideas/")
    assert width_to_spare(partner) >= 0
    axe(partner)

    chair = page_of(personas.chair, viewport=PHONE)
    chair.goto(address)
    expect(chair.locator("main")).not_to_contain_text("Two training halls.")
    confirm(chair, "Recommend …", "Recommend it")
    expect(chair.locator("main")).to_contain_text("The committee recommends the idea.")
    axe(chair)
    assert width_to_spare(chair) >= 0

    poster.goto(address)
    confirm(poster, "Accept …", "Accept as a partner")
    expect(poster.locator("main")).to_contain_text("takes part.")
    later = (today() + timedelta(days=60)).isoformat()
    confirm(poster, "Postpone …", "Postpone the deadline", **{"New deadline of the call": later, "Reason": "Extended."})
    expect(poster.locator("main")).to_contain_text("The deadline is postponed")
    poster.locator("details.confirm summary", has_text="It is granted …").click()
    axe(poster)
    told = poster.locator("details[open]")
    told.get_by_label("Acronym").fill("CELLS")
    told.get_by_label("What the project does").fill("Schools train people who repair batteries.")
    told.get_by_label("Start").fill("2030-01-01")
    told.get_by_label("End").fill("2029-01-01")
    told.get_by_role("button", name="Tell the ASA Office").click()
    expect(poster.locator("details[open]")).to_contain_text("The end lies before the start.")
    axe(poster)
    told.get_by_label("End").fill("2032-12-31")
    told.get_by_role("button", name="Tell the ASA Office").click()
    expect(poster.locator("main")).to_contain_text("The ASA Office is told")

    office = page_of(personas.office, color_scheme="dark")
    office.goto("/me/")
    office.get_by_role("link", name="Second life of batteries").first.click()
    axe(office)
    confirm(office, "Enter the project …", "Enter the project")
    expect(office.locator("main")).to_contain_text("The project is entered")
    axe(office)
    assert Idea.objects.get().project == Project.objects.get(slug="cells")

    visitor = page_of(None, viewport=PHONE)
    visitor.goto("/projects/cells/")
    expect(visitor.locator("main")).to_contain_text("Schools train people who repair batteries.")
    expect(visitor.locator("main")).not_to_contain_text("Our hall stands empty")
    axe(visitor)


def test_results_come_from_a_spreadsheet(page_of: OpenPage, axe: Check, personas: Personas, tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text(
        "Project;Type;Title;Summary;Date;Licence;Link\n"
        "DRIVES;Training;Course;Forty hours.;31.3.2022;CC-BY-4.0;https://example.org/c\n"
        "NOWHERE;song;Another;Text;;;\n",
        encoding="utf-8",
    )

    def work() -> None:
        jobs.run(Import.objects.get().job.pk)

    office = page_of(personas.office)
    office.goto("/projects/results/")
    office.get_by_role("link", name="From a spreadsheet").click()
    axe(office)
    office.get_by_label("Spreadsheet").set_input_files(file)
    office.get_by_role("button", name="Upload and look at the columns").click()
    axe(office)
    office.get_by_role("button", name="Save and check the rows").click()
    expect(office.get_by_role("heading", name="The rows are being checked")).to_be_visible()
    work()
    expect(office.get_by_role("heading", name="What the import will do")).to_be_visible()
    expect(office.locator("main")).to_contain_text("no project with the acronym")
    axe(office)
    small = page_of(personas.office, viewport=PHONE, color_scheme="dark")
    small.goto(office.url)
    assert width_to_spare(small) >= 0
    axe(small)
    office.get_by_label("Leave out 1 row with errors").check()
    office.get_by_role("button", name="Write 1 row").click()
    expect(office.get_by_role("heading", name="The results are being written")).to_be_visible()
    work()
    expect(office.get_by_role("heading", name="1 row was written")).to_be_visible()
    axe(office)
    assert Result.objects.get().title == "Course"
