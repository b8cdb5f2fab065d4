"""What other pages show of news. Committees, groups and projects know none themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from asa_portal.news import publishers, selectors
from asa_portal.news.models import Post

register = template.Library()


@dataclass(frozen=True)
class NewsOf:
    posts: list[Post]
    wish: Post  # what the right to write one is asked about
    feed: str
    write: str
    name: str
    chosen: str  # how the list of all news is narrowed to these


@register.simple_tag
def news_of(body: publishers.Body) -> NewsOf:
    """{% news_of committee as news %}"""
    return NewsOf(
        posts=selectors.latest(body),
        wish=Post(**publishers.fields_of(body)),
        feed=publishers.feed_of(body),
        write=publishers.writing_for(body),
        name=publishers.name_of(body),
        chosen=f"{publishers.kind_of(body)}-{publishers.key_of(body)}",
    )


@register.inclusion_tag("news/partials/_feed_link.html")
def feed_link(body: publishers.Body) -> dict[str, str]:
    """{% feed_link group %}: for the head of its page."""
    return {"address": publishers.feed_of(body), "name": publishers.name_of(body)}
