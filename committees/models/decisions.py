"""The register of what a committee decided."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from committees.models.committees import Committee, Seat
from core import events
from core.models import Event


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Any) -> DecisionQuerySet:
        """The committee and the Office read all of its register; other insiders what is about things that they may
        see, such as plans in force, but not the proposals of others."""
        if not user.is_authenticated or not user.is_active or not user.is_insider:
            return self.none()
        if user.staff_roles:
            return self
        # Read first, then named: all of it nested in one statement is deeper than SQLite's parser goes.
        mine = list(Seat.objects.of(user).values_list("committee", flat=True))
        others = Event.objects.filter(decision__in=self.exclude(committee__in=mine).order_by().values("pk"))
        readable = list(events.readable_by(user, others).values_list("pk", flat=True))
        return self.filter(models.Q(committee__in=mine) | models.Q(event__in=readable))


class Decision(models.Model):
    """One entry: which act it was (who, when, why) is in the event, here is what makes it a decision. Entries are
    written with the act and never changed; numbers run per committee and year and are never given twice."""

    class Kind(models.TextChoices):
        PROPOSAL = "proposal", _("Proposal of a group")
        PLAN = "workplan", _("Work plan")
        EXTENSION = "extension", _("Extension")
        CONVERSION = "conversion", _("Conversion")
        CLOSING = "closing", _("Closing")
        RECOMMENDATION = "recommendation", _("Recommendation")
        OTHER = "other", _("Other matter")

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("Adopted")
        DECLINED = "declined", _("Declined")
        STOPPED = "stopped", _("Stopped by an objection")
        WITHDRAWN = "withdrawn", _("Procedure withdrawn")
        LAPSED = "lapsed", _("Procedure lapsed")

    class Manner(models.TextChoices):
        CHAIR = "chair", _("By the chair")
        MEETING = "meeting", _("At a meeting")
        WRITTEN = "written", _("By written procedure")
        OFFICE = "office", _("By the ASA Office")

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="decisions")
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(_("about"), max_length=15, choices=Kind.choices)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    manner = models.CharField(_("how"), max_length=10, choices=Manner.choices)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["committee", "-year", "-number"]
        constraints = [models.UniqueConstraint(fields=["committee", "year", "number"], name="decision_number_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """TECH-2026-07."""
        return f"{self.committee.code}-{self.year}-{self.number:02d}"

    @property
    def status(self) -> str:
        """For the badge."""
        return self.outcome

    def get_status_display(self) -> str:
        return self.get_outcome_display()
