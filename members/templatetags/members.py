"""Organisations on the pages of all apps."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from members.models import Organisation

register = template.Library()


@register.simple_tag(takes_context=True)
def organisation_link(context: template.Context, organisation: Organisation, name: str = "") -> SafeString:
    """{% organisation_link partner.organisation %}: its name, which leads to its page where the reader may open it.
    What it did stays told while its membership rests or after its end, when its page is not public. One question for
    all organisations of a page."""
    words = name or str(organisation)
    if organisation.pk in _closed_to(context["request"]):
        return format_html("{}", words)
    return format_html('<a href="{}">{}</a>', organisation.get_absolute_url(), words)


def _closed_to(request: Any) -> set[int]:
    found: set[int] | None = getattr(request, "closed_organisations", None)
    if found is None:
        visible = Organisation.objects.visible_to(request.user)
        is_staff = request.user.is_authenticated and request.user.staff_roles
        closed = Organisation.objects.exclude(pk__in=visible.order_by().values("pk")).values_list("pk", flat=True)
        found = request.closed_organisations = set() if is_staff else set(closed.order_by())
    return found
