"""News in the words of schema.org, for search engines."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from asa_portal.news.models import Post


def post_data(post: Post) -> dict[str, Any]:
    base = settings.PORTAL_URL
    url = base + post.get_absolute_url()
    author = {"@type": "Organization", "name": post.publisher}
    if post.body:
        author["url"] = base + post.body.get_absolute_url()
    data: dict[str, Any] = {
        "@type": "NewsArticle",
        "headline": post.title,
        "description": post.lead,
        "inLanguage": post.language,
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": post.day.isoformat(timespec="seconds"),
        "dateModified": post.updated_at.isoformat(timespec="seconds"),
        "author": author,
        "publisher": {"@type": "Organization", "name": "Automotive Skills Alliance", "url": f"{base}/"},
    }
    if post.image:
        data["image"] = {
            "@type": "ImageObject",
            "url": base + post.image_url,
            "width": post.image_width,
            "height": post.image_height,
            "caption": post.image_alt,
        }
    return data
