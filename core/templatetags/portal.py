"""Filters and tags that every template has."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal, format_percent
from django import template
from django.utils.translation import get_language, to_locale

from core import permissions

register = template.Library()


def _locale() -> str:
    return to_locale(get_language() or "en").replace("-", "_")


@register.filter
def number(value: Any) -> str:
    """A number with the separators of the reader's language; a dash for none (null is not zero)."""
    return "–" if value is None or value == "" else format_decimal(value, locale=_locale())


@register.filter
def percent(value: Any, digits: int = 1) -> str:
    """A share (0.124) as 12.4 %."""
    if value is None or value == "":
        return "–"
    return format_percent(value, format="#,##0." + "#" * digits + " %" if digits else "#,##0 %", locale=_locale())


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], right: str, obj: Any = None) -> bool:
    """{% may "groups.approve_workplan" plan as can_approve %}: the same door as in views and services."""
    request = context.get("request")
    return bool(request and request.user.has_perm(right, obj))


@register.simple_tag(takes_context=True)
def why_not(context: dict[str, Any], right: str, obj: Any = None) -> str:
    """The reason why the reader does not have the right; empty when they do."""
    return permissions.explain(context["request"].user, right, obj)
