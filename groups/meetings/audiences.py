"""Who hears of meetings: those who are asked. The actor never does (core.notifications)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.notifications import audience, name_kind
from groups.meetings.people import asked
from groups.models import Meeting, MeetingAction, MeetingDecision
from members.models import User

name_kind("meeting", _("Meetings"))
name_kind("meetingdecision", _("Decisions at meetings"))
name_kind("meetingaction", _("What was agreed at meetings"))


@audience("meeting.call", "meeting.change", "meeting.cancel", "meeting.record")
def those_who_are_asked(event: Event, meeting: Meeting) -> Iterable[User]:
    return asked(meeting)


@audience("meetingdecision.enter")
def those_who_were_asked(event: Event, decided: MeetingDecision) -> Iterable[User]:
    return asked(decided.meeting)


@audience("meetingaction.give", "meetingaction.finish", "meetingaction.drop")
def who_took_it_upon_themselves(event: Event, action: MeetingAction) -> Iterable[User]:
    return [action.owner] if action.owner else []
