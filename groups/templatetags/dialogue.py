"""What is said about plans, activities and proposals, on their own pages, and what a body announced last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template

from committees.models import Committee
from groups.dialogue import reading
from groups.models import Activity, Announcement, Comment, Group, Proposal, WorkPlan

register = template.Library()


@register.simple_tag(takes_context=True)
def comments_on(context: dict[str, Any], target: WorkPlan | Proposal) -> reading.Panel | None:
    """{% comments_on plan as talk %}: the last comments; None for a reader for whom they are not."""
    return reading.panel_of(target, context["request"].user)


@register.simple_tag
def comment_counts(activities: Iterable[Activity]) -> dict[int, int]:
    """{% comment_counts activities as said %}: {activity id: comments}, in one query."""
    return reading.counts_of(activities)


@register.simple_tag(takes_context=True)
def announced_to(context: dict[str, Any], body: Committee | Group) -> list[Announcement]:
    """{% announced_to group as announcements %}: the three that came last, of those that the reader may see."""
    return list(Announcement.objects.visible_to(context["request"].user).of(body).select_related("author")[:3])


@register.filter
def is_newer(comment: Comment, seen_until: datetime | None) -> bool:
    return seen_until is not None and comment.written_at > seen_until
