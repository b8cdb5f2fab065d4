"""Who speaks for an organisation, and in which role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.organisations import Organisation
from members.models.people import Endable, EndableQuerySet, User


class RepresentationQuerySet(EndableQuerySet):
    def visible_to(self, user: Any) -> RepresentationQuerySet:
        """One's own, those in the organisations that one represents; the Office and administrators see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.staff_roles:
            return self
        return self.filter(Q(user=user) | Q(organisation__in=list(user.organisation_roles)))

    def of_members(self) -> RepresentationQuerySet:
        """Those whose organisation is a member today: a role in a former member gives no rights."""
        return self.filter(organisation__in=Organisation.objects.members())


class Representation(Endable):
    """A person speaks for an organisation, in a role, for a time."""

    class Role(models.TextChoices):
        PRIMARY = "primary", _("Primary contact")
        REPORTER = "reporter", _("KPI reporter")
        DELEGATE = "delegate", _("Delegate")
        ALTERNATE = "alternate", _("Alternate")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="representations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="representations")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)

    objects = RepresentationQuerySet.as_manager()
    label_names_a_person = True

    class Meta(Endable.Meta):
        ordering = ["organisation", "role"]
        constraints = [
            *Endable.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(ends=None), name="representation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.organisation}"

    def acted_for(self, actor: Any) -> Organisation | None:
        """The organisation itself, for those who speak for it."""
        return self.organisation if actor.represents(self.organisation_id) else None

    def event_parents(self) -> Iterator[models.Model]:
        yield self.organisation

    def get_absolute_url(self) -> str:
        return self.organisation.get_absolute_url()
