"""Looking at a page as it is when it is there."""

from __future__ import annotations

from playwright.sync_api import Page


def width_to_spare(page: Page) -> int:
    """In CSS pixels; below zero the page is scrolled sideways."""
    page.wait_for_load_state()  # a click ends when the next page begins, before it has anything
    return page.evaluate("document.documentElement.clientWidth - document.documentElement.scrollWidth")
