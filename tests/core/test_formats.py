from __future__ import annotations

from datetime import date, datetime

from django import forms
from django.utils import formats


def test_the_day_comes_before_the_month() -> None:
    assert forms.DateField().clean("03/04/2026") == date(2026, 4, 3)
    assert forms.DateField().clean("3.4.2026") == date(2026, 4, 3)


def test_dates_are_written_in_european_order_with_a_clock_to_24() -> None:
    assert formats.date_format(datetime(2026, 4, 3, 19, 5), "DATETIME_FORMAT") == "3 April 2026, 19:05"  # noqa: DTZ001
    assert formats.date_format(date(2026, 4, 3)) == "3 April 2026"
