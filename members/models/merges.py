"""What was done when two organisations turned out to be one, kept so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models.organisations import Organisation
from members.models.people import User

UNDO_DAYS = 30


class MergeQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> MergeQuerySet:
        """The Office sees all, representatives those of their own organisation: they read what became of it."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self if user.is_office else self.filter(kept__in=list(user.organisation_roles))

    def standing(self) -> MergeQuerySet:
        return self.filter(status=Merge.Status.DONE)


class Merge(WorkflowModel):
    """Two organisations became one. The row of the second is gone; everything it was and every row that moved is in
    here, and its portal code leads to the one that was kept."""

    class Status(models.TextChoices):
        DONE = "done", _("Merged")
        UNDONE = "undone", _("Undone")

    kept = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="merges", verbose_name=_("kept"))
    merged_pk = models.BigIntegerField(help_text="key of the row that is gone; its events name it")
    merged_code = models.CharField(_("portal code"), max_length=12, db_index=True)
    merged_name = models.CharField(_("name"), max_length=250)
    status = StateField(max_length=10, choices=Status.choices, default=Status.DONE)
    reason = models.TextField(_("reason"), blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("merged"), default=timezone.now)
    # The undo record: {field: value} of the second, {field: [before, after]} of the first, and the journal of rows.
    merged_row = models.JSONField(encoder=DjangoJSONEncoder)
    changed = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    journal = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("undone by")
    )
    outcome = models.JSONField(default=dict, help_text="of the undoing: {moved: n, kept: […], failed: […]}")

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["merged_pk"], condition=Q(status="done"), name="merge_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.merged_name} ({self.merged_code}) → {self.kept}"

    def get_absolute_url(self) -> str:
        return reverse("members:merge_detail", args=[self.pk])

    def event_parents(self) -> Iterator[models.Model]:
        yield self.kept
        yield self.merged

    @property
    def merged(self) -> Organisation:
        """The organisation that is gone, as the trail knows it; never to be saved."""
        return Organisation(pk=self.merged_pk, code=self.merged_code, legal_name=self.merged_name)

    @property
    def undo_until(self) -> datetime:
        return self.made_at + timedelta(days=UNDO_DAYS)

    @property
    def may_still_be_undone(self) -> bool:
        return self.status == self.Status.DONE and timezone.now() <= self.undo_until
