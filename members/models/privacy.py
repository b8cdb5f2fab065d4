"""To what people have agreed, and who wants to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models.joining import Application
from members.models.people import User


class Consent(models.Model):
    """One answer to one text: written once, never changed. The last answer holds."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("I have read the privacy notice")
        CONTACT = "contact", _("Other members may see my name and e-mail address as a contact of my organisation")

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="consents")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.CASCADE, related_name="consents"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    version = models.CharField(max_length=20, help_text="of the privacy notice that was in force")
    given = models.BooleanField(help_text="false: withdrawn")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "kind", "-at"], name="consent_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, application=None) | Q(user=None, application__isnull=False),
                name="consent_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}: {'given' if self.given else 'withdrawn'}"


class ErasureRequestQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ErasureRequestQuerySet:
        """The person's own; the Office and administrators see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self if user.staff_roles else self.filter(user=user)

    def open(self) -> ErasureRequestQuerySet:
        return self.filter(status=ErasureRequest.Status.REQUESTED)


class ErasureRequest(WorkflowModel):
    """A person asks that the portal forgets them."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("With the ASA Office")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DECLINED = "declined", _("Declined")
        DONE = "done", _("Erased")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="erasure_requests")
    status = StateField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    words = models.TextField(_("what you want to say about it"), max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()
    label_names_a_person = True

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(status="requested"), name="erasure_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.user}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.user

    def get_absolute_url(self) -> str:
        return reverse("members:erasure_detail", args=[self.pk])
