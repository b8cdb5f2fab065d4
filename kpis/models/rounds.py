"""What is aimed at, and when who is asked to report."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models import today


class WorkforceBase(models.Model):
    """How many people work in the sector, according to a source. Several are in use, so each says where it is from."""

    people = models.PositiveIntegerField(_("people"))
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=250)

    class Meta:
        ordering = ["people"]
        constraints = [models.UniqueConstraint(fields=["people", "year"], name="workforce_base_once")]

    def __str__(self) -> str:
        return f"{self.people} ({self.year})"

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return f"{self.people}-{self.year}"


class AmbitionQuerySet(models.QuerySet["Ambition"]):
    def of(self, year: int) -> Ambition | None:
        """The ambition that holds for the year: the latest that starts in it or before."""
        return self.filter(from_year__lte=year).select_related("base").order_by("-from_year").first()


class Ambition(models.Model):
    """The target of a year: so many people, or a share of the workforce. Data, never a constant."""

    class Kind(models.TextChoices):
        ABSOLUTE = "absolute", _("a number of people")
        RATE = "rate", _("a share of the workforce")

    from_year = models.PositiveSmallIntegerField(_("from year"), unique=True, help_text=_("holds until a later one"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    number = models.PositiveIntegerField(_("people a year"), null=True, blank=True)
    rate = models.DecimalField(_("share of the workforce"), max_digits=5, decimal_places=4)
    base = models.ForeignKey(WorkforceBase, on_delete=models.PROTECT, related_name="ambitions")
    source = models.CharField(_("source"), max_length=250, blank=True)

    objects = AmbitionQuerySet.as_manager()

    class Meta:
        ordering = ["-from_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="absolute", number__gt=0) | Q(kind="rate", number=None),
                name="ambition_number_fits_kind",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0, rate__lt=1), name="ambition_rate_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.target} from {self.from_year}"

    @property
    def target(self) -> int:
        """People a year."""
        return self.number if self.number is not None else self.target_on(self.base)

    def target_on(self, base: WorkforceBase) -> int:
        """The same rate on another base, in people a year."""
        return int((Decimal(base.people) * self.rate).to_integral_value())


class Period(models.TextChoices):
    """A part of the year. The figures of a quarter are those of the year to date. The codes sort in time, YEAR last:
    the choice of a year's figures takes the greatest."""

    Q1 = "Q1", _("1st quarter")
    Q2 = "Q2", _("2nd quarter")
    Q3 = "Q3", _("3rd quarter")
    Q4 = "Q4", _("4th quarter")
    YEAR = "YEAR", _("Whole year")


def default_reminder_days() -> list[int]:
    return list(settings.KPI_REMINDER_DAYS)


class RoundQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> RoundQuerySet:
        return self if getattr(user, "is_authenticated", False) and user.is_insider else self.none()

    def accepting(self) -> RoundQuerySet:
        """Rounds in which reports can be written today."""
        day = today()
        return self.filter(status=Round.Status.OPEN, opens__lte=day, closes__gte=day)


class Round(WorkflowModel):
    """Asks for the figures of a year, or of a year up to the end of a quarter, for a set of indicators."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    year = models.PositiveSmallIntegerField(_("year"))
    period = models.CharField(_("period"), max_length=4, choices=Period.choices, default=Period.YEAR)
    opens = models.DateField(_("opens on"))
    closes = models.DateField(_("closes on"), help_text=_("the last day for reports"))
    status = StateField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    indicators = models.ManyToManyField(
        "core.IndicatorVersion", related_name="rounds", limit_choices_to=Q(indicator__computed=False)
    )
    reminder_days = models.JSONField(
        _("reminders"), default=default_reminder_days, help_text="days before the close; negative: after it"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-period"]
        constraints = [
            models.UniqueConstraint(fields=["year", "period"], name="round_once"),
            models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="round_dates_in_order"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="round_year"),
            models.CheckConstraint(condition=Q(period__in=Period.values), name="round_period"),
        ]

    def __str__(self) -> str:
        return f"{self.year}" if self.period == Period.YEAR else f"{self.year} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("kpis:round_detail", args=[self.pk])

    @property
    def is_late(self) -> bool:
        """Past its last day and not closed."""
        return self.status == self.Status.OPEN and self.closes < today()

    @property
    def accepts_reports(self) -> bool:
        return self.status == self.Status.OPEN and self.opens <= today() <= self.closes


class ExpectedReporter(models.Model):
    """An organisation of which the round expects a report: fixed when it opens."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="expected")
    organisation = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="expected_reports")
    reason = models.TextField(_("reason"), blank=True, help_text=_("why it was added after the opening"))

    class Meta:
        ordering = ["round", "organisation"]
        constraints = [models.UniqueConstraint(fields=["round", "organisation"], name="expected_once")]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.round}"


class Reminder(models.Model):
    """That those who have not reported were reminded, or are about to be: by the schedule once for each of its days, or
    because somebody of the Office asked for it."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="reminders")
    days_left = models.SmallIntegerField(
        null=True, blank=True, help_text="days before the close, as in the schedule; empty: somebody asked for it"
    )
    closes = models.DateField(help_text="the round's last day then: moved to another, the schedule begins anew")
    note = models.TextField(_("message"), blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    reports = models.PositiveIntegerField(default=0, help_text="how many organisations were reminded of their report")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "closes", "days_left"],
                condition=Q(days_left__isnull=False),
                name="reminder_once_a_day_of_plan",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.days_left}"
