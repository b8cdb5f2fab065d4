"""Who speaks for an organisation: roles given, changed and ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import events, permissions, workflow
from members.models import Membership, Organisation, Representation, User, today

Role = Representation.Role
START = events.name_verb("representation.start", gettext_lazy("became a representative"))
GIVE = events.name_verb("representation.give", gettext_lazy("gave a role"))
END = events.name_verb("representation.end", gettext_lazy("ended a role"))


class LastPrimaryContact(ValueError):
    """Nobody would speak for the organisation; `str()` says what to do first."""


class WrongDay(ValueError):
    """The role cannot end on that day."""


class DoesNotRepresent(ValueError):
    """The person has no role there: they are invited, not given one."""


def behalf(actor: User, organisation: Organisation) -> Organisation | None:
    """For whom the act is: the organisation itself where the actor represents it."""
    return organisation if actor.represents(organisation.pk) else None


def has_successor(held: Representation, last_day: date) -> bool:
    """Whether somebody else is primary contact today and stays so beyond that day."""
    others = Representation.objects.current().filter(
        Q(ends=None) | Q(ends__gt=last_day), organisation=held.organisation_id, role=Role.PRIMARY, user__is_active=True
    )
    return others.exclude(user=held.user_id).exists()


def is_last_contact(held: Representation, last_day: date | None = None) -> bool:
    """Whether a member (suspended ones too: they may come back) would be without a primary contact."""
    if held.role != Role.PRIMARY or not held.is_current:
        return False
    member = Membership.objects.open().filter(organisation=held.organisation_id).exists()
    return member and not has_successor(held, last_day or today())


def explain_last_contact(held: Representation) -> str:
    return _(
        "%(who)s is the last primary contact of %(organisation)s. Give this role to somebody else first, then it can "
        "be ended."
    ) % {"who": held.user, "organisation": held.organisation.shown_name}


@transaction.atomic
def begin_role(*, organisation: Organisation, user: User, role: str) -> tuple[Representation, bool]:
    """The row of a role that holds, and whether it is new; one that was to end goes on. For services that have checked
    the right and hold the lock of the organisation."""
    held = Representation.objects.current().filter(user=user, organisation=organisation, role=role).first()
    if held is None:
        return Representation.objects.create(user=user, organisation=organisation, role=role), True
    if held.ends is not None:
        held.ends = held.ended_at = None
        held.save(update_fields=["ends", "ended_at"])
    return held, False


@transaction.atomic
def change_roles(*, organisation_id: int, user_id: int, roles: Collection[str], actor: User) -> list[Representation]:
    """Give the person these roles and end their others at once. Returns the rows that changed. Raises
    LastPrimaryContact or DoesNotRepresent; then nothing is changed."""
    # The lock makes two primary contacts who end each other's role wait for each other: one of them stays.
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    permissions.require(actor, "members.change_representation", organisation)
    held = {
        one.role: one
        for one in Representation.objects.current()
        .filter(organisation=organisation, user=user_id)
        .select_related("user", "organisation")
    }
    if not held:
        raise DoesNotRepresent(_("This person does not represent the organisation any more: invite them."))
    user = next(iter(held.values())).user
    changed = []
    for role in [one for one in Role.values if one in roles]:
        one, is_new = begin_role(organisation=organisation, user=user, role=role)
        if is_new:
            workflow.act(GIVE, one, actor=actor, on_behalf_of=behalf(actor, organisation))
            changed.append(one)
    for role, one in held.items():
        if role not in roles:
            _end(one, actor=actor, last_day=today(), note="")
            changed.append(one)
    user.forget_roles()
    return changed


@transaction.atomic
def end_role(*, representation_id: int, actor: User, last_day: date | None = None, note: str = "") -> Representation:
    """End a role: today at once, on a later day when that is over. Raises LastPrimaryContact, or WrongDay. Ended twice,
    the second changes nothing."""
    organisation_id = Representation.objects.values_list("organisation_id", flat=True).get(pk=representation_id)
    Organisation.objects.select_for_update().get(pk=organisation_id)
    held = (
        Representation.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .get(pk=representation_id)
    )
    permissions.require(actor, "members.end_representation", held)
    last_day = last_day or today()
    if not held.is_current or held.ends == last_day:
        return held
    _end(held, actor=actor, last_day=last_day, note=note)
    held.user.forget_roles()
    return held


def _end(held: Representation, *, actor: User, last_day: date, note: str) -> None:
    if last_day < today():
        raise WrongDay(_("The last day is past: what was done in the role since then would be without it."))
    if is_last_contact(held, last_day):
        raise LastPrimaryContact(explain_last_contact(held))
    organisation = behalf(actor, held.organisation)  # as long as the role still holds
    held.ends = last_day
    held.ended_at = timezone.now() if last_day == today() else None
    held.save(update_fields=["ends", "ended_at"])
    workflow.act(END, held, actor=actor, note=note, on_behalf_of=organisation, data={"last_day": last_day.isoformat()})


def end_for_good(held: Representation, *, actor: User) -> None:
    """At once, because the person leaves the portal. For services that have checked the right."""
    _end(held, actor=actor, last_day=max(today(), held.starts), note="")
