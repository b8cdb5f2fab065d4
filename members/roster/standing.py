"""The memberships of the organisations that a roster names."""

from __future__ import annotations

from collections.abc import Collection

from members.models import Membership

Standing = Membership.Status | None


def standing_of(organisations: Collection[int]) -> dict[int, Standing]:
    """What the latest membership of each is today; a membership past its last day has ended, whatever its row says.
    Those without any are left out."""
    found = Membership.objects.filter(organisation__in=organisations).order_by("starts", "pk")
    return {one.organisation_id: one.shown_status for one in found.only("organisation_id", "status", "ends")}


def told(standing: Standing) -> list[dict[str, str]]:
    """Whoever is on record without a membership becomes a member; that is a change like any other."""
    if standing is not None:
        return []
    return [{"field": "membership", "old": "", "new": str(Membership.Status.ACTIVE.label)}]
