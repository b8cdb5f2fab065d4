"""Who is told of what: one row per event and recipient, which is also the outbox of its e-mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.outbox import Outgoing, OutgoingQuerySet


class Pace(models.TextChoices):
    """How soon an e-mail about something comes."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never")


class NotificationQuerySet(OutgoingQuerySet):
    def held(self) -> NotificationQuerySet:
        """Those that wait for a digest."""
        return self.filter(email_state=Outgoing.Email.HELD)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)

    def unread_first(self) -> NotificationQuerySet:
        return self.order_by(models.Case(models.When(read_at=None, then=0), default=1), "-pk")

    def visible_to(self, user: Any) -> NotificationQuerySet:
        return self.filter(recipient_id=user.pk) if user.pk else self.none()


class Notification(Outgoing):
    event = models.ForeignKey("core.Event", on_delete=models.PROTECT, related_name="notifications")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    read_at = models.DateTimeField(null=True, blank=True)
    digest = models.ForeignKey(
        "core.Digest", null=True, blank=True, on_delete=models.SET_NULL, related_name="notifications"
    )
    may_open = False  # as core.notifications.look_up finds it for the reader

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="notification_once")]
        indexes = [
            models.Index(fields=["email_state", "next_attempt_at"], name="notification_outbox"),
            models.Index(fields=["recipient", "read_at"], name="notification_unread"),
            models.Index(fields=["recipient"], condition=models.Q(email_state="held"), name="notification_held"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.recipient}"


class NotificationSetting(models.Model):
    """How soon a person wants e-mails about one kind of thing (core.kinds); no row: as the portal proposes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_settings")
    kind = models.CharField(max_length=40)
    pace = models.CharField(max_length=10, choices=Pace.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notification_setting_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.pace}"
