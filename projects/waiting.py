"""Results of projects that wait for somebody to take them up."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core.waiting import WaitingItem, source
from groups.models import Group, GroupRole
from projects.models import Result

SHOWN = 50


@source
def waiting_for(user: Any) -> list[WaitingItem]:
    """For the chairs of the committee and the leads of its groups, but for who proposed it."""
    if not user.is_authenticated:
        return []
    seats = Seat.objects.of(user).filter(role__in=Seat.STEERING)
    led = Group.objects.active().filter(pk__in=GroupRole.objects.ids_of(user, "group"))
    mine = Q(committee__in=seats.values("committee")) | Q(committee__in=led.values("committee"))
    found = Result.objects.visible_to(user).proposed().filter(mine).exclude(proposed_by=user.pk)
    return [
        WaitingItem(
            title=result.title,
            reason=_("A result of %(project)s that a group could take up") % {"project": result.project.acronym},
            url=result.get_absolute_url(),
            since=result.proposed_at,
            kind="result",
            action=_("Decide"),
        )
        for result in found.select_related("project").order_by("proposed_at")[:SHOWN]
    ]
