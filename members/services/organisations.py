"""Acts on the record of an organisation."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import events, permissions
from core.workflow import act
from members.models import Organisation, User, Workforce
from members.services.representatives import behalf

CHANGE = events.name_verb("organisation.change", _("changed the profile"))
DECLARE = events.name_verb("workforce.declare", _("declared the automotive workforce"))

WITHDRAW = events.name_verb("workforce.withdraw", _("took back the automotive workforce of a year"))


class ChangedMeanwhile(Exception):
    """Somebody else saved the record after the form had been opened."""


def version_of(organisation: Organisation) -> int:
    """Counts up with each save of the record."""
    latest: int = organisation.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0
    return latest


@transaction.atomic
def change_profile(*, organisation_id: int, actor: User, seen: int, **fields: Any) -> Organisation:
    """Save what differs. `seen` is the version that the person had before them: nobody overwrites unseen words."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    permissions.require(actor, "members.change_organisation_profile", organisation)
    changed = [name for name, value in fields.items() if getattr(organisation, name) != value]
    if not changed:
        return organisation
    if seen != version_of(organisation):
        raise ChangedMeanwhile
    for name in changed:
        setattr(organisation, name, fields[name])
    organisation.save(update_fields=changed)
    act(CHANGE, organisation, actor=actor, on_behalf_of=behalf(actor, organisation), data={"fields": changed})
    return organisation


@transaction.atomic
def remove_workforce(*, organisation_id: int, actor: User, year: int) -> bool:
    """Take back what was declared for a year; False when there is nothing (any more)."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    permissions.require(actor, "members.change_organisation_profile", organisation)
    declared = Workforce.objects.filter(organisation=organisation, year=year).first()
    if declared is None:
        return False
    data = {"year": year, "before": declared.people, "source": declared.source}
    declared.delete()
    act(WITHDRAW, organisation, actor=actor, on_behalf_of=behalf(actor, organisation), data=data)
    return True


@transaction.atomic
def declare_workforce(*, organisation_id: int, actor: User, year: int, people: int, source: str = "") -> Workforce:
    """The automotive workforce (people) of a year; declared again, it replaces the number before."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    permissions.require(actor, "members.change_organisation_profile", organisation)
    before = Workforce.objects.filter(organisation=organisation, year=year).first()
    if before and (before.people, before.source) == (people, source):
        return before
    declared, _made = Workforce.objects.update_or_create(
        organisation=organisation, year=year, defaults={"people": people, "source": source}
    )
    act(
        DECLARE,
        organisation,
        actor=actor,
        on_behalf_of=behalf(actor, organisation),
        data={"year": year, "people": people, "before": before.people if before else None},
    )
    return declared
