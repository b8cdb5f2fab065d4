"""Meetings that are announced to everybody, in the words of schema.org, for search engines."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from groups.models import Meeting


def event_data(meeting: Meeting) -> dict[str, Any]:
    """What, when, where and by whom; nothing that only the body knows. Without a place it is held online."""
    page = settings.PORTAL_URL + meeting.get_public_url()
    cancelled = meeting.status == Meeting.Status.CANCELLED
    data: dict[str, Any] = {
        "@type": "Event",
        "name": meeting.title,
        "url": page,
        "startDate": meeting.local_start.isoformat(),
        "endDate": meeting.local_end.isoformat(),
        "eventStatus": f"https://schema.org/{'EventCancelled' if cancelled else 'EventScheduled'}",
        "organizer": {
            "@type": "Organization",
            "name": str(meeting.body),
            "url": settings.PORTAL_URL + meeting.body.get_absolute_url(),
        },
    }
    if meeting.place:
        data["eventAttendanceMode"] = "https://schema.org/OfflineEventAttendanceMode"
        data["location"] = {"@type": "Place", "name": meeting.place}
    else:
        data["eventAttendanceMode"] = "https://schema.org/OnlineEventAttendanceMode"
        data["location"] = {"@type": "VirtualLocation", "url": page}
    return data
