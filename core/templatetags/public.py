"""What search engines and those who share a link read of a page."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# Inside a script element nothing may end it or open a comment; JSON may write these characters by their numbers.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def again(context: template.Context, name: str) -> str:
    """The words of a block that stands elsewhere on the page as well: {% again "title" %}. Without markup."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return " ".join(strip_tags(block.render(context)).split()) if block else ""


@register.simple_tag
def structured(data: dict[str, Any] | None) -> SafeString:
    """Data of schema.org as JSON-LD: a block of data, which no policy for scripts needs to allow."""
    if not data:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, default=str).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
