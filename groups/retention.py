"""How long the addresses of people are kept who were invited as guests and did not come."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.retention import Rule, add_rule
from groups.models import GuestInvitation
from members.retention import forget_invitations


def _closed(moment: datetime) -> QuerySet[GuestInvitation]:
    """Expired or withdrawn, with an address still on it."""
    rows = GuestInvitation.objects.exclude(status=GuestInvitation.Status.ACCEPTED)
    return rows.exclude(email__endswith="@portal.invalid").filter(expires_at__lt=moment)


GUEST_INVITATIONS = add_rule(
    Rule(
        key="guest_invitations",
        title=_("Expired and withdrawn invitations of guests"),
        what=_("The address and the name of who was invited go."),
        setting="RETENTION_INVITATION_DAYS",
        rows=_closed,
        forget=forget_invitations,
        since="expires_at",
    )
)
