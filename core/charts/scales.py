"""Axes: round steps, and values in the words of the reader's language."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, get_month_names
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from django.utils.translation import get_language, gettext, to_locale

Number = int | float | Decimal


def locale() -> str:
    """English is that of Europe: the day stands before the month."""
    name = to_locale(get_language() or "en")
    return "en_GB" if name == "en" else name


@lru_cache(maxsize=4096)
def _decimal(value: Number, name: str) -> str:
    return format_decimal(value if isinstance(value, int) else round(float(value), 2), locale=name)


@lru_cache(maxsize=1024)
def _compact(value: Number, name: str) -> str:
    return format_compact_decimal(value, format_type="short", fraction_digits=1, locale=name)


@lru_cache(maxsize=1024)
def _share(value: float, name: str) -> str:
    return format_percent(value, format="#,##0.# %" if value else "0 %", locale=name)


@lru_cache(maxsize=4096)
def _day(value: date, name: str) -> str:
    return format_date(value, "d MMM y" if name.startswith("en") else "medium", locale=name)


@lru_cache(maxsize=64)
def _months(name: str) -> tuple[str, ...]:
    names = get_month_names("abbreviated", context="stand-alone", locale=name)
    return tuple(names[month] for month in range(1, 13))


def known(value: Number | None) -> float | None:
    """The value as a float; None for what is not there, and for what no scale can show (NaN, infinity)."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def exact(value: Number | None, missing: str = "") -> str:
    """12,345.6; words where there is no value ("no data", or why not), for null is not zero."""
    if value is None or known(value) is None:
        return missing or gettext("no data")
    return _decimal(value, locale())


def between(low: Number | None, high: Number | None, missing: str = "") -> str:
    """12,345–13,000 for a value known by its bounds, 12,345 where both are the same, 12,345 or more without an end."""
    if high == math.inf and low is not None:
        return gettext("%(n)s or more") % {"n": exact(low)}
    if low is None or high is None or high == low:
        return exact(low if low is not None else high, missing)
    return f"{exact(low)}–{exact(high)}"


def compact(value: Number) -> str:
    """200K: for axes only."""
    return _compact(value, locale())


def share(value: float) -> str:
    """0.589 as 58.9 %."""
    return _share(round(value, 6), locale())


def day(value: date) -> str:
    """12 May 2026."""
    return _day(value, locale())


def month(number: int) -> str:
    return _months(locale())[number - 1]


def plain(value: float) -> Number:
    """12.0 as 12, so that it is not written with decimals."""
    return int(value) if float(value).is_integer() else value


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.start
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 2)


def step(span: float, count: int) -> float:
    """A round step (1, 2, 2.5 or 5 times a power of ten) that cuts the span into about so many parts."""
    if span <= 0:
        return 1.0
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)


def ticks(low: float, high: float, count: int = 4, *, whole: bool = True) -> tuple[float, ...]:
    """Round values from at or below `low` to at or above `high`. `whole`: persons do not come in halves."""
    size = step(high - low, count)
    if whole and high - low >= 1:
        size = max(1.0, size if float(size).is_integer() else math.ceil(size))
    first, last = math.floor(low / size + 1e-9), math.ceil(high / size - 1e-9)
    if last <= first:
        last = first + 1
    return tuple(round(index * size, 10) for index in range(first, last + 1))
