"""Whom an umbrella organisation represents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import events, permissions
from core.models import Country
from core.workflow import act
from members.models import Organisation, Represented, User, today
from members.names import name_key
from members.services.representatives import behalf

ADD = events.name_verb("represented.add", _("named organisations that it represents"))
END = events.name_verb("represented.end", _("no longer represents an organisation"))
LINK = events.name_verb("represented.link", _("connected an organisation that it represents with its record"))


class AlreadyOver(ValueError):
    """`str()` says so."""


@transaction.atomic
def add_represented(
    *, umbrella_id: int, actor: User, named: Sequence[tuple[str, Country]], starts: date | None = None, source: str = ""
) -> list[Represented]:
    """Those of (name, country) that are not listed yet. One that has a record here, certain by name and country, is
    connected with it."""
    umbrella = Organisation.objects.select_for_update().get(pk=umbrella_id)
    permissions.require(actor, "members.change_organisation_profile", umbrella)
    keys = {name_key(name)[:250] for name, _country in named}
    records: dict[tuple[str, str], list[int]] = {}
    found = Organisation.objects.filter(name_key__in=keys).exclude(pk=umbrella_id)
    for pk, key, country_id in found.values_list("pk", "name_key", "country_id"):
        records.setdefault((key, country_id), []).append(pk)
    listed = set(umbrella.represented.current().values_list("organisation_id", "country_id", "name_key"))
    known = {row[0] for row in listed if row[0]}
    names = {row[1:] for row in listed}
    added = []
    for name, country in named:
        one = Represented(umbrella=umbrella, country=country, starts=starts or today(), source=source).named(name)
        if (country.pk, one.name_key) in names:
            continue
        names.add((country.pk, one.name_key))
        same = records.get((one.name_key, country.pk), [])
        if len(same) == 1:
            if same[0] in known:
                continue
            one.organisation_id = same[0]
            known.add(same[0])
        added.append(one)
    Represented.objects.bulk_create(added)
    if added:
        data = {"count": len(added), "names": [one.name for one in added[:50]]}
        act(ADD, umbrella, actor=actor, on_behalf_of=behalf(actor, umbrella), data=data)
    return added


@transaction.atomic
def end_represented(*, represented_id: int, actor: User) -> Represented:
    """Since today it is not represented any more; the row stays."""
    one = _current(represented_id, actor)
    one.ends = max(today(), one.starts)
    one.save(update_fields=["ends"])
    act(END, one, actor=actor, on_behalf_of=behalf(actor, one.umbrella))
    return one


@transaction.atomic
def link_represented(*, represented_id: int, organisation_id: int, actor: User) -> Represented:
    """It is this organisation of the portal."""
    one = _current(represented_id, actor)
    organisation = Organisation.objects.get(pk=organisation_id)
    if organisation.pk == one.umbrella_id:
        raise AlreadyOver(_t("An organisation does not represent itself."))
    current = Represented.objects.current().filter(umbrella=one.umbrella_id, organisation=organisation)
    if current.exclude(pk=one.pk).exists():
        raise AlreadyOver(_t("%(name)s is in the list already.") % {"name": organisation})
    one.organisation = organisation
    one.save(update_fields=["organisation"])
    act(LINK, one, actor=actor, on_behalf_of=behalf(actor, one.umbrella))
    return one


def _current(represented_id: int, actor: User) -> Represented:
    found = Represented.objects.select_for_update(of=("self",)).select_related("umbrella")
    one: Represented = found.get(pk=represented_id)
    permissions.require(actor, "members.change_organisation_profile", one.umbrella)
    if one.ends is not None and one.ends <= today():
        raise AlreadyOver(_t("Somebody has taken %(name)s from the list already.") % {"name": one})
    return one
