"""What a committee recommends to a group or to the ASA Office, and what becomes of it."""

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

from committees.models import Committee, Seat
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models.groups import Group, GroupRole
from members.models import Organisation, today


class RecommendationQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> RecommendationQuerySet:
        """A draft is for the committee and the Office; what was issued is for every insider."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.staff_roles:
            return self
        found = Q(committee__in=Seat.objects.ids_of(user, "committee"))
        return self.filter(found | ~Q(status=Recommendation.Status.DRAFT) if user.is_insider else found)

    def drafts(self) -> RecommendationQuerySet:
        return self.filter(status=Recommendation.Status.DRAFT)

    def unanswered(self) -> RecommendationQuerySet:
        return self.filter(status=Recommendation.Status.ISSUED)

    def not_of(self, user: Any) -> RecommendationQuerySet:
        """Those that the person neither wrote nor would have to answer as lead of the group."""
        wrote = Recommendation.authors.through.objects.filter(user_id=user.pk).values("recommendation")
        leads = GroupRole.objects.current().filter(user_id=user.pk).values("group")
        return self.exclude(pk__in=wrote).exclude(group__in=leads)

    def in_charge(self, user: Any) -> RecommendationQuerySet:
        """Those of committees that the person decides for: as chair or vice-chair; as the Office where no chair can,
        since the seat is vacant or the chair wrote it or leads the group."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = Q(committee__in=Seat.objects.ids_of(user, "committee", *Seat.STEERING))
        if user.is_office:
            through = Recommendation.authors.through.objects
            wrote = through.filter(recommendation=OuterRef(OuterRef("pk")), user=OuterRef("user"))
            leads = GroupRole.objects.current().filter(group=OuterRef(OuterRef("group")), user=OuterRef("user"))
            chair = Seat.objects.in_force().filter(committee=OuterRef("committee"), role=Seat.Role.CHAIR)
            found |= Q(~Exists(chair.filter(~Exists(wrote), ~Exists(leads))))
        return self.filter(found)

    def decidable_by(self, user: Any) -> RecommendationQuerySet:
        return self.in_charge(user).not_of(user)

    def addressed_to(self, user: Any) -> RecommendationQuerySet:
        """Those that the person answers: as lead or co-lead of the group, or as the Office."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = Q(group__in=GroupRole.objects.ids_of(user, "group"))
        return self.filter(found | Q(group=None) if user.is_office else found)


class Recommendation(WorkflowModel):
    """Numbered per committee and year when it is issued."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        PARTLY = "partly", _("Accepted in part")
        DECLINED = "declined", _("Declined")
        CLOSED = "closed", _("Closed")

    ANSWERED = (Status.ACCEPTED, Status.PARTLY, Status.DECLINED)

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="recommendations")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what is recommended, and why"), max_length=20_000)
    group = models.ForeignKey(
        Group,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recommendations",
        verbose_name=_("to the group"),
        help_text=_("Empty: to the ASA Office."),
    )
    due = models.DateField(_("answer expected by"))
    status = StateField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", help_text="everybody who wrote in it: they cannot issue it"
    )
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["committee", "status"], name="recommendation_status")]
        constraints = [
            models.UniqueConstraint(fields=["committee", "year", "number"], name="recommendation_number_once"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(number__isnull=False, year__isnull=False, issued_at__isnull=False),
                name="recommendation_issued_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}" if self.number else self.title

    def event_parents(self) -> Iterator[models.Model]:
        yield self.committee
        if self.group and self.status != self.Status.DRAFT:
            yield self.group

    def acted_for(self, actor: Any) -> Organisation | None:
        seat = Seat.objects.of(actor).filter(committee=self.committee_id).select_related("organisation").first()
        if seat is not None:
            return seat.organisation
        return self.group.acted_for(actor) if self.group else None

    def get_absolute_url(self) -> str:
        return reverse("groups:recommendation_detail", args=[self.pk])

    @property
    def code(self) -> str:
        """TECH-REC-2026-07; empty while it is a draft."""
        return f"{self.committee.code}-REC-{self.year}-{self.number:02d}" if self.number else ""

    @property
    def is_editable(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_overdue(self) -> bool:
        return self.status == self.Status.ISSUED and self.due < today()

    @property
    def addressee(self) -> str:
        return str(self.group) if self.group else _t("the ASA Office")

    def recused(self) -> set[int]:
        """Ids of the people who cannot decide on it; `not_of` is the same rule for lists."""
        leads = GroupRole.objects.current().filter(group=self.group_id).values_list("user", flat=True)
        return {*self.authors.values_list("pk", flat=True), *leads}

    def problem(self) -> str:
        """Why it cannot be issued; empty when it can."""
        if self.due <= today():
            return _t("The day by which an answer is expected must lie in the future.")
        if self.group and self.group.status != Group.Status.ACTIVE:
            return _t("The group is closed.")
        return ""
