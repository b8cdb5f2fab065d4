"""What search engines and those who share a link read of a page."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

register = template.Library()
# Inside a script element nothing may end it or open a comment; JSON may write these characters by their numbers.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


_LEAD = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)


def _block(context: template.Context, name: str) -> str:
    """What a block says; rendered once, however often it is told."""
    told: dict[str, str] = cast(Any, context.render_context).setdefault("core.public", {})
    if name not in told:
        block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
        told[name] = str(block.render(context)) if block else ""
    return told[name]


def _words(markup: str) -> SafeString:
    """Without tags. What was escaped for the page stays so: it is good for an attribute as well."""
    return mark_safe(" ".join(strip_tags(markup).split()).replace('"', "&quot;"))


@register.simple_tag(takes_context=True)
def again(context: template.Context, name: str) -> SafeString:
    """The words of a block that stands elsewhere on the page as well: {% again "title" %}. Without markup."""
    return _words(_block(context, name))


@register.simple_tag(takes_context=True)
def lead(context: template.Context, otherwise: str) -> SafeString:
    """What the page says of itself under its heading, for those who list or share it; else the sentence given."""
    found = _LEAD.search(_block(context, "heading")) or _LEAD.search(_block(context, "header"))
    told = _words(found.group(1)) if found else SafeString("")
    return mark_safe(Truncator(told).words(40)) if told else _words(otherwise)


@register.simple_tag
def structured(data: dict[str, Any] | None) -> SafeString:
    """Data of schema.org as JSON-LD: a block of data, which no policy for scripts needs to allow."""
    if not data:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, default=str).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
