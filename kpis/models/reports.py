"""What organisations report: a report per round, and its figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Series, Whose
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models import Organisation, SizeClass

LARGEST = 999_999_999  # more than all the workers of the world's car industry; and its square fits a bigint


class ReportQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ReportQuerySet:
        """The Office sees all reports, a representative those of the own organisations."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_office:
            return self
        return self.filter(organisation__in=list(user.organisation_roles))

    def counting(self) -> ReportQuerySet:
        """The approved revisions that count: the last of each organisation and round."""
        return self.filter(status__in=Report.APPROVED, superseded_at=None)

    def latest_revisions(self) -> ReportQuerySet:
        later = Report.objects.filter(
            organisation=models.OuterRef("organisation"),
            round=models.OuterRef("round"),
            revision__gt=models.OuterRef("revision"),
        )
        return self.filter(~models.Exists(later))


class Report(WorkflowModel):
    """The figures of one organisation for one round. Reopening an approved one makes a new revision; the old one is
    kept and counts until the new one is approved."""

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")
        LOCKED = "locked", _("Locked")

    APPROVED = (Status.APPROVED, Status.LOCKED)
    UNFINISHED = (Status.NOT_STARTED, Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
    WRITABLE = (Status.NOT_STARTED, Status.DRAFT, Status.RETURNED)

    organisation = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="kpi_reports")
    round = models.ForeignKey("kpis.Round", on_delete=models.PROTECT, related_name="reports")
    revision = models.PositiveSmallIntegerField(default=1)
    status = StateField(max_length=12, choices=Status.choices, default=Status.NOT_STARTED)
    # And who attached its files or took them away: none of them approves it.
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, help_text="who entered figures of this revision"
    )
    entered_by_office = models.BooleanField(default=False, help_text="figures were entered on the member's behalf")
    confirmation = models.TextField(
        blank=True, help_text="how the primary contact confirmed figures that the Office submitted: who, when, how"
    )
    imported = models.BooleanField(default=False, help_text="the figures are those of a file, and of nobody's form")
    reasons = models.JSONField(
        default=dict, blank=True, help_text="reasons given for figures that a check asked about: check → text"
    )
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True, blank=True, help_text="when a later revision was approved")
    # As they were at approval, so that later changes of the register do not move the figures of past years.
    member_type = models.ForeignKey(
        "core.MemberType", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    size_class = models.CharField(max_length=10, choices=SizeClass.choices, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-round__year", "-round__period", "organisation__legal_name", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "round", "revision"], name="report_revision_once"),
            models.UniqueConstraint(
                fields=["organisation", "round"],
                condition=Q(status__in=["not_started", "draft", "submitted", "returned"]),
                name="report_one_unfinished",
            ),
            models.UniqueConstraint(
                fields=["organisation", "round"],
                condition=Q(status__in=["approved", "locked"], superseded_at=None),
                name="report_one_counting",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "locked"])
                | Q(member_type__isnull=False, approved_at__isnull=False),
                name="report_approved_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at=None) | Q(status__in=["approved", "locked"]),
                name="report_superseded_was_approved",
            ),
        ]

    def __str__(self) -> str:
        revision = _(", revision %(n)s") % {"n": self.revision} if self.revision > 1 else ""
        return _("KPI report %(round)s of %(who)s") % {"round": self.round, "who": self.organisation} + revision

    def acted_for(self, actor: Any) -> Organisation | None:
        """The organisation itself, for those who speak for it."""
        return self.organisation if actor.represents(self.organisation_id) else None

    def get_absolute_url(self) -> str:
        return reverse("kpis:report_detail", args=[self.pk])

    def event_parents(self) -> Iterator[models.Model]:
        yield self.organisation
        yield self.round

    @property
    def is_writable(self) -> bool:
        return self.status in self.WRITABLE

    @property
    def reasons_given(self) -> list[str]:
        return [text for text in self.reasons.values() if text.strip()]

    @property
    def unexplained(self) -> list[str]:
        """What checks asked about figures of a file that gives no reason for them."""
        return [key for key, text in self.reasons.items() if not text.strip()]

    @property
    def counts(self) -> bool:
        return self.status in self.APPROVED and self.superseded_at is None


class State(models.TextChoices):
    """What stands in a cell. A blank is missing and never zero."""

    VALUE = "value", _("Number")
    ZERO = "zero", _("Zero")
    NA = "na", _("Not applicable")
    NOT_COLLECTED = "not_collected", _("Not collected")
    MISSING = "missing", _("Missing")


def _value_fits_state(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(state="value", value__gt=0, value__lte=LARGEST)
        | Q(state="zero", value=0)
        | Q(state__in=["na", "not_collected", "missing"], value=None),
        name=name,
    )


def _once(name: str, whom: str, condition: Q) -> Iterator[models.UniqueConstraint]:
    """Each line is there once. NULL equals nothing in an index: lines without an initiative have one of their own."""
    line = ["report", "indicator_version", "series", "region", whom]
    yield models.UniqueConstraint(fields=line, condition=condition & Q(initiative=None), name=name)
    yield models.UniqueConstraint(
        fields=[*line, "initiative"], condition=condition & Q(initiative__isnull=False), name=f"{name}_of_initiative"
    )


class Figure(models.Model):
    """A line of a report: indicator, series, region, whose workers, and the total. Its breakdowns hang on it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="figures")
    indicator_version = models.ForeignKey("core.IndicatorVersion", on_delete=models.PROTECT, related_name="figures")
    series = models.CharField(max_length=10, choices=Series.choices, default=Series.ACHIEVED)
    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", help_text="a country or a NUTS 2 region"
    )
    whose = models.CharField(max_length=12, choices=Whose.choices, default=Whose.OWN)
    others = models.ForeignKey(
        "members.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claimed_figures",
        db_index=False,  # figure_claims, which has the claims alone
        help_text="whose staff they are; empty with 'others': unknown",
    )
    initiative = models.ForeignKey(
        "projects.Initiative",
        to_field="code",  # the stable name that lines, exports and the roll-up carry
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="figures",
        help_text="what it came from",
    )
    state = models.CharField(max_length=13, choices=State.choices, default=State.MISSING)
    value = models.BigIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["indicator_version__indicator__order", "series", "pk"]
        indexes = [
            models.Index(fields=["others"], condition=Q(others__isnull=False), name="figure_claims"),
        ]
        constraints = [
            _value_fits_state("figure_value_fits_state"),
            models.CheckConstraint(condition=Q(whose="others") | Q(others=None), name="figure_others_only_of_others"),
            models.CheckConstraint(condition=Q(series__in=Series.values), name="figure_series"),
            models.CheckConstraint(condition=Q(whose__in=Whose.values), name="figure_whose"),
            *_once("figure_once", "whose", Q(others=None)),
            *_once("figure_once_per_organisation", "others", Q(others__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_version_id} {self.series} {self.region_id} {self.whose}: {self.value}"

    @property
    def counts_as_number(self) -> bool:
        return self.state in (State.VALUE, State.ZERO)


class FigureCategory(models.Model):
    """A part of a line's total. The parts of a breakdown add up to it; a breakdown left out is all unknown."""

    # Found by the index of figure_category_once.
    figure = models.ForeignKey(Figure, on_delete=models.CASCADE, related_name="parts", db_index=False)
    category = models.ForeignKey("core.BreakdownCategory", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=13, choices=State.choices, default=State.VALUE)
    value = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["category__breakdown__order", "category__order"]
        constraints = [
            _value_fits_state("figure_category_value_fits_state"),
            models.UniqueConstraint(fields=["figure", "category"], name="figure_category_once"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id}: {self.value}"
