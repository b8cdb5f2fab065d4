"""Countries (ISO 3166) and regions (NUTS 2024; United Kingdom: NUTS 2021)."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class CountryQuerySet(models.QuerySet["Country"]):
    def of_the_union(self) -> CountryQuerySet:
        return self.filter(eu=True)


class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True, help_text="ISO 3166-1 alpha-2")
    nuts_code = models.CharField(max_length=2, unique=True, help_text="as NUTS writes it: EL, UK")
    name = models.CharField(max_length=80)
    eu = models.BooleanField(default=False, help_text="one of the EU-27")

    objects = CountryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "countries"

    def __str__(self) -> str:
        return self.name


class CountryAlias(models.Model):
    """Another way of writing a country, learnt from a person who resolved it; the names of CLDR need no row."""

    key = models.CharField(max_length=120, unique=True, help_text="folded: lower case, no accents")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="aliases")
    learnt_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.key} → {self.country_id}"


class RegionQuerySet(models.QuerySet["Region"]):
    def level(self, number: int) -> RegionQuerySet:
        return self.filter(level=number)


class Region(models.Model):
    """A NUTS region, level 0 (country) to 3."""

    code = models.CharField(max_length=5)
    version = models.PositiveSmallIntegerField(help_text="year of the classification")
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="regions")
    name = models.CharField(max_length=120)
    name_latin = models.CharField(max_length=120)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="region_code_version"),
            models.CheckConstraint(condition=models.Q(level__range=(0, 3)), name="region_level"),
        ]

    def __str__(self) -> str:
        return f"{self.name_latin} ({self.code})"
