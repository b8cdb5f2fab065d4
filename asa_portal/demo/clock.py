"""Lets the demo data happen in the past: the services record when an act was done, and these were done back then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.notifications import silence

_real_now = timezone.now
NEWS_DAYS = 45  # what is older was told to people long ago


@contextmanager
def on(day: date, hour: int = 10, minute: int = 0) -> Iterator[None]:
    """Within this block it is that day (Brussels time). Only the demo loader, in its own process, does this."""
    old = day < timezone.localdate(_real_now()) - timedelta(days=NEWS_DAYS)
    moment = datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())
    with silence() if old else nullcontext(), at(moment):
        yield


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within this block it is that moment, and each look at the clock is a second later."""
    ticks = iter(range(10**9))
    timezone.now = lambda: moment + timedelta(seconds=next(ticks))
    try:
        yield
    finally:
        timezone.now = _real_now
