"""Work plans: what a group does in a year, in versions that stand once they are approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core import grants
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models.groups import Group, GroupRole, workspaces_of
from members.models import Organisation


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
        # The shortest test comes first: a database looks no further where it holds.
        allowed = Q(status__in=WorkPlan.SETTLED) if user.is_insider else Q()
        allowed |= Q(group__in=workspaces_of(user))
        allowed |= Q(pk__in=grants.granted_ids("groups.view_workplan", user.pk, WorkPlan))
        return self.filter(allowed)

    def discussed_by(self, user: Any) -> WorkPlanQuerySet:
        """Those whose comments the person reads: inside the group, or as a guest of the plan. What was said while it
        was written stays between them when every insider reads the plan."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.staff_roles:
            return self
        opened = grants.granted_ids("groups.view_workplan", user.pk, WorkPlan)
        return self.filter(Q(group__in=workspaces_of(user)) | Q(pk__in=opened))

    def submitted(self) -> WorkPlanQuerySet:
        """With the committee; those of a closed group wait for nobody."""
        return self.filter(status=WorkPlan.Status.SUBMITTED, group__status=Group.Status.ACTIVE)

    def not_of(self, user: Any) -> WorkPlanQuerySet:
        """Plans that the person neither wrote nor is bound to as lead of the group, also where they led it when the
        plan was handed in and have stepped down since."""
        led = GroupRole.objects.held_since(OuterRef("submitted_at")).filter(user_id=user.pk, group=OuterRef("group"))
        wrote = WorkPlan.authors.through.objects.filter(user_id=user.pk).values("workplan")
        return self.exclude(pk__in=wrote).exclude(Exists(led))

    def in_charge(self, user: Any) -> WorkPlanQuerySet:
        """Those whose committee the person decides for: as chair or vice-chair; as the Office where no chair can
        decide, since the seat is vacant or the chair wrote the plan or leads the group."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = Q(group__committee__in=Seat.objects.ids_of(user, "committee", *Seat.STEERING))
        if user.is_office:
            wrote = WorkPlan.authors.through.objects.filter(workplan=OuterRef(OuterRef("pk")), user=OuterRef("user"))
            led = GroupRole.objects.held_since(OuterRef(OuterRef("submitted_at")))
            led = led.filter(group=OuterRef(OuterRef("group")), user=OuterRef("user"))
            chair = Seat.objects.in_force().filter(committee=OuterRef("group__committee"), role=Seat.Role.CHAIR)
            found |= Q(~Exists(chair.filter(~Exists(wrote), ~Exists(led))))
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
    objectives = models.TextField(_("objectives"), blank=True, max_length=20_000)
    meetings = models.PositiveSmallIntegerField(_("meetings foreseen"), null=True, blank=True)
    resources = models.TextField(_("resources"), blank=True, max_length=20_000)
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", help_text="everybody who wrote in it: they cannot decide on it"
    )
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_in = models.ForeignKey(
        "groups.Meeting",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plans_decided",
        verbose_name=_("decided at"),
    )
    decided_on = models.DateField(
        _("decided on"), null=True, blank=True, help_text="the day of the meeting at which the committee decided"
    )
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
        led = GroupRole.objects.held_since(self.submitted_at or timezone.now()).filter(group=self.group_id)
        return {*self.authors.values_list("pk", flat=True), *led.values_list("user", flat=True)}

    @property
    def version_in_force(self) -> WorkPlan | None:
        """The approved version that this one would replace."""
        return WorkPlan.objects.filter(
            group=self.group_id, year=self.year, status=self.Status.APPROVED, version__lt=self.version
        ).first()

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
