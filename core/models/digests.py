"""The e-mails that gather what would otherwise be many."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models.outbox import Outgoing, OutgoingQuerySet


class Digest(Outgoing):
    """One person's digest of one day; the row is its outbox, and what keeps it from being sent twice. What stands in it
    is read when it goes out, so that nothing is told that its reader may no longer see."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField(help_text="in Brussels")
    is_weekly = models.BooleanField(default=False, help_text="it also gathers what comes once a week")
    lists_waiting = models.BooleanField(default=False, help_text="what waits for the person stands in it")
    told = models.JSONField(default=list, blank=True, help_text="the keys of what waited")

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["recipient", "day"], name="digest_once_a_day")]
        indexes = [models.Index(fields=["email_state", "next_attempt_at"], name="digest_outbox")]

    def __str__(self) -> str:
        return f"{self.day} → {self.recipient}"

    def sent(self) -> list[str]:
        """What stood in it is told; what its reader could not see any more is not."""
        shown = getattr(self, "shown", [])
        self.notifications.filter(pk__in=shown).update(email_state=self.Email.SENT)
        self.notifications.filter(email_state=self.Email.HELD).update(email_state=self.Email.NONE)
        return [*super().sent(), "told"]

    def dropped(self) -> list[str]:
        self.notifications.filter(email_state=self.Email.HELD).update(email_state=self.Email.NONE)
        return super().dropped()
