"""The audit trail: one append-only table of acts, and index rows that tie each act to what it concerns."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class AppendOnly(TypeError):
    """Somebody tried to change or delete a record of what happened."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("The audit trail is never rewritten.")

    def delete(self) -> NoReturn:
        raise AppendOnly("The audit trail is never rewritten.")


class Event(models.Model):
    """One act: who did what to which thing, when, from which state to which, and why."""

    verb = models.CharField(max_length=80, help_text="noun.verb, the same word as in the permission and the e-mail")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True, help_text="the reason, in the words of the actor")
    data = models.JSONField(default=dict, blank=True)
    subject_label = models.CharField(max_length=300, help_text="the name of the subject at the time")
    subject_url = models.CharField(max_length=300, blank=True)
    behalf_label = models.CharField(max_length=300, blank=True, help_text="the organisation the actor acted for")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["verb", "at"], name="event_verb_at")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("The audit trail is never rewritten.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("The audit trail is never rewritten.")

    @property
    def phrase(self) -> str:
        """What the actor did, as the middle of a sentence: 'approved the work plan'."""
        from core import events

        return events.phrase(self.verb)


class EventTarget(models.Model):
    """Ties an event to its subject, to the parents of the subject, and to the organisation acted for."""

    class Role(models.TextChoices):
        SUBJECT = "subject"
        PARENT = "parent"
        BEHALF = "behalf"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="targets")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "content_type", "object_id", "role"], name="event_target_once")
        ]
        indexes = [models.Index(fields=["content_type", "object_id", "-event"], name="event_target_of")]

    def __str__(self) -> str:
        return f"{self.role} of event {self.event_id}"
