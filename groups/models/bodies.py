"""What belongs to a committee or a group (its body): who is inside, who steers, for whom somebody acts there."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from committees.models import Committee, Seat
from groups.models.groups import Group, GroupRole, workspaces_of
from members.models import Organisation


def inside(user: Any, of: str = "") -> Q:
    """Rows whose `committee` or `group` the person is inside of; `of` leads to the row that has them ("document__")."""
    return Q(**{f"{of}committee__in": Seat.objects.ids_of(user, "committee")}) | Q(
        **{f"{of}group__in": workspaces_of(user)}
    )


def steered(user: Any, of: str = "") -> Q:
    """Rows whose committee the person chairs, or whose group they lead or steer as its committee."""
    chaired = Seat.objects.ids_of(user, "committee", *Seat.STEERING)
    return (
        Q(**{f"{of}committee__in": chaired})
        | Q(**{f"{of}group__committee__in": chaired})
        | Q(**{f"{of}group__in": GroupRole.objects.ids_of(user, "group")})
    )


def acted_for(committee_id: int | None, group: Group | None, actor: Any) -> Organisation | None:
    if group:
        return group.acted_for(actor)
    seat = Seat.objects.of(actor).filter(committee=committee_id).select_related("organisation").first()
    return seat.organisation if seat else None


def fields_of(body: Committee | Group | None) -> dict[str, Any]:
    """{"committee": …, "group": …} of something that belongs to the body."""
    return {
        "committee": body if isinstance(body, Committee) else None,
        "group": body if isinstance(body, Group) else None,
    }
