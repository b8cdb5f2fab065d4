"""Who speaks for an organisation, and in which role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.kept import kept
from members.models.organisations import Organisation
from members.models.people import Endable, EndableQuerySet, User, today


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


class HeldQuerySet(EndableQuerySet):
    """Of rows with a user and an organisation: what a person holds on behalf of an organisation."""

    def in_force(self) -> Any:
        """Those that count today: they rest while the membership of the organisation is not active, and while the
        person does not represent it."""
        return self.filter(pk__in=_in_force(self.model, today()))

    def of(self, user: Any) -> Any:
        """Those in force of one person, by the organisations that were read with the person."""
        if not user.pk or not user.is_active:
            return self.none()
        return self.current().filter(user=user.pk, organisation__in=list(user.organisation_roles))

    def ids_of(self, user: Any, field: str, *roles: str) -> Any:
        """What those of one person are for ("committee", "group"), in these roles if any are named: the right side of
        an `__in`."""
        if not user.pk or not user.is_active:
            return []
        return _ids(self.model, field, user.pk, tuple(sorted(user.organisation_roles)), roles, today())


@kept
def _in_force(model: Any, day: date) -> models.QuerySet[Any, Any]:
    speaks = Representation.objects.current(day).filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    members = Organisation.objects.members(day)
    return model.objects.current(day).filter(Exists(speaks), organisation__in=members).values("pk")


@kept
def _ids(
    model: Any, field: str, user: int, organisations: tuple[int, ...], roles: tuple[str, ...], day: date
) -> models.QuerySet[Any, Any]:
    rows = model.objects.current(day).filter(user=user, organisation__in=organisations)
    return (rows.filter(role__in=roles) if roles else rows).values(field)
