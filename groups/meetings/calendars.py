"""Meetings as calendars (RFC 5545). Times are in UTC: unambiguous on the night when clocks change, and every calendar
shows them in its reader's own zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from groups.models import Meeting
from groups.models.meetings import MeetingQuerySet

CONTENT_TYPE = "text/calendar; charset=utf-8"
DAYS_BACK = 366
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")  # RFC 5545, 3.1: no control characters


def recent(meetings: MeetingQuerySet) -> MeetingQuerySet:
    """What a calendar carries: all that is to come, and a year back."""
    since = timezone.now() - timedelta(days=DAYS_BACK)
    return meetings.filter(starts_at__gte=since).select_related("committee", "group").order_by("starts_at", "pk")


def _text(value: str) -> str:
    return _NO_TEXT.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))


def calendar_of(meetings: Iterable[Meeting], name: str) -> bytes:
    """A cancelled meeting stays in, with the SEQUENCE that tells calendars to cross it out (RFC 5546, 3.2.5)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Automotive Skills Alliance//Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(_text(name)))  # of no type that the library knows: it would not escape it
    host = urlsplit(settings.PORTAL_URL).hostname or "portal.invalid"
    for meeting in meetings:
        calendar.add_component(_event(meeting, host))
    return calendar.to_ical()


def _event(meeting: Meeting, host: str) -> Event:
    event = Event()
    event.add("uid", f"{meeting.uid}@{host}")
    event.add("sequence", meeting.revision)
    event.add("dtstamp", meeting.changed_at.astimezone(UTC))
    event.add("created", meeting.created_at.astimezone(UTC))
    event.add("last-modified", meeting.changed_at.astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", _text(str(meeting)))
    event.add("status", "CANCELLED" if meeting.status == Meeting.Status.CANCELLED else "CONFIRMED")
    if place := ", ".join(part for part in (meeting.place, meeting.link) if part):
        event.add("location", _text(place))
    page = settings.PORTAL_URL + meeting.get_absolute_url()
    event.add("url", page)
    parts = [meeting.agenda, f"{_('To take part')}: {meeting.link}" if meeting.link else "", page]
    event.add("description", _text("\n\n".join(part for part in parts if part)))
    return event
