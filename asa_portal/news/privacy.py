"""A person's part in news. Readers see the publisher alone; what was published stays."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from asa_portal.news.models import Post
from core.privacy import exports


@exports("news", _("News that you wrote"))
def news(user: Any) -> list[dict[str, Any]]:
    found = Post.objects.filter(written_by=user).with_publisher().order_by("pk")
    return [
        {"for": one.publisher, "title": one.title, "text": one.text, "state": one.status, "at": one.written_at}
        for one in found
    ]
