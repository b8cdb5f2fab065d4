"""Which invitation does this browser follow? The link puts it into the session, sign-up reads it from there.

Higher apps have invitations of their own; they register each kind in their extensions.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from members.models import PersonalInvitation

SESSION_KEY = "invitation"


@dataclass(frozen=True)
class Door:
    """A kind of invitation. `is_void(invitation)`: nobody stands behind it any more; `accept(invitation_id=, actor=)`
    raises InvitationVoid then; `page` is the name of the address that takes its token."""

    model: type[PersonalInvitation]
    is_void: Callable[[Any], bool]
    accept: Callable[..., Any]
    page: str
    related: tuple[str, ...] = ()


class InvitationExpired(ValueError):
    """The link is older than it may be."""


class InvitationVoid(ValueError):
    """Nobody stands behind the invitation any more."""


_doors: dict[type[PersonalInvitation], Door] = {}


def add_door(door: Door) -> None:
    _doors[door.model] = door


def is_invited(address: str) -> bool:
    """Whether an invitation of any kind to this address can still be used."""
    managers: list[Any] = [door.model._default_manager for door in _doors.values()]
    return any(each.all().usable().filter(email__iexact=address).exists() for each in managers)


def door_of(invitation: PersonalInvitation) -> Door:
    return _doors[type(invitation)]


def follow_invitation(request: HttpRequest, invitation: PersonalInvitation) -> None:
    request.session[SESSION_KEY] = invitation.token


def followed_invitation(request: HttpRequest) -> PersonalInvitation | None:
    """The invitation that this browser came with, as long as it can be used."""
    token = request.session.get(SESSION_KEY)
    if not token:
        return None
    for door in _doors.values():
        rows: Any = door.model._default_manager.all()
        found = rows.usable().select_related("invited_by", *door.related).filter(token=token).first()
        if found is not None:
            return None if door.is_void(found) else found
    return None


def leave_invitation(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def has_account(invitation: PersonalInvitation) -> bool:
    """Told only to who holds the link, that is to the reader of that mailbox."""
    return EmailAddress.objects.filter(email=invitation.email.lower(), verified=True, user__is_active=True).exists()
