"""The digest: one e-mail a day at most, with what a person wants daily or weekly, and what waits for them.

Beat asks for it every few minutes, and after its hour (Brussels time) the first call makes the job of the day. The job
goes through the people one by one, and a row per person and day says who has theirs: killed half way and run again, it
goes on with the others. A day without beat is left out, and the next digest has it all; a Monday without is made up for
by the next day that works."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from core import events, jobs, kinds, outbox, unsubscribing, waiting
from core.models import Digest, Event, Job, Notification, Pace
from core.waiting import WaitingItem

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

log = logging.getLogger("portal.digests")
KIND = "core.digests"
SHOWN = 40  # of a section, in one e-mail; the page has the rest


def ask_for_digests() -> bool:
    """Make the job of today, once; returns whether this call did."""
    now = timezone.localtime()
    if now.time() < settings.DIGEST_AT:
        return False
    key = now.date().isoformat()
    if Job.objects.filter(kind=KIND, key=key).exclude(state__in=[Job.State.FAILED, Job.State.CANCELLED]).exists():
        return False
    jobs.enqueue(KIND, actor=get_user_model().objects.system(), lane=KIND, key=key)
    return True


def gather(run: jobs.Run) -> dict[str, int]:
    """The job of a day (its key): write the rows of everybody for whom there is something. They go out after it."""
    day = date.fromisoformat(run.job.key)
    if day != timezone.localdate():  # it waited over midnight: the job of today gathers what it would have
        raise jobs.Cancelled
    weekly = _is_weekly(day)
    people = get_user_model().objects.filter(is_active=True, is_system=False).exclude(email="")
    ids = list(people.exclude(digests__day=day).order_by("pk").values_list("pk", flat=True))
    made = 0
    for done, pk in enumerate(ids):
        try:
            made += _gather_for(pk, day, weekly, run)
        except jobs.Superseded:
            raise
        except Exception:  # one person's digest must not keep the others from theirs
            log.exception("the digest of user %s cannot be made", pk)
        if done % 50 == 0:
            run.progress(done, len(ids))
    transaction.on_commit(outbox.ask_for_delivery, robust=True)
    return {"people": len(ids), "digests": made}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _is_weekly(day: date) -> bool:
    """The first digest of the week, mostly Monday's."""
    this_week = Job.objects.filter(kind=KIND, key__gte=_monday(day).isoformat(), key__lt=day.isoformat())
    return not this_week.filter(state=Job.State.DONE).exists()


def _gather_for(user_id: int, day: date, weekly: bool, run: jobs.Run) -> bool:
    user = get_user_model().objects.get(pk=user_id)
    soon = kinds.paces_of(user_id)
    # Where the job of Monday was lost half way, some have their weekly one already.
    weekly = weekly and not Digest.objects.filter(recipient=user, is_weekly=True, day__gte=_monday(day)).exists()
    due = {Pace.DAILY, Pace.WEEKLY} if weekly else {Pace.DAILY}
    held = [
        row.pk
        for row in Notification.objects.held().filter(recipient=user, digest=None).select_related("event")
        if soon.get(kinds.of_verb(row.event.verb).code, Pace.DAILY) in due
    ]
    items = waiting.waiting_for(user) if soon[kinds.WAITING] in due else []
    if not held and not _is_worth_telling(items, user, soon[kinds.WAITING]):
        return False
    with transaction.atomic():
        run.fence()
        digest, is_new = Digest.objects.get_or_create(
            recipient=user,
            day=day,
            defaults={"is_weekly": weekly, "lists_waiting": bool(items), "told": [item.key for item in items]},
        )
        if is_new:
            Notification.objects.held().filter(pk__in=held).update(digest=digest)
    return is_new


def _is_worth_telling(items: list[WaitingItem], user: User, pace: Pace) -> bool:
    """Once a week everything that waits is worth a reminder. Who hears of it every day hears only when something new
    waits, or something has become overdue."""
    if pace == Pace.WEEKLY or not items:
        return bool(items)
    last = Digest.objects.filter(recipient=user, lists_waiting=True).first()
    return last is None or bool({item.key for item in items} - set(last.told))


def deliver_due() -> int:
    """Send what is due; returns the number sent."""
    return outbox.deliver(Digest.objects.select_related("recipient"), message)


def message(digest: Digest) -> EmailMultiAlternatives | None:
    """The e-mail, as things are now. None when nothing is left to tell, or nobody to tell it to."""
    reader = digest.recipient
    if not reader.is_active:
        return None
    soon = kinds.paces_of(reader.pk)
    news = _news(digest, reader, soon)
    items = waiting.waiting_for(reader) if digest.lists_waiting and soon[kinds.WAITING] != Pace.NEVER else []
    if not news and not items:
        return None
    digest.shown = [row.pk for row in news]  # type: ignore[attr-defined]
    digest.told = [item.key for item in items]
    return outbox.compose(
        "digest",
        to=reader.email,
        subject="digest",
        headers={
            "Message-ID": outbox.message_id("digest", digest.pk),
            **unsubscribing.headers(reader.pk, unsubscribing.DIGEST),
        },
        day=digest.day,
        recipient=reader,
        waiting=items,
        sections=waiting.by_urgency(items),
        news=[row for row in news if row.event.subject_url not in {item.url for item in items}],  # said once
        shown=SHOWN,
        stop_url=unsubscribing.address(reader.pk, unsubscribing.DIGEST),
    )


def _news(digest: Digest, reader: User, soon: dict[str, Pace]) -> list[Notification]:
    """What was kept for this digest, as far as its reader may still see it and has not had enough of it."""
    rows = digest.notifications.held().select_related("event__actor").order_by("pk")
    told = Event.objects.filter(pk__in=rows.values("event"))
    readable = set(events.readable_by(reader, told).values_list("pk", flat=True))
    return [
        row for row in rows if row.event_id in readable and soon.get(kinds.of_verb(row.event.verb).code) != Pace.NEVER
    ]
