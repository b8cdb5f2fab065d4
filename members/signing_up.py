"""Which invitation does this browser follow? The link puts it into the session, sign-up reads it from there."""

from __future__ import annotations

from django.http import HttpRequest

from members.models import Invitation
from members.services.invitations import is_void

SESSION_KEY = "invitation"


def follow_invitation(request: HttpRequest, invitation: Invitation) -> None:
    request.session[SESSION_KEY] = invitation.token


def followed_invitation(request: HttpRequest) -> Invitation | None:
    """The invitation that this browser came with, as long as it can be used."""
    token = request.session.get(SESSION_KEY)
    if not token:
        return None
    found = Invitation.objects.usable().select_related("organisation", "invited_by").filter(token=token).first()
    return found if found and not is_void(found) else None


def leave_invitation(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
