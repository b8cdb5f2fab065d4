"""What is asked for a group after its founding: a later end, permanence, or its closing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models.groups import Group, GroupKind, GroupRole, workspaces_of
from groups.models.outputs import Output
from groups.models.proposals import months_after
from members.models import Organisation, today


class GroupChangeQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> GroupChangeQuerySet:
        """For those inside the group, its committee and the Office, whatever became of it."""
        return self.filter(group__in=workspaces_of(user))

    def asked(self) -> GroupChangeQuerySet:
        return self.filter(status=GroupChange.Status.ASKED)

    def not_of(self, user: Any) -> GroupChangeQuerySet:
        """Those that the person neither asked for nor is bound to as lead of the group, also where they led it when it
        was asked for and have stepped down since."""
        led = GroupRole.objects.held_since(OuterRef("asked_at")).filter(user_id=user.pk, group=OuterRef("group"))
        return self.exclude(asked_by_id=user.pk).exclude(Exists(led))

    def in_charge(self, user: Any) -> GroupChangeQuerySet:
        """Those whose committee the person decides for: as chair or vice-chair; as the Office on every closing, and
        elsewhere where no chair can decide, since the seat is vacant or the chair asked or leads the group."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = Q(group__committee__in=Seat.objects.ids_of(user, "committee", *Seat.STEERING))
        if user.is_office:
            led = GroupRole.objects.held_since(OuterRef(OuterRef("asked_at")))
            led = led.filter(group=OuterRef(OuterRef("group")), user=OuterRef("user"))
            chair = (
                Seat.objects.in_force()
                .filter(committee=OuterRef("group__committee"), role=Seat.Role.CHAIR)
                .exclude(user=OuterRef("asked_by"))
            )
            found |= Q(kind=GroupChange.Kind.CLOSING) | Q(~Exists(chair.filter(~Exists(led))))
        return self.filter(found)

    def decidable_by(self, user: Any) -> GroupChangeQuerySet:
        """Those on which the person may decide, whatever their state. Nobody decides on what they asked or lead."""
        return self.in_charge(user).not_of(user)


class GroupChange(WorkflowModel):
    """One request about the future of a group, and what became of it. A group has one open at a time: an extension
    and a closing that are both asked for contradict each other."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("Extension")
        CONVERSION = "conversion", _("Conversion to a working group")
        CLOSING = "closing", _("Closing")

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked for")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("what is asked for"), max_length=10, choices=Kind.choices)
    status = StateField(max_length=10, choices=Status.choices, default=Status.ASKED)
    present_end = models.DateField(_("end when it was asked for"), null=True, blank=True)
    new_end = models.DateField(_("new last day"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    report = models.TextField(_("closing report"), blank=True)
    outputs = models.TextField(_("outputs"), blank=True)
    successor = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("continued by")
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="group_changes")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = GroupChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["status", "asked_at"], name="group_change_status")]
        constraints = [
            models.UniqueConstraint(fields=["group"], condition=Q(status="asked"), name="group_change_one_open"),
            models.CheckConstraint(
                condition=~Q(kind="extension") | Q(new_end__isnull=False), name="group_change_extension_has_end"
            ),
        ]

    def __str__(self) -> str:
        if self.kind == self.Kind.EXTENSION and self.new_end:
            return _t("Extension of %(group)s until %(day)s") % {"group": self.group, "day": _day(self.new_end)}
        if self.kind == self.Kind.CONVERSION:
            return _t("Conversion of %(group)s to a working group") % {"group": self.group}
        return _t("Closing of %(group)s") % {"group": self.group}

    def event_parents(self) -> Iterator[models.Model]:
        yield self.group
        yield self.group.committee

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        return reverse("groups:change_detail", args=[self.pk])

    def recused(self) -> set[int]:
        """Ids of the people who cannot decide on it; `not_of` is the same rule for lists."""
        led = GroupRole.objects.held_since(self.asked_at).filter(group=self.group_id)
        return {self.asked_by_id, *led.values_list("user", flat=True)}

    def problems(self) -> dict[str, str]:
        """What stands against asking and granting, by the limits of today: {field: sentence}."""
        found = {} if self.reason.strip() else {"reason": _t("Say why.")}
        if self.kind != self.Kind.CLOSING and self.group.kind != GroupKind.TASK_FORCE:
            found["reason"] = _t("A working group is permanent already.")
        if self.kind == self.Kind.EXTENSION and (problem := self._end_problem()):
            found["new_end"] = problem
        if self.kind == self.Kind.CLOSING:
            if not self.report.strip():
                found["report"] = _t("Report what the group did and reached.")
            if not self.outputs.strip() and not Output.objects.current().filter(group=self.group_id).exists():
                found["outputs"] = _t("Record what came out of the group, or say here that there is nothing.")
            if self.successor and (self.successor == self.group or self.successor.status != Group.Status.ACTIVE):
                found["successor"] = _t("Another group that is at work continues it.")
        return found

    def _end_problem(self) -> str:
        """An extension reaches no further than a new task force could (DOMAIN: at most 24 months, a setting)."""
        limit = months_after(today(), settings.TASK_FORCE_MAX_MONTHS)
        if self.new_end is None:
            return _t("Name the new last day.")
        if self.group.ends and self.new_end <= self.group.ends:
            return _t("It lasts until %(day)s already: name a later day.") % {"day": _day(self.group.ends)}
        if self.new_end <= today():
            return _t("The end must lie in the future.")
        if self.new_end > limit:
            return _t("A task force is extended by at most %(n)s months from today: until %(day)s.") % {
                "n": settings.TASK_FORCE_MAX_MONTHS,
                "day": _day(limit),
            }
        return ""


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


class EndPrompt(models.Model):
    """The leads were asked, so many days before this end, what is to become of the task force. The row is what keeps
    it from being asked twice; a new end after an extension asks anew."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="end_prompts")
    ends = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "ends", "days"], name="end_prompt_once")]

    def __str__(self) -> str:
        return f"{self.group}, {self.days} days before {self.ends}"
