"""Projects on which the partnership builds, and the partners in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.models import today
from projects.models import periods


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: Any) -> ProjectQuerySet:
        """Projects are part of the public face."""
        return self

    def running(self) -> ProjectQuerySet:
        return self.filter(Q(ends=None) | Q(ends__gte=today()), starts__lte=today())


class Project(models.Model):
    """A funded project: facts with their sources. Its status follows from its dates."""

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    TOLD_BY_ITS_COORDINATOR = ("summary", "website")  # the rest are facts that the Office keeps

    slug = models.SlugField(unique=True)
    acronym = models.CharField(_("acronym"), max_length=40)
    title = models.CharField(_("title"), max_length=250)
    programme = models.CharField(_("programme"), max_length=120, blank=True)
    blueprint = models.BooleanField(_("Blueprint project"), default=False)
    grant_number = models.CharField(_("grant number"), max_length=60, blank=True)
    starts = models.DateField(_("start"))
    ends = models.DateField(_("end"), null=True, blank=True)
    precision = models.CharField(
        max_length=5, choices=Precision.choices, default=Precision.DAY, help_text=_("how exactly the dates are known")
    )
    coordinator_name = models.CharField(_("coordinator"), max_length=250, blank=True)
    partner_count = models.PositiveSmallIntegerField(_("partners"), null=True, blank=True)
    country_count = models.PositiveSmallIntegerField(_("countries"), null=True, blank=True)
    summary = models.TextField(_("summary"), max_length=20_000)
    results = models.JSONField(_("what its results are about"), default=list, blank=True)
    website = models.URLField(_("website"), blank=True)
    committee = models.ForeignKey(
        "committees.Committee", null=True, blank=True, on_delete=models.PROTECT, related_name="projects"
    )
    themes = models.ManyToManyField("core.Theme", blank=True, related_name="+")

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="project_dates_in_order")
        ]

    def __str__(self) -> str:
        return self.acronym

    def get_absolute_url(self) -> str:
        return reverse("projects:project_detail", args=[self.slug])

    @property
    def status(self) -> str:
        return periods.status(self.starts, self.ends)

    def get_status_display(self) -> str:
        return periods.status_name(self.status)

    def _shown(self, day: date) -> str:
        formats = {"day": "j F Y", "month": "F Y", "year": "Y"}
        return date_format(day, formats[self.precision])

    @property
    def period(self) -> str:
        return f"{self._shown(self.starts)} – {self._shown(self.ends) if self.ends else _('open')}"


class ProjectSource(models.Model):
    """Where the facts of a project come from."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sources")
    label = models.CharField(max_length=200)
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "label"], name="project_source_once")]

    def __str__(self) -> str:
        return self.label


class Partner(models.Model):
    """An organisation that took part in a project: a member of the alliance, or one named by its name and country."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        PARTNER = "partner", _("Partner")
        ASSOCIATED = "associated", _("Associated partner")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        "members.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="project_partnerships"
    )
    name = models.CharField(max_length=250, blank=True, help_text=_("of a partner that is not in the portal"))
    country = models.ForeignKey("core.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.PARTNER)

    class Meta:
        ordering = ["role", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "organisation"], condition=Q(organisation__isnull=False), name="partner_once"
            ),
            models.CheckConstraint(condition=Q(organisation__isnull=False) | ~Q(name=""), name="partner_is_somebody"),
        ]

    def __str__(self) -> str:
        return self.organisation.legal_name if self.organisation else self.name
