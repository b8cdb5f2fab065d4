"""Proposals of new groups, until the committee has decided."""

from __future__ import annotations

import calendar
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from committees.models import Committee, Seat
from core.models import Theme
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models.groups import Group, GroupKind, workspaces_of
from members.models import Organisation, today


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class ProposalQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ProposalQuerySet:
        """A draft is for the organisation that writes it. Once submitted, it is also for the founding organisations,
        the seats of the committee and the Office; once accepted, for everybody inside the group that it founded."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = self._parties(user)
        if not user.staff_roles:
            found |= ~Q(submitted_at=None) & Q(group__in=workspaces_of(user))
        return self.filter(found)

    def discussed_by(self, user: Any) -> ProposalQuerySet:
        """Those whose comments the person reads: between who proposes, who founds and who decides."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(self._parties(user))

    @staticmethod
    def _parties(user: Any) -> Q:
        mine = list(user.organisation_roles)
        handed_in = ~Q(submitted_at=None)
        if user.staff_roles:
            return handed_in | Q(organisation__in=mine)
        involved = Q(pk__in=Founder.objects.filter(organisation__in=mine).values("proposal")) | Q(
            committee__in=Seat.objects.ids_of(user, "committee")
        )
        return Q(organisation__in=mine) | (handed_in & involved)

    def submitted(self) -> ProposalQuerySet:
        return self.filter(status=Proposal.Status.SUBMITTED)

    def not_written_by(self, user: Any) -> ProposalQuerySet:
        return self.exclude(pk__in=Proposal.authors.through.objects.filter(user_id=user.pk).values("proposal"))

    def in_charge(self, user: Any) -> ProposalQuerySet:
        """Those whose committee the person decides for: as chair or vice-chair; as the Office where no chair can
        decide, since the seat is vacant or the chair wrote the proposal."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = Q(committee__in=Seat.objects.ids_of(user, "committee", *Seat.STEERING))
        if user.is_office:
            wrote = Proposal.authors.through.objects.filter(proposal=OuterRef(OuterRef("pk")), user=OuterRef("user"))
            chair = Seat.objects.in_force().filter(committee=OuterRef("committee"), role=Seat.Role.CHAIR)
            found |= Q(~Exists(chair.filter(~Exists(wrote))))
        return self.filter(found)

    def decidable_by(self, user: Any) -> ProposalQuerySet:
        """Those on which the person may decide, whatever their state. Nobody decides on what they wrote."""
        return self.in_charge(user).not_written_by(user)


class Proposal(WorkflowModel):
    """What somebody wants to found, for whom, and what became of it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("With the committee")
        RETURNED = "returned", _("Returned with a question")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    EDITABLE = (Status.DRAFT, Status.RETURNED)

    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="given by the form: one sent twice is one draft")
    title = models.CharField(_("title"), max_length=150)
    kind = models.CharField(_("kind"), max_length=15, choices=GroupKind.choices)
    committee = models.ForeignKey(
        Committee, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("committee")
    )
    scope = models.TextField(_("scope"), blank=True, max_length=20_000)
    out_of_scope = models.TextField(_("out of scope"), blank=True, max_length=20_000)
    expected_outputs = models.TextField(_("expected outputs"), blank=True, max_length=20_000)
    themes = models.ManyToManyField(Theme, related_name="proposals", blank=True, verbose_name=_("themes"))
    ends = models.DateField(_("ends on"), null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("proposed by")
    )
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals")
    founders = models.ManyToManyField(
        Organisation, through="Founder", related_name="founding_proposals", verbose_name=_("founding members")
    )
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", help_text="everybody who wrote in it: they cannot decide on it"
    )
    status = StateField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="grows with each saving: two windows notice each other")
    group = models.OneToOneField(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["committee", "status"], name="proposal_committee_status")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(decided_at__isnull=False), name="proposal_accepted_is_decided"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def event_parents(self) -> Iterator[models.Model]:
        yield self.committee
        yield self.organisation
        if self.group:
            yield self.group

    def acted_for(self, actor: Any) -> Organisation | None:
        """The proposing organisation, for those who speak for it; else that of the seat in the committee."""
        if actor.represents(self.organisation_id):
            return self.organisation
        seat = Seat.objects.of(actor).filter(committee=self.committee_id).select_related("organisation").first()
        return seat.organisation if seat else None

    def get_absolute_url(self) -> str:
        return reverse("groups:proposal_detail", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.status in self.EDITABLE

    def recused(self) -> set[int]:
        """Ids of the people who cannot decide on it; `not_written_by` is the same rule for lists."""
        return set(self.authors.values_list("pk", flat=True))

    def end_problem(self) -> str:
        """Why the end cannot stand, by the limits of today; empty when it can."""
        if self.kind != GroupKind.TASK_FORCE:
            return _t("A working group is permanent: leave the end empty.") if self.ends else ""
        limit = months_after(today(), settings.TASK_FORCE_MAX_MONTHS)
        if self.ends is None:
            return _t("A task force has an end: name its last day.")
        if self.ends <= today():
            return _t("The end must lie in the future.")
        if self.ends > limit:
            return _t("A task force lasts at most %(n)s months: until %(day)s.") % {
                "n": settings.TASK_FORCE_MAX_MONTHS,
                "day": limit.isoformat(),
            }
        return ""

    def missing(self) -> dict[str, str]:
        """What stands against submitting: {field: sentence}."""
        found: dict[str, str] = {}
        if not self.scope.strip():
            found["scope"] = _t("Say what the group will work on.")
        if not self.expected_outputs.strip():
            found["expected_outputs"] = _t("Say what the group will produce.")
        if not self.themes.exists():
            found["themes"] = _t("Choose at least one theme.")
        if problem := self.end_problem():
            found["ends"] = problem
        count = self.founders.filter(pk__in=Organisation.objects.members()).count()
        if count < settings.GROUP_FOUNDERS_MIN:
            found["founders"] = _t(
                "At least %(n)s member organisations found a group, the proposing one included; there are %(count)s."
            ) % {"n": settings.GROUP_FOUNDERS_MIN, "count": count}
        return found

    def has_its_proposer(self) -> bool:
        """Whether the person who would lead the group still represents the organisation that proposes it."""
        return self.organisation.representations.current().filter(user=self.proposer_id, user__is_active=True).exists()

    def obstacles(self) -> dict[str, str]:
        """What stands against accepting: what is missing, and founders that have not confirmed."""
        found = self.missing()
        count = self.founder_rows.confirmed().count()
        if "founders" not in found and count < settings.GROUP_FOUNDERS_MIN:
            found["founders"] = ngettext(
                "At least %(n)s founding members must have confirmed, the proposing one included; %(count)s has.",
                "At least %(n)s founding members must have confirmed, the proposing one included; %(count)s have.",
                count,
            ) % {"n": settings.GROUP_FOUNDERS_MIN, "count": count}
        if not self.has_its_proposer():
            found["proposer"] = _t(
                "%(person)s, who would lead the group, no longer represents %(organisation)s: return it, so that"
                " somebody who does hands it in."
            ) % {"person": self.proposer, "organisation": self.organisation}
        return found


class FounderQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> FounderQuerySet:
        # Read first: nested in one statement with a timeline it is deeper than SQLite's parser goes.
        open_to_them = Proposal.objects.visible_to(user).filter(founder_rows__in=self.order_by().values("pk"))
        return self.filter(proposal__in=list(open_to_them.order_by().values_list("pk", flat=True).distinct()))

    def confirmed(self) -> FounderQuerySet:
        """Those that said yes and are members today."""
        return self.filter(status=Founder.Status.CONFIRMED, organisation__in=Organisation.objects.members())


class Founder(WorkflowModel):
    """An organisation that founds a group, as named in the proposal, and what it says to that."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Has not answered")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    status = StateField(max_length=10, choices=Status.choices, default=Status.ASKED)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="founder_rows")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    objects = FounderQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "organisation"], name="founder_once")]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.proposal}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.proposal
        yield self.organisation

    def acted_for(self, actor: Any) -> Organisation:
        return self.organisation

    def get_absolute_url(self) -> str:
        return self.proposal.get_absolute_url()
