"""Announcements: sent once, to those who are there at that moment."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from committees.models import Committee
from core import permissions, workflow
from core.models import Notification
from core.workflow import Incomplete
from groups import steps
from groups.dialogue.people import recipients
from groups.models import Announcement, Group, bodies
from members.models import User


def draft(body: Committee | Group, actor: User, scope: str = Announcement.Scope.BODY, **words: str) -> Announcement:
    """What would be sent; nothing is stored."""
    return Announcement(
        **bodies.fields_of(body),
        scope=scope if isinstance(body, Committee) else Announcement.Scope.BODY,
        author_id=actor.pk,
        sent_at=timezone.now(),
        **words,
    )


def send_announcement(
    *, body: Committee | Group, key: uuid.UUID, actor: User, title: str, text: str, scope: str = Announcement.Scope.BODY
) -> Announcement:
    """In the portal, and by e-mail to those who want that. The same form sent twice, even at once, goes out once.
    Raises Incomplete when nobody but its author would hear of it."""
    sent = Announcement.objects.filter(key=key, author=actor.pk)
    try:
        with transaction.atomic():
            return sent.first() or _send(draft(body, actor, scope, title=title, text=text), key, actor)
    except IntegrityError:
        if found := sent.first():
            return found
        raise


def _send(found: Announcement, key: uuid.UUID, actor: User) -> Announcement:
    permissions.require(actor, "groups.send_announcement", found)
    if not recipients(found).exists():
        raise Incomplete({"title": _t("Nobody but you has a place there: there is nobody to tell.")})
    found.key = key
    found.organisation = bodies.acted_for(found.committee_id, found.group, actor)
    found.save()
    event = workflow.act(steps.SEND_ANNOUNCEMENT, found, actor=actor, note=found.text)
    found.told = Notification.objects.filter(event=event).count()
    found.save(update_fields=["told"])
    return found
