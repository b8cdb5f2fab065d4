"""Atom (RFC 4287): all news, or those of one publisher."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.xmlutils import SimplerXMLGenerator

from asa_portal.news import publishers
from asa_portal.news.models import Post
from core.text import plain

ENTRIES = 30
BEGINNING = datetime(2022, 1, 1, tzinfo=UTC)  # of the alliance


def name_of(what: str) -> str:
    """Of a feed, for good: it depends on no host (RFC 4151 and 4287, 4.2.6)."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"automotive-skills-alliance/news/{what}").urn


class NewsFeed(Atom1Feed):
    """Each entry says in which language it is, and holds the whole text."""

    def latest_post_date(self) -> datetime:
        """Of a feed without entries a day that stays, not the moment of the question: it has not changed since."""
        return super().latest_post_date() if self.items else BEGINNING

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def feed(posts: Iterable[Post], *, title: str, page: str, address: str, key: str) -> str:
    """`page` and `address`: paths of the page that the feed is of, and of the feed. `key` names it for good: like the
    entries, it keeps its name when the portal moves to another host."""
    base = settings.PORTAL_URL
    found = NewsFeed(
        title=plain(title),
        link=base + page,
        description="",
        language=get_language() or "en",
        feed_url=base + address,
        feed_guid=key,
    )
    for post in posts:
        found.add_item(
            title=plain(post.title),
            link=base + post.get_absolute_url(),
            description=plain(post.lead),
            author_name=plain(publishers.name_of(post.body)),
            author_link=base + post.body.get_absolute_url() if post.body else f"{base}/",
            unique_id=post.key.urn,
            pubdate=post.published_at,
            updateddate=post.updated_at,
            language=post.language,
            content=plain(render_to_string("news/partials/_feed_text.html", {"post": post, "base": base})),
        )
    return found.writeString("utf-8")
