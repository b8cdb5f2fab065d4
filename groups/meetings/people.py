"""Whom a meeting is for: those who have a place by name in its body today."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from committees.models import Committee, Seat
from groups.models import Group, Meeting, MeetingInvitation
from groups.selectors import leads_of, members_of
from members.models import User


def places(of: Any) -> dict[int, int]:
    """{user id: id of the organisation for which they sit or speak} in the committee or group `of` something, such as a
    meeting. Who leads does so for its organisation."""
    if of.committee_id is not None:
        seats = Seat.objects.in_force().filter(committee=of.committee_id)
        return dict(seats.values_list("user_id", "organisation_id"))
    found: dict[int, int] = {}
    for place in members_of(of.group):
        for user_id in (place.representative_id, *(one.pk for one in place.alternates.all())):
            if user_id is not None:
                found.setdefault(user_id, place.organisation_id)
    for role in leads_of(of.group):
        found.setdefault(role.user_id, role.organisation_id)
    return found


def invite_all(meeting: Meeting) -> None:
    """Whoever has a place in the body and is not asked yet is asked now. Who lost theirs and has not come goes."""
    now = places(meeting)
    meeting.invitations.exclude(user__in=list(now)).filter(attended=False).delete()
    MeetingInvitation.objects.bulk_create(
        [MeetingInvitation(meeting=meeting, user_id=user, organisation_id=of) for user, of in now.items()],
        ignore_conflicts=True,
    )


def ask_newcomers(body: Committee | Group) -> None:
    """Whoever joined the body since its coming meetings were called is asked to them, and who left is not."""
    for meeting in Meeting.objects.of(body).planned().filter(starts_at__gt=timezone.now()):
        invite_all(meeting)


def invitations_of(meeting: Meeting) -> QuerySet[MeetingInvitation]:
    return meeting.invitations.select_related("user", "organisation")


def asked(meeting: Meeting) -> QuerySet[User]:
    return User.objects.filter(meeting_invitations__meeting=meeting, is_active=True, is_system=False).order_by("name")


def by_organisation(rows: Any) -> list[tuple[Any, list[MeetingInvitation]]]:
    """[(organisation, its people who took part)], with those of whom nobody came."""
    found: dict[int | None, tuple[Any, list[MeetingInvitation]]] = {}
    for row in rows:
        came = found.setdefault(row.organisation_id, (row.organisation, []))[1]
        if row.attended:
            came.append(row)
    return list(found.values())
