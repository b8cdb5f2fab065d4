"""A person's part in meetings, and how it is given up."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.privacy import Leaver, erases, exports
from groups.models import CalendarAddress, MeetingAction, MeetingInvitation


@exports("meetings", _("Meetings to which you were asked"))
def meetings(user: Any) -> list[dict[str, Any]]:
    found = MeetingInvitation.objects.filter(user=user).select_related(
        "meeting__committee", "meeting__group", "organisation"
    )
    return [
        {
            "meeting": str(one.meeting),
            "at": one.meeting.starts_at,
            "organisation": one.organisation.code if one.organisation else None,
            "answer": one.answer,
            "answered_at": one.answered_at,
            "took_part": one.attended,
        }
        for one in found.order_by("meeting__starts_at", "pk")
    ]


@exports("meeting_actions", _("What you took upon yourself at meetings"))
def actions(user: Any) -> list[dict[str, Any]]:
    found = MeetingAction.objects.filter(owner=user).order_by("pk")
    return [{"title": one.title, "due": one.due, "state": one.status} for one in found]


@exports("calendar", _("Your private calendar address"))
def calendar(user: Any) -> list[dict[str, Any]]:
    return [{"made_at": one.made_at} for one in CalendarAddress.objects.filter(user=user)]


@erases
def leave_meetings(leaver: Leaver) -> None:
    """Coming meetings go on without the person, and what they had still to do has nobody for it; that somebody took
    part in a past one stays, without who it was."""
    CalendarAddress.objects.filter(user=leaver.user).delete()
    asked = MeetingInvitation.objects.filter(user=leaver.user)
    asked.filter(meeting__starts_at__gt=timezone.now()).delete()
    MeetingAction.objects.open().filter(owner=leaver.user).update(owner=None)
