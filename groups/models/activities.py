"""Activities: the lines of a work plan, fixed with it, and how they go."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import ActivityType
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models.groups import Group
from groups.models.plans import PlanIsFixed, WorkPlan, refuse_if_fixed
from members.models import Organisation, today


class ActivityQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ActivityQuerySet:
        return self.filter(plan__in=WorkPlan.objects.visible_to(user).values("pk"))

    def open(self) -> ActivityQuerySet:
        return self.filter(status__in=Activity.OPEN)

    def overdue(self) -> ActivityQuerySet:
        """Open although their last day, or that of their deliverable, is past; of plans in force of groups at
        work only."""
        return self.open().filter(
            Q(ends__lt=today()) | Q(deliverable_date__lt=today()),
            plan__status=WorkPlan.Status.APPROVED,
            plan__group__status=Group.Status.ACTIVE,
        )

    def update(self, **kwargs: Any) -> int:
        self._refuse(set(kwargs))
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse({"plan"})
        return super().delete()

    def _refuse(self, fields: Iterable[str]) -> None:
        if set(fields) - Activity.RUNNING and self.exclude(plan__status__in=WorkPlan.EDITABLE).exists():
            raise PlanIsFixed("Activities of a plan that was submitted or approved stand as they are.")


class Activity(WorkflowModel):
    """One line of a work plan. What was planned is fixed with the plan; how it goes is recorded along the way."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    class Indicator(models.TextChoices):
        K1 = "K1", _("K1 Workers upskilled or re-orientated")
        K2 = "K2", _("K2 New jobs created")
        K3 = "K3", _("K3 Personal development plans agreed")
        K4 = "K4", _("K4 Training certifications")
        K5 = "K5", _("K5 Workers entering a new or revised position")
        K6 = "K6", _("K6 Stakeholders involved and coverage")

    OPEN = (Status.PLANNED, Status.RUNNING)
    RUNNING = {"status", "progress", "progress_note", "reported_at"}  # what changes while the plan stands

    plan = models.ForeignKey(WorkPlan, on_delete=models.CASCADE, related_name="activities")
    key = models.UUIDField(default=uuid.uuid4, help_text="the same activity in the next version of the plan")
    activity_type = models.ForeignKey(
        ActivityType, on_delete=models.PROTECT, related_name="activities", verbose_name=_("type of activity")
    )
    title = models.CharField(_("title"), max_length=200)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("responsible organisation"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("responsible person"),
    )
    starts = models.DateField(_("starts"))
    ends = models.DateField(_("ends"))
    deliverable = models.CharField(_("deliverable"), max_length=200, blank=True)
    deliverable_date = models.DateField(_("deliverable due"), null=True, blank=True)
    indicator = models.CharField(_("target indicator"), max_length=5, choices=Indicator.choices, blank=True)
    target = models.PositiveIntegerField(
        _("target"), null=True, blank=True, help_text=_("a number, in the unit of the indicator")
    )
    status = StateField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    progress = models.PositiveSmallIntegerField(_("progress in %"), default=0)
    progress_note = models.TextField(_("how it goes"), blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="grows with each saving: two windows notice each other")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "starts", "ends", "pk"]
        indexes = [models.Index(fields=["owner", "status"], name="activity_owner_status")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="activity_key_once"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="activity_dates_in_order"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="activity_progress_in_percent"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is None or set(fields) - self.RUNNING:
            refuse_if_fixed(self.plan_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_if_fixed(self.plan_id)
        return super().delete(*args, **kwargs)

    def event_parents(self) -> Iterator[models.Model]:
        yield self.plan
        yield self.plan.group
        yield self.plan.group.committee

    def acted_for(self, actor: Any) -> Organisation | None:
        """The responsible organisation, for those who speak for it."""
        if self.organisation_id and actor.represents(self.organisation_id):
            return self.organisation
        return self.plan.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        return f"{self.plan.get_absolute_url()}#activity-{self.pk}"

    @property
    def is_late(self) -> bool:
        """Open although its end is past."""
        return self.status in self.OPEN and self.ends < today()

    @property
    def deliverable_is_late(self) -> bool:
        return self.status in self.OPEN and bool(self.deliverable_date and self.deliverable_date < today())

    @property
    def due(self) -> Any:
        """The first day by which something of it must be there."""
        return min(self.ends, self.deliverable_date or self.ends)
