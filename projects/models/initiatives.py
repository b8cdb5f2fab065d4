"""What the partnership starts itself: pilots, regional programmes, training initiatives. Figures name them."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.models import today
from projects.models import periods
from projects.models.projects import Project

CODE = RegexValidator(
    r"^[A-Z0-9][A-Z0-9-]*\Z", _("A code has capital letters, digits and dashes, for example PILOT-OSTRAVA.")
)


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def visible_to(self, user: Any) -> InitiativeQuerySet:
        """Initiatives are part of the public face."""
        return self

    def running(self) -> InitiativeQuerySet:
        return self.filter(Q(ends=None) | Q(ends__gte=today()), starts__lte=today())


class Initiative(models.Model):
    """A pilot, regional programme or training initiative. The code is stable: figures, exports and files name it."""

    class Kind(models.TextChoices):
        PILOT = "pilot", _("Pilot")
        REGIONAL = "regional", _("Regional programme")
        TRAINING = "training", _("Training initiative")

    code = models.CharField(
        _("code"), max_length=40, unique=True, validators=[CODE], help_text=_("figures and files name it by this")
    )
    title = models.CharField(_("title"), max_length=250)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    lead = models.ForeignKey(
        "members.Organisation",
        on_delete=models.PROTECT,
        related_name="initiatives_led",
        verbose_name=_("lead organisation"),
    )
    # A region carries its version of NUTS; none: in the whole partnership.
    region = models.ForeignKey(
        "core.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    starts = models.DateField(_("start"))
    ends = models.DateField(_("end"), null=True, blank=True)
    summary = models.TextField(_("summary"), max_length=20_000)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives", verbose_name=_("project")
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="initiative_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("projects:initiative_detail", args=[self.code])

    @property
    def status(self) -> str:
        """planned, running or finished, from the dates and nothing else."""
        return periods.status(self.starts, self.ends)

    def get_status_display(self) -> str:
        return periods.status_name(self.status)

    @property
    def period(self) -> str:
        return f"{date_format(self.starts)} – {date_format(self.ends) if self.ends else _('open')}"


class InitiativePartner(models.Model):
    """An organisation of the portal that takes part in an initiative beside its lead."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="initiative_partnerships"
    )

    class Meta:
        ordering = ["organisation__legal_name"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "organisation"], name="initiative_partner_once"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class IndicatorTarget(models.Model):
    """How much of an indicator an initiative aims at in a year, in the unit of the indicator."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="targets")
    indicator = models.ForeignKey(
        "core.Indicator", on_delete=models.PROTECT, related_name="+", limit_choices_to={"computed": False}
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("how many"))

    class Meta:
        ordering = ["year", "indicator"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "indicator", "year"], name="initiative_target_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="initiative_target_number"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="initiative_target_year"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}: {self.number}"
