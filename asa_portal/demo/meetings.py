"""Meetings in the demo: one that was held and recorded, one to come, one that was cancelled."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from asa_portal.demo import clock
from asa_portal.demo.partnership import Partnership
from committees.models import Committee
from groups.models import Group, Meeting, MeetingInvitation
from groups.services import meetings
from members.models import User

CALLED, WRITTEN_UP = 30, 2  # days before and after a meeting
ANSWERS = ("yes", "yes", "maybe", "yes", "no")
HELD = """1. Welcome and minutes of the last meeting
2. Where the work plans stand
3. Pilots for battery repair: what the first two have shown
4. Any other business"""
MINUTES = """The chair welcomed the representatives and thanked the hosts.

The leads reported on their plans. Two activities are late because test vehicles arrived late; the rest is on time.

The first two pilots were presented. Workshops ask for shorter modules, with a certificate after each of them.

The committee agreed to collect what the other pilots report before the modules are changed."""
COMING = """1. Minutes of the last meeting
2. Results of the pilots, and what they mean for the modules
3. Plans of the groups for next year
4. Dates of next year"""


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())


def _working_day(day: date) -> date:
    return day + timedelta(days=max(7 - day.isoweekday() + 1, 0) if day.isoweekday() > 5 else 0)


def _call(body: Committee | Group, day: date, actor: User, **details: Any) -> Meeting:
    with clock.on(min(day - timedelta(days=CALLED), timezone.localdate()), 9):
        return meetings.call_meeting(
            body=body,
            actor=actor,
            starts_at=_moment(day, 10),
            ends_at=_moment(day, 13),
            zone="Europe/Brussels",
            **details,
        )


def _answer(found: Meeting, answers: tuple[str, ...]) -> None:
    rows = list(MeetingInvitation.objects.filter(meeting=found).select_related("user").order_by("pk"))
    day = found.created_at.date() + timedelta(days=1)
    for number, row in enumerate(rows[: len(answers)]):
        with clock.on(min(day, timezone.localdate()), 14):
            meetings.answer_meeting(meeting_id=found.pk, actor=row.user, answer=answers[number])


def _held(body: Committee | Group, day: date, actor: User) -> Meeting:
    found = _call(body, day, actor, title="Autumn meeting", place="Brussels, Rue du Luxembourg 3", agenda=HELD)
    _answer(found, ANSWERS)
    came = found.invitations.filter(answer__in=("yes", "maybe")).order_by("pk")
    with clock.on(day + timedelta(days=WRITTEN_UP), 11):
        meetings.record_meeting(
            meeting_id=found.pk,
            revision=0,
            actor=actor,
            minutes=MINUTES,
            decisions="The modules stay as they are until all pilots have reported.",
            attended=[row.pk for row in came],
        )
        for number, (title, after) in enumerate(
            (("Ask the other pilots for their findings", 14), ("Send the list of test vehicles to the groups", 40))
        ):
            owner = came[number].user
            due = day + timedelta(days=after)
            meetings.add_action(meeting_id=found.pk, actor=actor, title=title, owner=owner, due=due)
        if isinstance(body, Committee):
            meetings.decide_at_meeting(
                meeting_id=found.pk,
                actor=actor,
                title="The modules on battery repair stay as they are until all pilots have reported",
                note="Changing them now would make the results of the first two pilots worthless.",
            )
    done = found.actions.order_by("due").first()
    if done is not None and done.owner_id is not None:
        with clock.on(day + timedelta(days=12), 16):
            meetings.finish_action(
                action_id=done.pk, actor=User.objects.get(pk=done.owner_id), note="They have answered."
            )
    return found


def load(partnership: Partnership) -> dict[str, int]:
    today = partnership.today
    committee = Committee.objects.get(code="TECH")
    group = Group.objects.get(code="TECH-WG-01")
    chair = User.objects.get(email="chair.tech@demo.test")
    lead = User.objects.get(pk=group.roles.get(role="lead").user_id)
    for body, actor, back, ahead in ((committee, chair, 34, 20), (group, lead, 27, 9)):
        _held(body, _working_day(today - timedelta(days=back)), actor)
        link = f"https://meet.example.org/{body.code.lower()}"
        day = _working_day(today + timedelta(days=ahead))
        coming = _call(body, day, actor, title="Winter meeting", link=link, agenda=COMING)
        _answer(coming, ANSWERS[:2])
    day = _working_day(today + timedelta(days=41))
    _call(
        committee,
        day,
        chair,
        title="Open day: batteries in the workshop",
        place="Ostrava, Lower Vítkovice",
        is_public=True,
    )
    day = _working_day(today + timedelta(days=5))
    off = _call(committee, day, chair, title="Extra meeting on the work plans", link="https://meet.example.org/extra")
    with clock.on(today - timedelta(days=1), 15):
        meetings.cancel_meeting(
            meeting_id=off.pk,
            actor=chair,
            note="The plans were decided in writing, so there is nothing left to discuss.",
        )
    return {"meetings": Meeting.objects.count()}
