"""What waits for a person of meetings: to say whether they come, and what they took upon themselves."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.waiting import WaitingItem, in_order, noon, source
from groups.models import Meeting, MeetingAction, MeetingInvitation


@source
def waiting_for(user: Any) -> list[WaitingItem]:
    if not user.is_authenticated:
        return []
    return in_order([*_unanswered(user), *_agreed(user)])


def _unanswered(user: Any) -> list[WaitingItem]:
    """Meetings to come of bodies that the person still belongs to."""
    coming = Meeting.objects.visible_to(user).planned().filter(starts_at__gt=timezone.now())
    asked = MeetingInvitation.objects.filter(user_id=user.pk, answer="", meeting__in=coming.order_by().values("pk"))
    return [
        WaitingItem(
            title=str(one.meeting),
            reason=_("A meeting on %(day)s: say whether you come")
            % {"day": date_format(one.meeting.local_start, "SHORT_DATETIME_FORMAT")},
            url=one.meeting.get_absolute_url(),
            since=one.meeting.created_at,
            kind="meeting",
            due=one.meeting.local_start.date(),
            action=_("Answer"),
        )
        for one in asked.select_related("meeting__committee", "meeting__group")
    ]


def _agreed(user: Any) -> list[WaitingItem]:
    """What the person took upon themselves at meetings of bodies that they still belong to."""
    rows = MeetingAction.objects.open().visible_to(user).filter(owner_id=user.pk)
    return [
        WaitingItem(
            title=action.title,
            reason=_("Agreed at a meeting of %(body)s, by %(day)s")
            % {"body": action.meeting.body.code, "day": date_format(action.due, "SHORT_DATE_FORMAT")},
            url=action.get_absolute_url(),
            since=noon(action.due) if action.is_overdue else action.created_at,
            kind="meetingaction",
            overdue=action.is_overdue,
            due=action.due,
            action=_("Do it, and say so"),
        )
        for action in rows.select_related("meeting__committee", "meeting__group")
    ]
