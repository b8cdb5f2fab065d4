"""Editions: the figures of a year as they were published, frozen, numbered and citable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Series
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet


class EditionQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> EditionQuerySet:
        """Everybody reads what is published; the Office also what is proposed or was withdrawn."""
        return self if getattr(user, "is_authenticated", False) and user.is_office else self.published()

    def published(self) -> EditionQuerySet:
        return self.filter(status=Edition.Status.PUBLISHED)

    def with_code(self, code: str) -> EditionQuerySet:
        """`2025-2`; nothing for what is no such code."""
        year, _dash, number = code.partition("-")
        if not (year.isdecimal() and number.isdecimal() and len(year) == 4 and len(number) <= 4):
            return self.none()
        return self.filter(year=int(year), number=int(number))


class Edition(WorkflowModel):
    """A snapshot of a year's totals. Numbers are given once and never again, not even when a proposal is withdrawn."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn before it was published")

    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    status = StateField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    note = models.TextField(_("note"), blank=True, help_text=_("what readers should know; it stands in the edition"))
    frozen_at = models.DateTimeField(default=timezone.now)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    reports = models.PositiveIntegerField(help_text="approved reports behind the figures")
    facts = models.JSONField(help_text="definitions, ambition, completeness and coverage, as they were")
    grounds = models.JSONField(help_text="ids of the reports and settlements behind it, to tell what changed")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["year"], condition=Q(status="proposed"), name="edition_one_proposed"),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False)
                | (~Q(status="published") & Q(published_at=None)),
                name="edition_published_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return _("Edition %(code)s") % {"code": self.code}

    @property
    def code(self) -> str:
        return f"{self.year}-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("kpis:edition_detail", args=[self.code])

    def event_parents(self) -> Iterator[models.Model]:
        return iter(())


class Frozen(TypeError):
    """Somebody tried to change what was published."""


class FrozenQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise Frozen("An edition is never changed: freeze a new one.")

    def delete(self) -> NoReturn:
        raise Frozen("An edition is never changed: freeze a new one.")


class EditionCell(models.Model):
    """A cell of a view as it was: all of them are kept, and `hidden` are those that the public does not see."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="cells")
    by = models.CharField(max_length=12, help_text="region, member_type, initiative, or period")
    key = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    indicator = models.ForeignKey("core.Indicator", on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=10, choices=Series.choices)
    region = models.CharField(max_length=5)
    breakdown = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=40, blank=True)
    gross = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    reporters = models.PositiveIntegerField()
    hidden = models.BooleanField(default=True)
    high_hidden = models.BooleanField(default=False, help_text="what is possible is not shown, only what is certain")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "indicator", "series", "by", "key", "region", "breakdown", "category"],
                name="edition_cell_once",
            )
        ]
        indexes = [
            # The cells of one place over all years, and all places of one year.
            models.Index(fields=["edition", "by", "region", "breakdown"], name="edition_cell_of_region")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.by} {self.key} {self.region}: {self.low}-{self.high}"

    @property
    def shown_high(self) -> int | None:
        """None where it is not shown."""
        return None if self.hidden or self.high_hidden else self.high

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Frozen("An edition is never changed: freeze a new one.")
        super().save(*args, **kwargs)


class EditionChange(models.Model):
    """A cell that is another one than in the edition before; no number where the cell was not there."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="changes")
    by = models.CharField(max_length=12)
    key = models.CharField(max_length=40)
    indicator = models.ForeignKey("core.Indicator", on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=10, choices=Series.choices)
    region = models.CharField(max_length=5)
    breakdown = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=40, blank=True)
    low_before = models.BigIntegerField(null=True)
    high_before = models.BigIntegerField(null=True)
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    hidden = models.BooleanField(default=True, help_text="one of the two editions does not show the cell")
    high_hidden = models.BooleanField(default=False, help_text="one of the two does not show what is possible")
    reasons = models.JSONField(default=list, help_text="places in the list of reasons of the edition's grounds")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.by} {self.key}: {self.low_before} → {self.low}"
