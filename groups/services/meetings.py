"""Meetings: calling, changing and cancelling them, answering, recording, and what is to do after them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from committees import register
from committees.models import Committee, Decision
from core import permissions, workflow
from core.workflow import Incomplete
from groups import steps
from groups.errors import ChangedMeanwhile
from groups.meetings.people import asked, invite_all, places
from groups.models import CalendarAddress, Group, Meeting, MeetingAction, MeetingDecision, MeetingInvitation, bodies
from members.models import User, today

ANNOUNCED = ("title", "starts_at", "ends_at", "zone", "place", "link", "agenda", "is_public")


def _check(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Incomplete({"ends": _t("It ends before it begins.")})
    if starts_at <= timezone.now():
        raise Incomplete({"day": _t("This lies in the past: a meeting is called before it begins.")})


def _locked(meeting_id: int) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting_id)


@transaction.atomic
def call_meeting(*, body: Committee | Group, actor: User, **announced: Any) -> Meeting:
    """Everybody who has a place by name in the body is asked. Raises Incomplete for times past or in disorder."""
    found = Meeting(
        **bodies.fields_of(body),
        created_at=timezone.now(),
        changed_at=timezone.now(),
        **announced,
    )
    permissions.require(actor, "groups.call_meeting", found)
    _check(found.starts_at, found.ends_at)
    found.save()
    invite_all(found)
    workflow.act(steps.CALL_MEETING, found, actor=actor, to_state=found.status, data=_when(found))
    return found


def _told(value: Any) -> Any:
    """A value as the trail keeps it."""
    return value if isinstance(value, bool) else value.isoformat() if isinstance(value, datetime) else str(value or "")


def _when(meeting: Meeting) -> dict[str, str]:
    """What an e-mail says of it, in its own zone."""
    return {
        "starts": meeting.local_start.isoformat(),
        "ends": meeting.local_end.isoformat(),
        "zone": meeting.zone,
        "place": meeting.place,
        "link": meeting.link,
    }


@transaction.atomic
def change_meeting(*, meeting_id: int, revision: int, actor: User, **announced: Any) -> Meeting:
    """Raises ChangedMeanwhile if somebody saved since this person opened it. A change of the time asks everybody anew;
    what is the same as before is no change."""
    found = _locked(meeting_id)
    permissions.require(actor, "groups.change_meeting", found)
    if found.revision != revision:
        raise ChangedMeanwhile(found)
    changed = [name for name in ANNOUNCED if name in announced and getattr(found, name) != announced[name]]
    if not changed:
        return found
    told = {name: [_told(getattr(found, name)), _told(announced[name])] for name in changed}
    for name in changed:
        setattr(found, name, announced[name])
    _check(found.starts_at, found.ends_at)
    found.revision += 1
    found.changed_at = timezone.now()
    found.save(update_fields=[*changed, "revision", "changed_at"])
    if {"starts_at", "ends_at"} & set(changed):
        found.invitations.update(answer="", answered_at=None)
    invite_all(found)
    workflow.act(steps.CHANGE_MEETING, found, actor=actor, data={"changed": told, **_when(found)})
    return found


@transaction.atomic
def cancel_meeting(*, meeting_id: int, actor: User, note: str) -> Meeting:
    """It stays in sight and in the calendars, as cancelled."""
    found = _locked(meeting_id)
    return workflow.perform(
        Meeting.objects.all(),
        meeting_id,
        steps.CANCEL_MEETING,
        actor=actor,
        note=note,
        revision=found.revision + 1,
        changed_at=timezone.now(),
    )


@transaction.atomic
def answer_meeting(*, meeting_id: int, actor: User, answer: str) -> Meeting:
    """Who joined the body after the meeting was called answers as well. May be changed until it begins."""
    found = _locked(meeting_id)
    permissions.require(actor, "groups.answer_meeting", found)
    row, _made = MeetingInvitation.objects.get_or_create(
        meeting=found, user=actor, defaults={"organisation_id": places(found).get(actor.pk)}
    )
    row.answer, row.answered_at = answer, timezone.now()
    row.save(update_fields=["answer", "answered_at"])
    return found


@transaction.atomic
def record_meeting(
    *,
    meeting_id: int,
    revision: int,
    actor: User,
    minutes: str,
    decisions: str,
    attended: Collection[int],
    note: str = "",
) -> Meeting:
    """Minutes, decisions and who took part (ids of invitations). `revision` is that of the record. What is on record is
    corrected with a reason, and the trail keeps what it said before."""
    found = _locked(meeting_id)
    permissions.require(actor, "groups.record_meeting", found)
    if found.record_revision != revision:
        raise ChangedMeanwhile(found)
    said = {"minutes": minutes, "decisions": decisions}
    changed = {name: [getattr(found, name), new] for name, new in said.items() if getattr(found, name) != new}
    came = set(found.invitations.filter(attended=True).values_list("pk", flat=True))
    if found.recorded_at is not None:
        if came != set(attended):
            changed["attended"] = [_people(found, came), _people(found, attended)]
        if not changed:
            return found
        if not note.strip():
            raise Incomplete({"note": _t("Say why what is on record changes.")})
    data = {"changed": changed} if found.recorded_at is not None else {}
    found.minutes, found.decisions, found.recorded_at = minutes, decisions, timezone.now()
    found.record_revision += 1
    found.save(update_fields=["minutes", "decisions", "recorded_at", "record_revision"])
    found.invitations.filter(pk__in=list(attended)).update(attended=True)
    found.invitations.exclude(pk__in=list(attended)).update(attended=False)
    workflow.act(steps.RECORD_MEETING, found, actor=actor, note=note, data=data)
    return found


def _people(meeting: Meeting, invitations: Collection[int]) -> list[int]:
    """Ids of people: their names stand in one place alone."""
    return sorted(meeting.invitations.filter(pk__in=list(invitations)).values_list("user", flat=True))


@transaction.atomic
def decide_at_meeting(*, meeting_id: int, actor: User, title: str, note: str = "") -> MeetingDecision:
    """Enter what the committee decided into its register. Two windows with the same words make one entry."""
    found = _locked(meeting_id)
    permissions.require(actor, "groups.decide_at_meeting", found)
    if found.committee is None:
        raise ValueError("A group has no register.")
    if found.resolutions.filter(title=title).exists():
        raise Incomplete({"title": _t("This stands in the register already.")})
    decided = MeetingDecision.objects.create(meeting=found, title=title)
    workflow.act(steps.DECIDE_AT_MEETING, decided, actor=actor, note=note)
    decided.entry = register.enter(
        decided,
        steps.DECIDE_AT_MEETING,
        committee=found.committee,
        kind=Decision.Kind.OTHER,
        outcome=Decision.Outcome.ADOPTED,
        manner=Decision.Manner.MEETING,
    )
    decided.save(update_fields=["entry"])
    return decided


@transaction.atomic
def add_action(*, meeting_id: int, actor: User, title: str, owner: User, due: date) -> MeetingAction:
    found = _locked(meeting_id)
    permissions.require(actor, "groups.record_meeting", found)
    if not asked(found).filter(pk=owner.pk).exists():
        raise Incomplete({"owner": _t("Only people who were asked to the meeting take something upon themselves.")})
    if due < today():
        raise Incomplete({"due": _t("This day is over.")})
    action = MeetingAction.objects.create(meeting=found, title=title, owner=owner, due=due, created_at=timezone.now())
    workflow.act(steps.GIVE_ACTION, action, actor=actor, to_state=action.status, data={"due": due.isoformat()})
    return action


def finish_action(*, action_id: int, actor: User, note: str = "") -> MeetingAction:
    return workflow.perform(MeetingAction.objects.all(), action_id, steps.FINISH_ACTION, actor=actor, note=note)


def drop_action(*, action_id: int, actor: User, note: str) -> MeetingAction:
    return workflow.perform(MeetingAction.objects.all(), action_id, steps.DROP_ACTION, actor=actor, note=note)


@transaction.atomic
def make_calendar_address(*, actor: User) -> CalendarAddress:
    """A new private address; the one before, if any, opens nothing any more."""
    CalendarAddress.objects.filter(user=actor).delete()
    return CalendarAddress.objects.create(user=actor, made_at=timezone.now())


def revoke_calendar_address(*, actor: User) -> None:
    CalendarAddress.objects.filter(user=actor).delete()
