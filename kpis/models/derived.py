"""Derived tables: what counts. kpis.rollup writes them, everything else reads. Nothing in them is ever incremented."""

from __future__ import annotations

from django.db import models
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

    figure = models.OneToOneField("kpis.Figure", primary_key=True, on_delete=models.CASCADE, related_name="counted")
    report = models.ForeignKey("kpis.Report", on_delete=models.CASCADE, related_name="counted_lines")
    organisation = models.ForeignKey("members.Organisation", on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    indicator = models.ForeignKey("core.Indicator", on_delete=models.CASCADE, related_name="+")
    series = models.CharField(max_length=10, choices=Series.choices)
    region = models.CharField(max_length=5)
    country = models.CharField(max_length=2, help_text="as NUTS writes it")
    whose = models.CharField(max_length=12, choices=Whose.choices)
    others = models.ForeignKey("members.Organisation", null=True, on_delete=models.CASCADE, related_name="+")
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
            # Finds the own lines of a named organisation, and all lines of a year's indicator.
            models.Index(
                fields=["year", "indicator", "series", "organisation", "whose"], name="counted_of_organisation"
            ),
            models.Index(
                fields=["year", "indicator", "series", "others"],
                condition=models.Q(others__isnull=False),
                name="counted_claims",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id}: {self.low}-{self.high} of {self.gross}"


class OrganisationTotal(models.Model):
    """What counts of one organisation in one cell: a region of any level, a category or the total (both empty)."""

    organisation = models.ForeignKey("members.Organisation", on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    indicator = models.ForeignKey("core.Indicator", on_delete=models.CASCADE, related_name="+")
    series = models.CharField(max_length=10, choices=Series.choices)
    region = models.CharField(max_length=5, help_text="NUTS 2, NUTS 1, country, or ALL")
    member_type = models.CharField(max_length=10)
    breakdown = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=40, blank=True)
    gross = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "indicator", "series", "region", "breakdown", "category", "organisation"],
                name="organisation_total_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.year} {self.region}: {self.low}-{self.high}"


class Total(models.Model):
    """A cell of a view: by region, by member type (in each country and in all), by initiative."""

    class By(models.TextChoices):
        REGION = "region", _("region")
        MEMBER_TYPE = "member_type", _("member type")
        INITIATIVE = "initiative", _("initiative")

    by = models.CharField(max_length=12, choices=By.choices)
    key = models.CharField(max_length=40, help_text="code of the region, member type or initiative")
    year = models.PositiveSmallIntegerField()
    indicator = models.ForeignKey("core.Indicator", on_delete=models.CASCADE, related_name="+")
    series = models.CharField(max_length=10, choices=Series.choices)
    region = models.CharField(max_length=5, help_text="NUTS 2, NUTS 1, country, or ALL")
    breakdown = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=40, blank=True)
    gross = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    reporters = models.PositiveIntegerField()
    # For disclosure control: how many organisations stand behind the number, and how much the largest of them gives.
    contributors_low = models.PositiveIntegerField()
    contributors_high = models.PositiveIntegerField()
    largest_low = models.BigIntegerField()
    largest_high = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "series", "by", "key", "region", "year", "breakdown", "category"],
                name="total_once",
            )
        ]
        indexes = [
            # All countries, or all member types, of a year.
            models.Index(fields=["year", "indicator", "series", "by", "region", "breakdown"], name="total_of_year")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.by} {self.key} {self.region}: {self.low}-{self.high}"
