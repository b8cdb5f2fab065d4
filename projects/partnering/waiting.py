"""What waits for those who look for partners, and for the Office."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.waiting import WaitingItem, source
from projects.models import Idea, Interest


@source
def waiting_for(user: Any) -> list[WaitingItem]:
    """Interests to answer, for the organisation that posted the idea; projects to enter, for the Office."""
    if not user.is_authenticated:
        return []
    rows = (
        Interest.objects.unanswered()
        .filter(idea__organisation__in=list(user.organisation_roles), idea__status__in=Idea.UNSETTLED)
        .select_related("idea", "organisation")
    )
    items = [
        WaitingItem(
            title=str(row),
            reason=_("Somebody is interested in your idea for a project"),
            url=row.get_absolute_url(),
            since=row.expressed_at,
            kind="interest",
            due=row.idea.deadline if row.idea.is_live else None,
            action=_("Answer"),
        )
        for row in rows
    ]
    if user.is_office:
        granted = Idea.objects.filter(status=Idea.Status.AWARDED).without_part(user)
        items += [
            WaitingItem(
                title=idea.title,
                reason=_("An idea is granted: its project is to be entered"),
                url=idea.get_absolute_url(),
                since=idea.awarded_at or idea.posted_at,
                kind="idea",
                action=_("Confirm it"),
            )
            for idea in granted
        ]
    return items
