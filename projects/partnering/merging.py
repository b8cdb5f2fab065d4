"""What the partner search knows of its rows when two organisations become one. Ideas and interests that may simply move
do so by themselves."""

from __future__ import annotations

from django.db.models import Q

from members.merging.journal import Journal
from members.merging.registry import before_moving
from projects.models import Approach, Interest

_STRENGTH = (Interest.Status.ACCEPTED, Interest.Status.WAITING, Interest.Status.DECLINED)


@before_moving
def one_interest_in_an_idea(journal: Journal, kept: int, merged: int) -> None:
    """Nobody is interested in their own idea; of two interests in one idea the one that got further remains."""
    own = Q(organisation=kept, idea__organisation=merged) | Q(organisation=merged, idea__organisation=kept)
    for row in [*Interest.objects.filter(own), *Approach.objects.filter(own)]:
        journal.set_aside(row)
    rows = Interest.objects.exclude(status=Interest.Status.WITHDRAWN).select_related("idea", "organisation")
    mine = {one.idea_id: one for one in rows.filter(organisation=kept)}
    for other in rows.filter(organisation=merged):
        if (own_row := mine.get(other.idea_id)) is not None:
            journal.set_aside(
                max(own_row, other, key=lambda one: (_STRENGTH.index(one.status), one.organisation_id != kept))
            )
