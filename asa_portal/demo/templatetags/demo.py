"""What the sign-in page of a demonstration tells."""

from __future__ import annotations

from django import template
from django.conf import settings

from asa_portal.demo.people import ACCOUNTS, PASSWORD

register = template.Library()


@register.inclusion_tag("account/partials/demo_accounts.html")
def demo_accounts() -> dict[str, object]:
    """The demo accounts and their password; nothing outside demo mode."""
    return {"accounts": ACCOUNTS if settings.DEMO else [], "password": PASSWORD}
