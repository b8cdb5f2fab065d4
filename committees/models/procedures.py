"""Written procedures: silence until the deadline adopts, the first objection stops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from committees.models.committees import Committee, Seat
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models import Organisation


def end_of(day: date) -> datetime:
    """The moment at which the day is over in Brussels; on the days when clocks change, too."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())


class ProcedureQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ProcedureQuerySet:
        """For the seats of the committee, and the Office."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.staff_roles:
            return self
        return self.filter(committee__in=Seat.objects.ids_of(user, "committee"))

    def open(self) -> ProcedureQuerySet:
        return self.filter(status=Procedure.Status.OPEN)

    def without(self, rows: models.QuerySet[Any]) -> Any:
        """Those of the rows on which none of these procedures is: Procedure.objects.open().without(plans)."""
        kind = ContentType.objects.get_for_model(rows.model)
        return rows.exclude(pk__in=self.filter(content_type=kind).order_by().values("object_id"))

    def on(self, subject: models.Model) -> ProcedureQuerySet:
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(content_type=kind, object_id=subject.pk)


class Procedure(WorkflowModel):
    """One thing that the chair put to the committee in writing."""

    class Status(models.TextChoices):
        OPEN = "open", _("Under way")
        ADOPTED = "adopted", _("Adopted")
        STOPPED = "stopped", _("Stopped by an objection")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="procedures")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    title = models.CharField(max_length=300, help_text="the name of the subject when the procedure was opened")
    question = models.TextField(_("to the committee"), blank=True)
    status = StateField(max_length=10, choices=Status.choices, default=Status.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="procedures")
    opened_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField(help_text="the first moment after the last day, Brussels time")
    closed_at = models.DateTimeField(null=True, blank=True)
    asked = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", help_text="whom the opening was told; recused seats are left out"
    )

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["status", "closes_at"], name="procedure_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], condition=Q(status="open"), name="procedure_one_open"
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=models.F("opened_at")), name="procedure_dates_in_order"),
        ]

    def __str__(self) -> str:
        return _t("Written procedure: %(what)s") % {"what": self.title}

    def event_parents(self) -> Iterator[models.Model]:
        yield self.committee
        if self.subject is not None:
            yield self.subject

    def acted_for(self, actor: Any) -> Organisation | None:
        seat = Seat.objects.of(actor).filter(committee=self.committee_id).select_related("organisation").first()
        return seat.organisation if seat else None

    def get_absolute_url(self) -> str:
        return reverse("committees:procedure_detail", args=[self.pk])

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.closes_at - timedelta(seconds=1))

    @property
    def is_running(self) -> bool:
        """Open, and its deadline is not over, even where nobody has closed it yet."""
        return self.status == self.Status.OPEN and timezone.now() < self.closes_at


class VoiceQuerySet(models.QuerySet["Voice"]):
    def visible_to(self, user: Any) -> VoiceQuerySet:
        return self.filter(procedure__in=Procedure.objects.visible_to(user).values("pk"))


class Voice(models.Model):
    """What a seat said in a procedure: support, an objection, or a remark."""

    class Answer(models.TextChoices):
        SUPPORT = "support", _("Supports it")
        OBJECT = "object", _("Objects")
        COMMENT = "comment", _("Remarks")

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="voices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="voices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "user"], condition=Q(answer="support"), name="voice_supports_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.procedure)

    def event_parents(self) -> Iterator[models.Model]:
        yield self.procedure

    def get_absolute_url(self) -> str:
        return self.procedure.get_absolute_url()
