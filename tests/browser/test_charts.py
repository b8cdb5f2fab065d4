"""Charts in a browser: in both themes, on a phone, by keyboard and on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.looking import width_to_spare

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
KINDS = ["headline", "plan", "years", "parts", "trend", "countries", "map", "regions"]


@pytest.fixture(autouse=True)
def _gallery(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.browser.chart_gallery"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_chart_is_accessible_and_inside_the_page(
    page_of: Callable[..., Page], axe: Callable[[Page], None], viewport: Any, scheme: str
) -> None:
    page = page_of(None, viewport=viewport, color_scheme=scheme)
    page.goto("/charts/")
    for details in page.locator("details.chart-data").all():
        details.locator("summary").click()
    axe(page)
    assert width_to_spare(page) >= 0


@pytest.mark.parametrize("viewport", [PHONE, {"width": 768, "height": 900}, DESK], ids=["phone", "tablet", "desk"])
def test_of_each_chart_one_drawing_is_shown_and_its_words_can_be_read(
    page_of: Callable[..., Page], viewport: Any
) -> None:
    page = page_of(None, viewport=viewport)
    page.goto("/charts/")
    for kind in KINDS:
        drawings = page.locator(f"#chart-{kind} .chart-svg")
        shown = [one for one in drawings.all() if one.is_visible()]
        assert len(shown) == 1, kind
        box = shown[0].bounding_box()
        assert box is not None
        if kind not in {"map", "regions"}:  # a map hides its small words on a phone
            assert box["width"] / float(shown[0].get_attribute("width") or 0) > 0.8, kind


def test_values_appear_for_pointer_and_keyboard(page_of: Callable[..., Page]) -> None:
    page = page_of(None, viewport=DESK)
    page.goto("/charts/")
    column = page.locator("#chart-years .chart-view-m .chart-hit").first
    tip = column.locator(".chart-tip")
    assert not tip.is_visible()
    column.locator(".chart-hit-area").hover()
    assert tip.is_visible()
    assert "318,500–341,000 persons" in (tip.text_content() or "")
    place = page.get_by_role("link", name="Germany: 41,230 persons")
    place.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert place.locator(".chart-readout").is_visible()


def test_a_bar_leads_to_its_page(page_of: Callable[..., Page]) -> None:
    page = page_of(None, viewport=PHONE)
    page.goto("/charts/")
    page.locator("#chart-countries .chart-view-s .chart-link").first.click()
    assert page.url.endswith("#DE")


def test_a_chart_can_be_taken_away_as_a_file(page_of: Callable[..., Page]) -> None:
    page = page_of(None, viewport=DESK)
    page.goto("/charts/")
    files = page.locator("#chart-map .chart-files")
    for name in ("CSV", "XLSX", "SVG", "PNG"):
        with page.expect_download() as started:
            files.get_by_role("link", name=name).click()
        assert started.value.suggested_filename == f"map-2026-09-30.{name.lower()}"


def test_on_paper_a_dark_chart_is_light_and_its_table_open(page_of: Callable[..., Page]) -> None:
    page = page_of(None, color_scheme="dark")
    page.goto("/charts/")
    page.emulate_media(media="print")
    fill = "getComputedStyle(document.querySelector('#chart-years .chart-view-m .chart-label')).fill"
    assert page.evaluate(fill) == "rgb(15, 31, 57)"
    assert page.locator("#chart-map .chart-table").bounding_box()["height"] > 0  # type: ignore[index]
    assert not page.locator("#chart-map .chart-files").is_visible()
