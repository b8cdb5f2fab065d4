"""What somebody sees who has no account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page


@pytest.mark.parametrize("path", ["/", "/members/", "/committees/", "/groups/", "/projects/", "/kpis/"])
def test_a_public_page_opens_without_a_cookie_and_without_a_complaint(page_of: Callable[..., Page], path: str) -> None:
    page = page_of(None)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    assert page.context.cookies() == []
