"""Who hears of which verb. Derived from events, written in the transaction of the act, delivered after it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.template.loader import render_to_string, select_template
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst

from core import events, outbox
from core.models import Event, Notification, NotificationSetting

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

Audience = Callable[[Event, Any], "Iterable[User]"]
_audiences: dict[str, Audience] = {}
_kind_names: dict[str, str | Promise] = {}
_silent: ContextVar[bool] = ContextVar("notifications_silent", default=False)


@contextmanager
def silence() -> Iterator[None]:
    """Within this block acts are recorded and nobody is told: for records of what happened long ago."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def audience(*verbs: str) -> Callable[[Audience], Audience]:
    """Decorator, in an app's audiences.py: @audience("workplan.approve") def concerned(event, plan): return users."""

    def register(function: Audience) -> Audience:
        for verb in verbs:
            if verb in _audiences:
                raise ValueError(f"{verb} already has an audience")
            _audiences[verb] = function
        return function

    return register


def kind_of(verb: str) -> str:
    return verb.partition(".")[0]


def name_kind(kind: str, name: str | Promise) -> None:
    """Give a kind its words, in an app's audiences.py: name_kind("workplan", _("Work plans"))."""
    _kind_names[kind] = name


def kind_name(kind: str) -> str:
    return str(_kind_names.get(kind) or capfirst(kind.replace("_", " ")))


def kinds() -> dict[str, list[str]]:
    """The kinds of things that people hear of (the nouns of the verbs), each with what may have happened, in words."""
    found: dict[str, list[str]] = {}
    for verb in sorted(_audiences, key=lambda verb: (kind_name(kind_of(verb)), verb)):
        found.setdefault(kind_of(verb), []).append(events.phrase(verb))
    return found


def mark_read(*, reader: User, ids: list[int] | None = None, until: int | None = None) -> int:
    """Mark the reader's own notifications as read: those named, or all that are no newer than `until` (an id), so
    that one which arrives while the list is open stays unread. Returns how many changed."""
    rows = Notification.objects.visible_to(reader).unread()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    if until is not None:
        rows = rows.filter(pk__lte=until)
    return rows.update(read_at=timezone.now())


def look_up(reader: User, rows: Iterable[Notification]) -> list[Notification]:
    """The rows, each knowing whether the reader may still see what it is about (`may_open`). A role ends, a thing is
    withdrawn: that somebody was told of it once opens nothing. One look for all rows."""
    found = list(rows)
    told = Event.objects.filter(pk__in=[row.event_id for row in found])
    readable = set(events.readable_by(reader, told).values_list("pk", flat=True)) if found else set()
    for row in found:
        row.may_open = bool(row.event.subject_url) and row.event_id in readable
    return found


@transaction.atomic
def choose_emails(*, actor: User, wanted: dict[str, bool]) -> None:
    """Store about which kinds a person wants e-mails. In the portal they see everything in any case."""
    for kind, email in wanted.items():
        if email:
            NotificationSetting.objects.filter(user=actor, kind=kind).delete()  # no row means yes
        else:
            NotificationSetting.objects.update_or_create(user=actor, kind=kind, defaults={"email": False})


def _who_may_see(people: Collection[User], subject: models.Model) -> list[User]:
    """Those of the people who may see the subject. To people of one standing it is one question to the database, and
    is asked once: telling every member of a new round takes as many queries as telling one."""
    visible_to = getattr(type(subject)._default_manager.all(), "visible_to", None)
    if visible_to is None:
        return list(people)
    get_user_model()._default_manager.read_roles(people)
    answers: dict[str, bool] = {}
    may = []
    for user in people:
        found = visible_to(user).filter(pk=subject.pk)
        try:
            question = repr(found.query.sql_with_params())
        except EmptyResultSet:  # nobody of that standing sees any
            continue
        if question not in answers:
            answers[question] = found.exists()
        if answers[question]:
            may.append(user)
    return may


def queue(event: Event, subject: models.Model) -> list[Notification]:
    """Write one row per person concerned: never the actor, never one who may not see the subject."""
    find = _audiences.get(event.verb)
    if find is None or _silent.get():
        return []
    people = {user.pk: user for user in find(event, subject) if user.is_active and user.pk != event.actor_id}
    muted = set(
        NotificationSetting.objects.filter(user__in=list(people), kind=kind_of(event.verb), email=False).values_list(
            "user_id", flat=True
        )
    )
    rows = [
        Notification(
            event=event,
            recipient=user,
            email_state=Notification.Email.NONE if user.pk in muted else Notification.Email.PENDING,
        )
        for user in _who_may_see(people.values(), subject)
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(outbox.ask_for_delivery, robust=True)
    return rows


def deliver_due() -> int:
    """Send what is due; returns the number sent."""
    rows = Notification.objects.select_related("event", "event__actor", "recipient")
    return outbox.deliver(rows, message)


def message(row: Notification) -> EmailMultiAlternatives | None:
    """The e-mail of one notification: emails/<verb>.txt where there is one, else emails/event.txt. None when the
    account has been closed since, or its owner may no longer see what it is about: an attempt can come hours later."""
    event = row.event
    if not row.recipient.is_active or not events.readable_by(row.recipient, Event.objects.filter(pk=event.pk)):
        return None
    context = {
        "event": event,
        "recipient": row.recipient,
        "url": settings.PORTAL_URL + event.subject_url,
        "portal_url": settings.PORTAL_URL,
        "settings_url": settings.PORTAL_URL + reverse("core:notification_settings"),
    }
    subject = render_to_string("emails/event_subject.txt", context)
    body = select_template([f"emails/{event.verb}.txt", "emails/event.txt"]).render(context)
    return EmailMultiAlternatives(
        " ".join(subject.split()),
        body,
        to=[row.recipient.email],
        headers={"Message-ID": outbox.message_id("notification", row.pk)},
    )
