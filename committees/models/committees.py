"""Topic Committees and their seats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Theme
from members.models import Endable, HeldQuerySet


class CommitteeQuerySet(models.QuerySet["Committee"]):
    def visible_to(self, user: Any) -> CommitteeQuerySet:
        """Committees are part of the public face."""
        return self


class Committee(models.Model):
    """One of the Topic Committees. Its name may change, its code does not."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=80)
    former_names = models.JSONField(_("former names"), default=list, blank=True)
    remit = models.TextField(_("what it works on"), blank=True, max_length=20_000)
    order = models.PositiveSmallIntegerField(default=0)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("committees:committee_detail", args=[self.code])

    @property
    def themes(self) -> models.QuerySet[Theme]:
        return Theme.objects.filter(committee_code=self.code, active=True)


class SeatQuerySet(HeldQuerySet):
    def steering(self) -> SeatQuerySet:
        return self.filter(role__in=Seat.STEERING)


class Seat(Endable):
    """A person sits in a committee on behalf of an organisation, for a term."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chair")
        VICE_CHAIR = "vice_chair", _("Vice-chair")
        MEMBER = "member", _("Member")

    STEERING = (Role.CHAIR, Role.VICE_CHAIR)

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    organisation = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)

    objects = SeatQuerySet.as_manager()
    label_names_a_person = True

    class Meta(Endable.Meta):
        ordering = ["committee", "role", "starts"]
        constraints = [
            *Endable.Meta.constraints,
            models.UniqueConstraint(
                fields=["committee"], condition=Q(role="chair", ends=None), name="seat_one_open_chair"
            ),
            models.UniqueConstraint(fields=["committee", "user"], condition=Q(ends=None), name="seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.committee}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.committee
        yield self.organisation

    def get_absolute_url(self) -> str:
        return self.committee.get_absolute_url()
