"""Numbers as a reader meets them on a page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.templatetags.portal import percent


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0 %"),
        (0.0004, "<1 %"),
        (Decimal("0.0049"), "<1 %"),
        (0.0071, "1 %"),
        (0.97, "97 %"),
        (0.996, ">99 %"),
        (1, "100 %"),
        (-0.25, "-25 %"),
        (None, "–"),
    ],
)
def test_in_whole_per_cent_a_little_is_not_nothing_and_almost_all_is_not_all(value, words):
    assert percent(value, 0).replace("\u00a0", " ") == words
