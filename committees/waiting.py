"""What waits for those who hold a seat."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Procedure, Voice
from core.waiting import WaitingItem, in_order, source


@source
def waiting_for(user: Any) -> list[WaitingItem]:
    """Written procedures in which the person was asked and has said nothing."""
    if not user.is_authenticated:
        return []
    answered = Voice.objects.filter(user_id=user.pk).values("procedure")
    rows = Procedure.objects.visible_to(user).open().filter(asked=user.pk).exclude(pk__in=answered)
    return in_order(
        [
            WaitingItem(
                title=one.title,
                reason=_("A written procedure: silence adopts, an objection stops it"),
                url=one.get_absolute_url(),
                since=one.opened_at,
                kind="procedure",
                due=one.last_day,
                action=_("Support or object"),
            )
            for one in rows
            if one.is_running
        ]
    )
