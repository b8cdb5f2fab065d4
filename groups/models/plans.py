"""Work plans: what a group does in a year, in versions that stand once they are approved."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core import grants
from core.models import ActivityType
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models.groups import Group, GroupRole
from members.models import Organisation, today


class PlanIsFixed(TypeError):
    """Somebody tried to change the contents of a plan that is with the committee or decided."""


class WorkPlanQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> WorkPlanQuerySet:
        """A settled plan is for every insider; a plan in the making is for those inside the group. A guest sees the
        plans that were opened to them by name."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.staff_roles:
            return self
        allowed = Q(group__in=Group.objects.inside_for(user).values("pk")) | Q(
            pk__in=grants.granted("groups.view_workplan", user, WorkPlan.objects.all()).values("pk")
        )
        if user.is_insider:
            allowed |= Q(status__in=WorkPlan.SETTLED)
        return self.filter(allowed)

    def submitted(self) -> WorkPlanQuerySet:
        """With the committee; those of a closed group wait for nobody."""
        return self.filter(status=WorkPlan.Status.SUBMITTED, group__status=Group.Status.ACTIVE)

    def not_of(self, user: Any) -> WorkPlanQuerySet:
        """Plans that the person neither wrote nor is bound to as lead of the group."""
        return self.exclude(pk__in=WorkPlan.authors.through.objects.filter(user_id=user.pk).values("workplan")).exclude(
            group__in=GroupRole.objects.current().filter(user_id=user.pk).values("group")
        )

    def in_charge(self, user: Any) -> WorkPlanQuerySet:
        """Those whose committee the person decides for: as chair or vice-chair; as the Office where no chair can
        decide, since the seat is vacant or the chair wrote the plan or leads the group."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = Q(group__committee__in=Seat.objects.of(user).steering().values("committee"))
        if user.is_office:
            wrote = WorkPlan.authors.through.objects.filter(workplan=OuterRef(OuterRef("pk")), user=OuterRef("user"))
            leads = GroupRole.objects.current().filter(group=OuterRef(OuterRef("group")), user=OuterRef("user"))
            chair = Seat.objects.in_force().filter(committee=OuterRef("group__committee"), role=Seat.Role.CHAIR)
            found |= Q(~Exists(chair.filter(~Exists(wrote), ~Exists(leads))))
        return self.filter(found)

    def decidable_by(self, user: Any) -> WorkPlanQuerySet:
        """Those on which the person may decide, whatever their state. Nobody decides on what they wrote or lead."""
        return self.in_charge(user).not_of(user)


class WorkPlan(WorkflowModel):
    """The plan of one group for one year, in one version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("With the committee")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")
        COMPLETED = "completed", _("Completed")
        SUPERSEDED = "superseded", _("Superseded")

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    SETTLED = (Status.APPROVED, Status.COMPLETED, Status.SUPERSEDED)
    CONTENT = ("group", "year", "version", "objectives", "meetings", "resources", "revision")

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="plans", verbose_name=_("group"))
    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    status = StateField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    objectives = models.TextField(_("objectives"), blank=True)
    meetings = models.PositiveSmallIntegerField(_("meetings foreseen"), null=True, blank=True)
    resources = models.TextField(_("resources"), blank=True)
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", help_text="everybody who wrote in it: they cannot decide on it"
    )
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="grows with each saving: two windows notice each other")

    objects = WorkPlanQuerySet.as_manager()

    class Meta:
        ordering = ["group", "-year", "-version"]
        indexes = [models.Index(fields=["status", "submitted_at"], name="work_plan_status")]
        constraints = [
            models.UniqueConstraint(fields=["group", "year", "version"], name="work_plan_version"),
            models.UniqueConstraint(
                fields=["group", "year"], condition=Q(status="approved"), name="work_plan_one_approved"
            ),
            models.UniqueConstraint(
                fields=["group", "year"],
                condition=Q(status__in=["draft", "submitted", "returned"]),
                name="work_plan_one_in_the_making",
            ),
        ]

    def __str__(self) -> str:
        name = _t("Work plan %(year)s of %(group)s") % {"year": self.year, "group": self.group}
        return name if self.version == 1 else _t("%(name)s, version %(n)s") % {"name": name, "n": self.version}

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        writes_content = fields is None or set(fields) & set(self.CONTENT)
        if self.pk and not self._state.adding and writes_content:
            refuse_if_fixed(self.pk)
        super().save(*args, **kwargs)

    def event_parents(self) -> Iterator[models.Model]:
        yield self.group
        yield self.group.committee

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        return reverse("groups:plan_detail", args=[self.pk])

    def recused(self) -> set[int]:
        """Ids of the people who cannot decide on it; `not_of` is the same rule for lists."""
        leads = GroupRole.objects.current().filter(group=self.group_id).values_list("user", flat=True)
        return {*self.authors.values_list("pk", flat=True), *leads}

    @property
    def is_editable(self) -> bool:
        return self.status in self.EDITABLE

    @property
    def is_settled(self) -> bool:
        return self.status in self.SETTLED


def refuse_if_fixed(plan_id: int) -> None:
    """Raises PlanIsFixed unless the plan, as the database has it, is in the making."""
    status = WorkPlan.objects.filter(pk=plan_id).values_list("status", flat=True).first()
    if status is not None and status not in WorkPlan.EDITABLE:
        raise PlanIsFixed("A plan that was submitted or approved stands as it is; a change is a new version.")


class PlanSubmission(models.Model):
    """The contents of a plan as they were handed in: by two of them the committee sees what changed."""

    plan = models.ForeignKey(WorkPlan, on_delete=models.CASCADE, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    snapshot = models.JSONField(help_text="see groups.comparison.snapshot")

    class Meta:
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_submission_number")]

    def __str__(self) -> str:
        return f"{self.plan}, submission {self.number}"


class WorkPlanGrant(grants.Grant):
    """A guest may see one plan. A foreign key of its own keeps lists fast (core.grants)."""

    content_object = models.ForeignKey(WorkPlan, on_delete=models.CASCADE, related_name="grants")

    class Meta(grants.Grant.Meta):
        abstract = False


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
