"""What members commit themselves to under the Pact for Skills, and how far they say they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models.organisations import Organisation
from members.models.people import today


class CommitmentQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> CommitmentQuerySet:
        """Those of the own organisations; the Office and administrators see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.staff_roles:
            return self
        return self.filter(organisation__in=list(user.organisation_roles))


class Commitment(WorkflowModel):
    """One commitment of an organisation: its words, and where it can be counted, how much of what by when."""

    class Principle(models.TextChoices):
        """The four principles of the Pact for Skills."""

        LEARNING = "learning", _("Life-long learning for all")
        PARTNERSHIPS = "partnerships", _("Strong skills partnerships")
        MONITORING = "monitoring", _("Monitoring supply of and demand for skills")
        EQUALITY = "equality", _("Equal opportunities, against discrimination")

    class Status(models.TextChoices):
        OPEN = "open", _("Under way")
        FULFILLED = "fulfilled", _("Fulfilled")
        DROPPED = "dropped", _("Given up")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="commitments")
    text = models.TextField(_("what you commit yourselves to"), max_length=2000)
    principle = models.CharField(_("principle of the Pact"), max_length=12, choices=Principle.choices)
    indicator = models.ForeignKey(
        "core.Indicator",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("target indicator"),
    )
    number = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    by_year = models.PositiveSmallIntegerField(_("by the end of"))
    status = StateField(max_length=10, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "by_year", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(by_year__range=(2020, 2100)), name="commitment_year"),
            models.CheckConstraint(condition=Q(number=None) | Q(number__gt=0), name="commitment_number"),
            # A number without an indicator says nothing, and an indicator is aimed at by a number.
            models.CheckConstraint(
                condition=Q(number=None, indicator=None) | Q(number__isnull=False, indicator__isnull=False),
                name="commitment_number_of_something",
            ),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    def acted_for(self, actor: Any) -> Organisation | None:
        """The organisation itself, for those who speak for it."""
        return self.organisation if actor.represents(self.organisation_id) else None

    def event_parents(self) -> Iterator[models.Model]:
        yield self.organisation

    def get_absolute_url(self) -> str:
        return reverse("members:commitment_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and today() > date(self.by_year, 12, 31)


class CommitmentProgress(models.Model):
    """How far the organisation says it is with a commitment, as of a year: from its beginning up to then."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="progress")
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("how many so far"), null=True, blank=True)
    note = models.TextField(_("how it goes"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "year"], name="commitment_progress_once_a_year"),
            models.CheckConstraint(condition=Q(number__isnull=False) | ~Q(note=""), name="commitment_progress_says"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment}, {self.year}"
