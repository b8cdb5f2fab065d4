"""Sends what waits in the outbox: e-mails of notifications, digests, and letters to addresses without an account."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from core.models import Digest, Letter, Notification
from core.models.outbox import Outgoing

log = logging.getLogger("portal.outbox")
ATTEMPTS = 8  # after 1, 2, 4 … minutes: about two hours of a mail server being away; then the row says "failed"


def deliver(rows: models.QuerySet, compose: Callable[[Any], EmailMessage | None], limit: int = 200) -> int:
    """Send the rows that are due; returns the number sent. Two workers at once never send one row twice: a row is
    claimed by compare-and-set, and a claim that a killed worker left is taken up again after ten minutes (`reclaim`).
    The attempt counts from the claim: a letter that kills its sender is given up in the end.
    `compose` answers None when nobody is to have the e-mail any more.
    """
    sent = 0
    model: Any = rows.model
    for pk in list(model.objects.due().order_by("pk").values_list("pk", flat=True)[:limit]):
        claimed = model.objects.filter(pk=pk, email_state=Outgoing.Email.PENDING).update(
            email_state=Outgoing.Email.SENDING,
            attempts=F("attempts") + 1,
            next_attempt_at=timezone.now() + timedelta(minutes=10),
        )
        if claimed:
            sent += _send(rows.get(pk=pk), compose)
    return sent


def _send(row: Outgoing, compose: Callable[[Any], EmailMessage | None]) -> int:
    fields = ["next_attempt_at"]
    try:
        if email := compose(row):
            email.send()
    except (smtplib.SMTPException, OSError) as problem:
        last = row.attempts >= ATTEMPTS
        row.email_state = Outgoing.Email.FAILED if last else Outgoing.Email.PENDING
        row.next_attempt_at = timezone.now() + timedelta(minutes=2 ** (row.attempts - 1))
        row.error = str(problem)[:300]
        fields += ["email_state", "error"]
        log.warning("e-mail of %s %s failed, attempt %s: %s", row._meta.model_name, row.pk, row.attempts, problem)
    except Exception as problem:  # a letter that cannot be written at all must not hold up those behind it
        row.email_state, row.error = Outgoing.Email.FAILED, str(problem)[:300]
        fields += ["email_state", "error"]
        log.exception("e-mail of %s %s cannot be written", row._meta.model_name, row.pk)
    else:
        fields += row.sent() if email else row.dropped()
    row.save(update_fields=fields)
    return int(row.email_state == Outgoing.Email.SENT)


def reclaim() -> int:
    """Rows whose sender died: back to the queue, or given up when that happened too often."""
    found = 0
    for model in (Notification, Letter, Digest):
        left = model.objects.filter(email_state=Outgoing.Email.SENDING, next_attempt_at__lt=timezone.now())
        if left.exists():  # mostly not, and an update of nothing would still wait for SQLite's only write lock
            left.filter(attempts__gte=ATTEMPTS).update(
                email_state=Outgoing.Email.FAILED, error="the sender was lost each time"
            )
            found += left.update(email_state=Outgoing.Email.PENDING)
    return found


def post(*, to: str, subject: str, body: str, is_the_last: bool = False) -> Letter:
    """Queue an e-mail to an address, in the caller's transaction; it is sent after it."""
    letter = Letter.objects.create(
        to=to, subject=" ".join(subject.split())[:300], body=body.strip() + "\n", is_the_last=is_the_last
    )
    transaction.on_commit(ask_for_delivery, robust=True)
    return letter


def post_template(name: str, *, to: str, is_the_last: bool = False, **context: Any) -> Letter:
    """Queue the e-mail of emails/letters/<name>_subject.txt and emails/letters/<name>.txt."""
    context = {"portal_url": settings.PORTAL_URL, **context}
    return post(
        to=to,
        subject=render_to_string(f"emails/letters/{name}_subject.txt", context),
        body=render_to_string(f"emails/letters/{name}.txt", context),
        is_the_last=is_the_last,
    )


def compose(
    name: str, *, to: str, subject: str, headers: dict[str, str] | None = None, **context: Any
) -> EmailMultiAlternatives:
    """The e-mail of emails/<name>.txt, with emails/<name>.html beside it where there is one, and the subject of
    emails/<subject>_subject.txt."""
    context = {
        "portal_url": settings.PORTAL_URL,
        "settings_url": settings.PORTAL_URL + reverse("core:notification_settings"),
        **context,
    }
    title = " ".join(render_to_string(f"emails/{subject}_subject.txt", context).split())
    email = EmailMultiAlternatives(title, render_to_string(f"emails/{name}.txt", context), to=[to], headers=headers)
    with suppress(TemplateDoesNotExist):
        email.attach_alternative(render_to_string(f"emails/{name}.html", {"title": title, **context}), "text/html")
    return email


def ask_for_delivery() -> None:
    """Wake the worker. With the broker down the act still stands: the sweep finds the rows."""
    from core.tasks import deliver_notifications, publish

    publish(deliver_notifications)


def deliver_letters() -> int:
    return deliver(Letter.objects.all(), message)


def message(letter: Letter) -> EmailMessage:
    return EmailMultiAlternatives(
        letter.subject, letter.body, to=[letter.to], headers={"Message-ID": message_id("letter", letter.pk)}
    )


def message_id(kind: str, pk: int) -> str:
    """The same name each time: should a killed worker's e-mail go out again, mail programs show it once."""
    return f"<{kind}-{pk}@{urlsplit(settings.PORTAL_URL).hostname}>"
