"""Filters and tags that every template has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from babel.numbers import format_decimal, format_percent
from django import template
from django.core.paginator import Page
from django.utils.translation import get_language, to_locale

from core import markup as typed_text
from core import permissions
from core.charts import scales
from core.geography import shapes
from core.models import LinkCheck

register = template.Library()


def _locale() -> str:
    return to_locale(get_language() or "en").replace("-", "_")


@register.filter
def number(value: Any) -> str:
    """A number with the separators of the reader's language; a dash for none (null is not zero)."""
    return "–" if value is None or value == "" else _separated(value, _locale())


@lru_cache(maxsize=4096)
def _separated(value: Any, locale: str) -> str:
    """Kept, since a table repeats its numbers and looking up a pattern costs more than the rest of its cell."""
    return format_decimal(value, locale=locale)


@register.filter
def percent(value: Any, digits: int = 1) -> str:
    """A share (0.124) as 12.4 %, the sign on the line of its number. In whole per cent a little is not nothing, and
    what lacks a little is not all: <1 %, >99 %."""
    if value is None or value == "":
        return "–"
    if not digits and (0 < value < 0.005 or 0.995 <= value < 1):
        edge, sign = (0.01, "<") if value < 0.5 else (0.99, ">")
        return sign + percent(edge, 0)
    return format_percent(
        value, format="#,##0." + "#" * digits + "\u00a0%" if digits else "#,##0\u00a0%", locale=_locale()
    )


@register.filter
def place(code: str) -> str:
    """The name of a country or region by its code of NUTS."""
    return shapes.place_name(code, scales.locale())


@register.filter
def markup(text: str, names: Any = ()) -> str:
    """What somebody typed, with its paragraphs, lists and links; the people of `names` set off where they are named."""
    return typed_text.to_html(text, names)


_TONES = {
    "ok": {
        "active",
        "accepted",
        "adopted",
        "applied",
        "approved",
        "completed",
        "confirmed",
        "done",
        "granted",
        "locked",
        "project",
        "published",
        "recommended",
    },
    "info": {
        "applied_for",
        "asked",
        "awarded",
        "in_progress",
        "open",
        "pending",
        "proposed",
        "queued",
        "running",
        "submitted",
        "invited",
        "issued",
        "requested",
    },
    "warn": {"contested", "lapsed", "late", "overdue", "returned", "stale", "suspended", "conflict", "partial"},
    "bad": {"blocked", "declined", "failed", "objected", "refused", "rejected", "stopped"},
}
_TONE_OF = {state: tone for tone, states in _TONES.items() for state in states}


@register.filter
def tone(state: Any) -> str:
    """The colour of a badge for a workflow state: ok, info (waits for someone), warn, bad or neutral (rests)."""
    return _TONE_OF.get(str(state), "neutral")


@register.filter
def page_numbers(page: Page) -> Iterator[str | int]:
    """The numbers to offer around a page of a list, with gaps: 1 2 … 7 8 9 … 20 21."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], right: str, obj: Any = None) -> bool:
    """{% may "groups.approve_workplan" plan as can_approve %}: the same door as in views and services."""
    request = context.get("request")
    return bool(request and request.user.has_perm(right, obj))


@register.simple_tag(takes_context=True)
def why_not(context: dict[str, Any], right: str, obj: Any = None) -> str:
    """The reason why the reader does not have the right; empty when they do."""
    return permissions.explain(context["request"].user, right, obj)


@register.inclusion_tag("components/dead_link.html", takes_context=True)
def link_mark(context: template.Context, url: str) -> dict[str, Any]:
    """Beside a link out of the portal: {% link_mark project.website %}. One question for all links of a page."""
    known = cast(Any, context.render_context).setdefault("core.dead_links", {})
    if url and "all" not in known:
        known["all"] = {one.url: one for one in LinkCheck.objects.dead()}
    return {"check": known["all"].get(url) if url else None}
