"""How the Office settles contested figures: an act of its own, never a change of what was reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Series, Whose
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet


class AdjustmentQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> AdjustmentQuerySet:
        return self if getattr(user, "is_authenticated", False) and user.is_office else self.none()

    def in_effect(self) -> AdjustmentQuerySet:
        return self.filter(status=Adjustment.Status.APPROVED)

    def standing(self) -> AdjustmentQuerySet:
        """Those that are proposed or in effect: one for a set."""
        return self.filter(status__in=Adjustment.STANDING)


class Adjustment(WorkflowModel):
    """The settlement of one set of contested lines: the claims on one organisation's workers in a year, indicator and
    series, or a single line that names nobody. It lapses when its ground changes."""

    class Method(models.TextChoices):
        SUM = "sum", _("All count in full")
        MAX = "max", _("The largest counts, the others do not")
        NONE = "none", _("None counts")
        NUMBER = "number", _("A number of its own, spread in proportion")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        APPROVED = "approved", _("In effect")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn by its author")
        LAPSED = "lapsed", _("Lapsed: its ground has changed")

    STANDING = (Status.PROPOSED, Status.APPROVED)

    year = models.PositiveSmallIntegerField()
    indicator = models.ForeignKey("core.Indicator", on_delete=models.PROTECT, related_name="adjustments")
    series = models.CharField(max_length=10, choices=Series.choices)
    contested_set = models.CharField(max_length=80, help_text="key of the set, as in the counted lines")
    organisation = models.ForeignKey(
        "members.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="adjustments"
    )
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    number = models.BigIntegerField(_("number"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    status = StateField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "indicator", "series", "contested_set"],
                condition=Q(status__in=["proposed", "approved"]),
                name="adjustment_one_per_set",
            ),
            models.CheckConstraint(
                condition=Q(method="number", number__gte=0) | (~Q(method="number") & Q(number=None)),
                name="adjustment_number_fits_method",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(status="approved") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="adjustment_takes_two_people",
            ),
        ]

    def __str__(self) -> str:
        who = self.organisation or _("a line without a name")
        return _("Settlement %(year)s %(indicator)s, %(who)s") % {
            "year": self.year,
            "indicator": self.indicator,
            "who": who,
        }

    def get_absolute_url(self) -> str:
        return reverse("kpis:settlement_detail", args=[self.pk])

    def event_parents(self) -> Iterator[models.Model]:
        if self.organisation:
            yield self.organisation

    @property
    def concerned(self) -> frozenset[int]:
        """Organisations whose figures it settles: who speaks for one of them does not decide on it."""
        named = {self.organisation_id} if self.organisation_id else set()
        return frozenset(named | {line.organisation_id for line in self.lines.all()})


class AdjustmentLine(models.Model):
    """A line as it stood when the settlement was proposed: one of the set, with the share that it gets, or one that
    the set met. Named by what it says and not by row: a new revision that repeats it is no change."""

    class Kind(models.TextChoices):
        CONTESTED = "contested"
        MET = "met"

    adjustment = models.ForeignKey(Adjustment, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    organisation = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=5)
    whose = models.CharField(max_length=12, choices=Whose.choices)
    others = models.ForeignKey(
        "members.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    initiative = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=13)
    value = models.BigIntegerField(null=True)
    share = models.BigIntegerField(null=True, help_text="what counts of it; lines of the set only")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="contested", share__gte=0, share__lte=F("value")) | Q(kind="met", share=None),
                name="adjustment_line_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.region}: {self.value} → {self.share}"
