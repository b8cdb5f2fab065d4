"""Who hears of which verb. Derived from events, written in the transaction of the act, delivered after it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone

from core import events, kinds, outbox, unsubscribing
from core.kinds import name_kind as name_kind
from core.models import Event, Notification, Pace

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

Audience = Callable[[Event, Any], "Iterable[User]"]
_audiences: dict[str, Audience] = {}
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


def verbs() -> dict[str, Audience]:
    """Every verb of which somebody hears, with those who do."""
    return dict(_audiences)


def phrases() -> dict[str, list[str]]:
    """{kind: what may have happened, in words}, the kinds in the order of their names."""
    found: dict[str, list[str]] = {}
    for verb in sorted(_audiences, key=lambda verb: (str(kinds.of_verb(verb).name), verb)):
        found.setdefault(kinds.of_verb(verb).code, []).append(events.phrase(verb))
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


def who_may_see(people: Collection[User], subject: models.Model) -> list[User]:
    """Those of the people who may see the subject. To people of one standing it is one question to the database, and
    is asked once: telling every member of a new round takes as many queries as telling one."""
    visible_to = getattr(type(subject)._default_manager.all(), "visible_to", None)
    if visible_to is None:
        return list(people)
    get_user_model()._default_manager.read_roles(people)
    if len(people) < 3:  # nothing is asked twice
        return [user for user in people if visible_to(user).filter(pk=subject.pk).exists()]
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


_FIRST = {
    Pace.AT_ONCE: Notification.Email.PENDING,
    Pace.DAILY: Notification.Email.HELD,
    Pace.WEEKLY: Notification.Email.HELD,
    Pace.NEVER: Notification.Email.NONE,
}


def queue(event: Event, subject: models.Model) -> list[Notification]:
    """Write one row per person concerned: never the actor, never one who may not see the subject."""
    find = _audiences.get(event.verb)
    if find is None or _silent.get():
        return []
    people = {user.pk: user for user in find(event, subject) if user.is_active and user.pk != event.actor_id}
    soon = kinds.paces(people, kinds.of_verb(event.verb))
    rows = [
        Notification(event=event, recipient=user, email_state=_FIRST[soon[user.pk]])
        for user in who_may_see(people.values(), subject)
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
    """The e-mail of one notification: emails/<verb>.txt and .html where there is one, else a more general one. None
    when the account has been closed since, or its owner may no longer see what it is about, or has had enough of the
    kind: an attempt can come hours later."""
    event, reader, kind = row.event, row.recipient, kinds.of_verb(row.event.verb)
    if not reader.is_active or kinds.paces([reader.pk], kind)[reader.pk] == Pace.NEVER:
        return None
    if not events.readable_by(reader, Event.objects.filter(pk=event.pk)):
        return None
    context = {
        "event": event,
        "recipient": reader,
        "url": settings.PORTAL_URL + event.subject_url,
        "kind": kind,
        "stop_url": "" if kind.binding else unsubscribing.address(reader.pk, kind.code),
    }
    return outbox.compose(
        _template_of(event.verb),
        to=reader.email,
        subject="event",
        headers={
            "Message-ID": outbox.message_id("notification", row.pk),
            **unsubscribing.headers(reader.pk, kind.code),
        },
        **context,
    )


@cache
def _template_of(verb: str) -> str:
    """Its own, else that of all verbs which end alike (any.remind), else the one for everything."""
    for name in (verb, f"any.{verb.partition('.')[2]}"):
        with suppress(TemplateDoesNotExist):
            get_template(f"emails/{name}.txt")
            return name
    return "event"
