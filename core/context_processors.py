"""What every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.models import Notification


def portal(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)

    def unread() -> int:
        return Notification.objects.visible_to(user).unread().count() if user and user.is_authenticated else 0

    return {
        "demo_mode": settings.DEMO,
        "portal_url": settings.PORTAL_URL,
        "unread_notifications": SimpleLazyObject(unread),
    }
