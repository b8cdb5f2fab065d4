"""Derived tables: what counts. kpis.rollup writes them, everything else reads. Nothing in them is ever incremented."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Series, Whose


class CountedLine(models.Model):
    """A line of the year's figures with what counts of it. Region codes, not rows: they go into pages and exports."""

    class Status(models.TextChoices):
        COUNTS = "counts", _("Counts")
        ALSO_REPORTED = "also_reported", _("Also reported by the organisation itself")
        CONTESTED = "contested", _("Contested")
        SETTLED = "settled", _("Settled by the Office")
        NO_NUMBER = "no_number", _("No number")

    class Why(models.TextChoices):
        """The rule that decided."""

        OWN = "own", _("the organisation's own workers")
        NOT_EMPLOYED = "not_employed", _("people without an employer")
        ONLY_CLAIM = "only_claim", _("nobody else reports these workers")
        MET_OWN = "met_own", _("their employer reports them itself")
        MET_ZERO = "met_zero", _("their employer reports zero")
        TWO_CLAIMS = "two_claims", _("several organisations report workers of the same employer")
        UNNAMED = "unnamed", _("the employer is unknown")
        NO_NUMBER = "no_number", _("not applicable, or not collected")

    # No foreign keys in the database, here and below: to check each row of a roll-up costs more than to make it, and
    # the audit finds what points nowhere.
    figure = models.OneToOneField(
        "kpis.Figure", primary_key=True, on_delete=models.CASCADE, related_name="counted", db_constraint=False
    )
    report = models.ForeignKey(
        "kpis.Report", on_delete=models.CASCADE, related_name="counted_lines", db_constraint=False
    )
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField()
    indicator = models.ForeignKey(
        "core.Indicator", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    indicator_version = models.ForeignKey(
        "core.IndicatorVersion",
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        help_text="which breakdowns the line may have",
    )
    series = models.CharField(max_length=10, choices=Series.choices)
    region = models.CharField(max_length=5)
    country = models.CharField(max_length=2, help_text="as NUTS writes it")
    whose = models.CharField(max_length=12, choices=Whose.choices)
    others = models.ForeignKey(
        "members.Organisation",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    initiative = models.CharField(max_length=40, blank=True)
    member_type = models.CharField(max_length=10)
    state = models.CharField(max_length=13)
    gross = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    status = models.CharField(max_length=13, choices=Status.choices)
    why = models.CharField(max_length=12, choices=Why.choices)
    contested_set = models.CharField(max_length=80, blank=True, help_text="lines that are settled together")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "year"], name="counted_of_organisation"),
            models.Index(fields=["others", "year"], condition=models.Q(others__isnull=False), name="counted_claims"),
            models.Index(fields=["year", "indicator", "series"], name="counted_of_year"),
            models.Index(fields=["initiative", "year"], condition=~models.Q(initiative=""), name="counted_initiative"),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id}: {self.low}-{self.high} of {self.gross}"


class OrganisationTotal(models.Model):
    """What counts of one organisation in a region of any level. What counts of its categories follows from its counted
    lines, and is not kept a second time (kpis.selectors.parts)."""

    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField()
    indicator = models.ForeignKey(
        "core.Indicator", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    series = models.CharField(max_length=10, choices=Series.choices)
    region = models.CharField(max_length=5, help_text="NUTS 2, NUTS 1, country, or ALL")
    member_type = models.CharField(max_length=10)
    gross = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "indicator", "series", "region", "organisation"], name="organisation_total_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "year"], name="total_of_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.year} {self.region}: {self.low}-{self.high}"


class Cell(models.Model):
    """What a sum over organisations says: how much, between which bounds, and from how many."""

    year = models.PositiveSmallIntegerField()
    series = models.CharField(max_length=10, choices=Series.choices)
    gross = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    reporters = models.PositiveIntegerField()

    class Meta:
        abstract = True


class Total(Cell):
    """A cell of a view: by region, by member type (in each country and in all), by initiative."""

    class By(models.TextChoices):
        REGION = "region", _("region")
        MEMBER_TYPE = "member_type", _("member type")
        INITIATIVE = "initiative", _("initiative")

    by = models.CharField(max_length=12, choices=By.choices)
    key = models.CharField(max_length=40, help_text="code of the region, member type or initiative")
    indicator = models.ForeignKey(
        "core.Indicator", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    region = models.CharField(max_length=5, help_text="NUTS 2, NUTS 1, country, or ALL")
    breakdown = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=40, blank=True)
    # For disclosure control: how many organisations give to the low figure, and how much the largest of them.
    contributors = models.PositiveIntegerField()
    largest = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "indicator", "series", "by", "region", "key", "breakdown", "category"],
                name="total_once",
            )
        ]
        indexes = [
            # A place through all years.
            models.Index(fields=["by", "key", "region"], condition=models.Q(breakdown=""), name="total_of_place")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.by} {self.key} {self.region}: {self.low}-{self.high}"


class PeriodTotal(Cell):
    """What counts by the rounds up to the end of a quarter: the year to date. Quarters are never summed."""

    period = models.CharField(max_length=4, help_text="Q1 to Q4; the year itself is in the totals")
    indicator = models.ForeignKey("core.Indicator", on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=5, help_text="country, or ALL")
    member_type = models.CharField(max_length=10, blank=True, help_text="empty for all together")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "indicator", "series", "region", "member_type", "period"], name="period_total_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.period} {self.region}: {self.low}-{self.high}"


class RefreshRequest(models.Model):
    """What the roll-up does not hold yet: written with the act that makes a refresh necessary, taken away with the
    refresh. A refresh that is killed or fails forgets nothing, and several requests are one refresh."""

    year = models.PositiveSmallIntegerField()
    indicator = models.ForeignKey("core.Indicator", null=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "members.Organisation",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="whose report or claims have changed; none: those of everybody",
    )
    quarters = models.BooleanField(default=True, help_text="the year to date of its quarters can change too")

    class Meta:
        indexes = [models.Index(fields=["year"], name="refresh_of_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.organisation_id or 'all'}"


class RollUpAuditQuerySet(models.QuerySet["RollUpAudit"]):
    def visible_to(self, user: Any) -> RollUpAuditQuerySet:
        staff = getattr(user, "is_authenticated", False) and (user.is_office or user.is_administrator)
        return self if staff else self.none()


class RollUpAudit(models.Model):
    """A comparison of the derived tables with a full recomputation."""

    at = models.DateTimeField(default=timezone.now)
    differences = models.PositiveIntegerField()
    first = models.JSONField(null=True, blank=True, help_text="the first row that only one of the two has")

    objects = RollUpAuditQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return _("Audit of the figures, %(day)s") % {"day": self.at.date()}

    def get_absolute_url(self) -> str:
        return reverse("kpis:dashboard")
