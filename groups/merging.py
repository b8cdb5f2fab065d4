"""What groups knows of its rows when two organisations become one."""

from __future__ import annotations

from groups.models import GroupMembership
from members.merging.journal import Journal
from members.merging.registry import before_moving


@before_moving
def one_place_in_a_group(journal: Journal, kept: int, merged: int) -> None:
    """Where both take part in a group one place remains; the people of the other become alternates in it."""
    live = GroupMembership.objects.live().prefetch_related("alternates").select_related("group", "organisation")
    mine = {one.group_id: one for one in live.filter(organisation=kept)}
    for other in live.filter(organisation=merged):
        place = mine.get(other.group_id)
        if place is None:
            continue
        loser = other
        if place.status != other.status and other.status == GroupMembership.Status.ACTIVE:
            place, loser = other, place
        people = {loser.representative_id, *(one.pk for one in loser.alternates.all())} - {None}
        there = {place.representative_id, *(one.pk for one in place.alternates.all())}
        journal.set_aside(loser)
        for user_id in sorted(people - there):
            journal.add(GroupMembership.alternates.through, groupmembership_id=place.pk, user_id=user_id)
