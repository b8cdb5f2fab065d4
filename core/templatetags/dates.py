"""Days and moments that the trail keeps as text (ISO 8601), for what people read."""

from __future__ import annotations

from datetime import date, datetime

from django import template

register = template.Library()


@register.filter
def as_day(text: str) -> date:
    return date.fromisoformat(text)


@register.filter
def as_moment(text: str) -> datetime:
    """As the clocks of its own zone show it."""
    return datetime.fromisoformat(text).replace(tzinfo=None)
