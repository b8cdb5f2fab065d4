"""Umbrella organisations: an association and those that it represents."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models.organisations import Organisation
from members.models.people import Dated, DatedQuerySet
from members.names import name_key


class Represented(Dated):
    """An organisation that an umbrella organisation represents, for a time: one of the portal, or one that is known by
    its name and country alone. Being represented is no membership."""

    umbrella = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="represented", verbose_name=_("umbrella organisation")
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="represented_by",
        verbose_name=_("organisation"),
    )
    name = models.CharField(_("name"), max_length=250, blank=True, help_text=_("of one that is not in the portal"))
    name_key = models.CharField(max_length=250, editable=False, blank=True)
    country = models.ForeignKey(
        "core.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("country")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["name_key", "pk"]
        indexes = [models.Index(fields=["country", "name_key"], name="represented_name")]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(name_key=""), name="represented_is_somebody"
            ),
            models.CheckConstraint(
                condition=Q(organisation=None) | ~Q(organisation=F("umbrella")), name="represented_is_another"
            ),
            models.UniqueConstraint(
                fields=["umbrella", "organisation"],
                condition=Q(ends=None, organisation__isnull=False),
                name="represented_once",
            ),
            models.UniqueConstraint(
                fields=["umbrella", "country", "name_key"],
                condition=Q(ends=None, organisation=None),
                name="represented_name_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation) if self.organisation else self.name

    def named(self, name: str) -> Represented:
        """With the name by which it is compared."""
        self.name, self.name_key = name, name_key(name)[:250]
        return self

    def event_parents(self) -> Iterator[models.Model]:
        yield self.umbrella
        if self.organisation:
            yield self.organisation

    def get_absolute_url(self) -> str:
        return self.umbrella.get_absolute_url()
