"""What all outgoing mail has in common: it waits in a row until a mail server has taken it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone


class OutgoingQuerySet(models.QuerySet):
    def due(self) -> Any:
        """E-mails that wait for their first or their next attempt."""
        return self.filter(email_state=Outgoing.Email.PENDING, next_attempt_at__lte=timezone.now())


class Outgoing(models.Model):
    class Email(models.TextChoices):
        NONE = "none"
        PENDING = "pending"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        HELD = "held"  # it goes out with the digest of its recipient

    created_at = models.DateTimeField(default=timezone.now)
    email_state = models.CharField(max_length=10, choices=Email.choices, default=Email.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    def sent(self) -> list[str]:
        """The mail server has it. Returns the names of the fields to save."""
        self.email_state, self.error = self.Email.SENT, ""
        return ["email_state", "error"]

    def dropped(self) -> list[str]:
        """Nobody is to have it any more. Returns the names of the fields to save."""
        self.email_state = self.Email.NONE
        return ["email_state"]


class Letter(Outgoing):
    """An e-mail to an address, not to an account: invitations, answers to applicants, links to prove an address.

    Its words may hold a personal link, so they are kept until the mail server has them and no longer."""

    to = models.EmailField(blank=True)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    is_the_last = models.BooleanField(
        default=False, help_text="to somebody who is forgotten: once it is sent, so is the address"
    )

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["email_state", "next_attempt_at"], name="letter_outbox")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    def sent(self) -> list[str]:
        self.body = ""
        if self.is_the_last:
            self.to = ""
        return [*super().sent(), "body", "to"]
