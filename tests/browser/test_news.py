"""News in the browser: written with a picture by keyboard, published, read by a visitor on a phone, corrected."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from asa_portal.news.models import Post
from tests.browser.looking import width_to_spare
from tests.personas import Personas

PHONE = {"width": 390, "height": 844}
OpenPage = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _own_uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"


def both_themes(page: Page, axe: Check) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        axe(page)


def test_the_chair_publishes_and_a_visitor_reads_it_on_a_phone(
    page_of: OpenPage, axe: Check, personas: Personas, tmp_path: Path
) -> None:
    picture, out = tmp_path / "workshop.png", io.BytesIO()
    Image.new("RGB", (1600, 900), (10, 60, 160)).save(out, format="PNG")
    picture.write_bytes(out.getvalue())

    chair = page_of(personas.chair)
    chair.goto("/committees/TECH/")
    chair.get_by_role("link", name="Write news").click()
    axe(chair)
    # By keyboard from the title on.
    chair.get_by_label("Title").focus()
    chair.keyboard.type("Forty technicians start")
    chair.keyboard.press("Tab")
    chair.keyboard.type("The first course begins in Ostrava.")
    chair.keyboard.press("Tab")
    chair.keyboard.type("They learn:\n- high voltage\n- recycling")
    chair.locator("input[type=file]").set_input_files(picture)
    chair.get_by_role("button", name="Save the draft").press("Enter")
    expect(chair.locator("main")).to_contain_text("Say what the picture shows")
    axe(chair)
    assert chair.locator("textarea[name=text]").input_value().startswith("They learn:")
    chair.locator("input[type=file]").set_input_files(picture)
    chair.get_by_label("What the picture shows").fill("A workshop in blue light")
    chair.get_by_role("button", name="Save the draft").press("Enter")
    expect(chair.locator("main")).to_contain_text("This is how it will look")
    both_themes(chair, axe)
    chair.locator("details.confirm summary", has_text="Publish").press("Enter")
    axe(chair)
    chair.get_by_role("button", name="Publish it", exact=True).press("Enter")
    expect(chair.locator("main")).to_contain_text("It is published.")

    visitor = page_of(None, viewport=PHONE)
    visitor.goto("/")
    visitor.get_by_role("link", name="Forty technicians start").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Forty technicians start")
    expect(visitor.get_by_role("img", name="A workshop in blue light")).to_be_visible()
    expect(visitor.locator("article li")).to_have_text(["high voltage", "recycling"])
    assert width_to_spare(visitor) >= 0
    both_themes(visitor, axe)
    visitor.goto("/news/")
    visitor.get_by_label("Publisher").select_option(label="Committee Technology")
    visitor.wait_for_url("**/news/?of=committees-TECH*")
    expect(visitor.get_by_role("status")).to_contain_text("1 post")
    assert width_to_spare(visitor) >= 0
    both_themes(visitor, axe)
    assert not visitor.context.cookies()

    chair.get_by_role("link", name="Correct").click()
    chair.get_by_label("Title").fill("Fifty technicians start")
    chair.get_by_label("What was corrected").fill("It was not forty.")
    chair.get_by_role("button", name="Correct it").click()
    expect(chair.locator("main")).to_contain_text("Changed on")
    both_themes(chair, axe)
    visitor.goto(Post.objects.get().get_absolute_url())
    expect(visitor.locator("main")).to_contain_text("It was not forty.")
    both_themes(visitor, axe)
