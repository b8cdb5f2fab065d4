"""Indicators and their breakdowns: definitions are versioned data, a new version leaves old figures readable."""

from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Series(models.TextChoices):
    ACHIEVED = "achieved", _("Achieved")
    PLANNED = "planned", _("Planned")


class Whose(models.TextChoices):
    """Whose workers a figure is about; the answer decides how nobody is counted twice."""

    OWN = "own", _("Our own")
    NOT_EMPLOYED = "not_employed", _("People without an employer")
    OTHERS = "others", _("Staff of another organisation")


class SkillsProfile(models.Model):
    """An occupation of ESCO, with the label and version at the time of recording, or a job role of the Skills Hub."""

    class Source(models.TextChoices):
        ESCO = "esco", "ESCO"
        SKILLS_HUB = "skills_hub", _("Automotive Skills Hub")

    code = models.CharField(max_length=40, unique=True, help_text="the category code of the breakdown 'profile'")
    label = models.CharField(max_length=160)
    source = models.CharField(max_length=12, choices=Source.choices)
    uri = models.URLField(blank=True, max_length=300)
    version = models.CharField(max_length=20, blank=True, help_text="of the source, when the label was copied")
    last_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the last year whose reports may name it; empty: it is not withdrawn"
    )

    class Meta:
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(condition=~Q(source="esco") | ~Q(uri=""), name="profile_of_esco_has_uri"),
        ]

    def __str__(self) -> str:
        return self.label


class Breakdown(models.Model):
    """A way of dividing a total, e.g. by gender; its categories add up to the total."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


UNKNOWN = "unknown"


class BreakdownCategoryQuerySet(models.QuerySet["BreakdownCategory"]):
    def offered(self, year: int) -> BreakdownCategoryQuerySet:
        """Those that reports of the year may name."""
        return self.filter(Q(last_year=None) | Q(last_year__gte=year), active=True)


class BreakdownCategory(models.Model):
    """One part of a breakdown. Each breakdown has the category `unknown`."""

    breakdown = models.ForeignKey(Breakdown, on_delete=models.PROTECT, related_name="categories")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True, help_text="offered in new reports")
    last_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the last year whose reports may name it; empty: there is none"
    )

    objects = BreakdownCategoryQuerySet.as_manager()

    class Meta:
        ordering = ["breakdown", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["breakdown", "code"], name="breakdown_category_once")]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """What is measured; the code is stable, the definition has versions."""

    code = models.CharField(max_length=10, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    computed = models.BooleanField(default=False, help_text="from the roster; never typed in")

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.code


FIRST_YEAR, LAST_YEAR = 2000, 2100  # of rounds, and so of what asks by a definition


class IndicatorVersionQuerySet(models.QuerySet["IndicatorVersion"]):
    def published(self) -> IndicatorVersionQuerySet:
        return self.filter(from_year__isnull=False)

    def drafts(self) -> IndicatorVersionQuerySet:
        return self.filter(from_year=None)

    def in_force(self, year: int) -> IndicatorVersionQuerySet:
        """Of each indicator, the version by which figures of the year are reported."""
        begun = IndicatorVersion.objects.filter(indicator=OuterRef("indicator"), from_year__lte=year)
        return self.filter(pk=Subquery(begun.order_by("-from_year", "-version").values("pk")[:1]))

    def current(self) -> IndicatorVersionQuerySet:
        """Those of the running year."""
        return self.in_force(timezone.localdate().year)

    def reported(self) -> IndicatorVersionQuerySet:
        """Those that organisations fill in."""
        return self.filter(indicator__computed=False)


class IndicatorVersion(models.Model):
    """The definition of an indicator as it holds for the figures that name it. A later version that begins with the
    same year or before it replaces this one; else this one stays in force for the years before the later one."""

    class Nature(models.TextChoices):
        FLOW = "flow", _("in the course of the year")
        STOCK = "stock", _("on a day")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=60)
    definition = models.TextField(help_text="what counts, in words that a reporter can act on")
    unit = models.CharField(max_length=40)
    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.FLOW)
    series = models.JSONField(default=list, help_text="codes of Series")
    whose = models.JSONField(default=list, help_text="codes of Whose, in the order of asking")
    breakdowns = models.ManyToManyField(Breakdown, blank=True, related_name="+")
    from_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the first year whose rounds ask by it; empty: a draft"
    )

    objects = IndicatorVersionQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "version"], name="indicator_version_once"),
            models.UniqueConstraint(fields=["indicator"], condition=Q(from_year=None), name="indicator_one_draft"),
            models.CheckConstraint(
                condition=Q(from_year=None) | Q(from_year__range=(FIRST_YEAR, LAST_YEAR)),
                name="indicator_version_from_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name
