"""How an organisation comes into a group, and out of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import permissions, workflow
from core.workflow import NotPossible
from groups import steps
from groups.meetings.people import ask_newcomers
from groups.models import Group, GroupMembership
from members.models import Organisation, User


def people_of(organisation: Organisation) -> list[User]:
    """Who can represent the organisation in a group: everybody who speaks for it today."""
    roles = organisation.representations.current().filter(user__is_active=True).select_related("user")
    return sorted({role.user for role in roles}, key=lambda user: (str(user).casefold(), user.pk))


def check_people(organisation: Organisation, representative: User, alternates: Iterable[User]) -> list[User]:
    """The alternates without the representative. Raises NotPossible where one of them does not speak for the
    organisation."""
    known = {user.pk for user in people_of(organisation)}
    others = [user for user in alternates if user.pk != representative.pk]
    if not {representative.pk, *(user.pk for user in others)} <= known:
        raise NotPossible(_("Only people who represent the organisation can represent it in a group."))
    return others


@transaction.atomic
def ask_to_join(
    *,
    group_id: int,
    organisation_id: int,
    actor: User,
    representative: User,
    alternates: Iterable[User] = (),
    message: str = "",
) -> GroupMembership:
    """Ask for an organisation; an open group admits at once. Raises NotPossible when it is in already or has asked,
    permissions.Denied when the actor may not speak for it."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)  # two at once: the second sees the first
    organisation = Organisation.objects.get(pk=organisation_id)
    known = GroupMembership.objects.live().filter(group=group, organisation=organisation).first()
    if known is not None and actor.represents(organisation.pk):
        raise NotPossible(
            _("%(who)s takes part in this group already.") % {"who": organisation}
            if known.status == GroupMembership.Status.ACTIVE
            else _("%(who)s is invited already: accept the invitation.") % {"who": organisation}
            if known.status == GroupMembership.Status.INVITED
            else _("%(who)s has asked already; the lead has not decided yet.") % {"who": organisation}
        )
    at_once = group.admission == Group.Admission.OPEN
    membership = GroupMembership(
        group=group,
        organisation=organisation,
        requested_by=actor,
        requested_at=timezone.now(),
        message=message,
        representative=representative,
        status=GroupMembership.Status.ACTIVE if at_once else GroupMembership.Status.REQUESTED,
        joined_at=timezone.now() if at_once else None,
    )
    permissions.require(actor, "groups.ask_joining", membership)
    others = check_people(organisation, representative, alternates)
    membership.save()
    membership.alternates.set(others)
    workflow.act(
        steps.JOIN if at_once else steps.ASK_JOINING,
        membership,
        actor=actor,
        note=message,
        to_state=membership.status,
        on_behalf_of=organisation,
    )
    if at_once:
        ask_newcomers(group)
    return membership


def end(membership_id: int, step: workflow.Transition, *, actor: User, note: str) -> GroupMembership:
    """The organisation is not on its way into the group any more, or not in it."""
    ended: GroupMembership = workflow.perform(
        GroupMembership.objects.all(), membership_id, step, actor=actor, note=note, ended_at=timezone.now()
    )
    ask_newcomers(ended.group)
    return ended


@transaction.atomic
def admit(*, membership_id: int, actor: User, note: str = "") -> GroupMembership:
    admitted: GroupMembership = workflow.perform(
        GroupMembership.objects.all(), membership_id, steps.ADMIT, actor=actor, note=note, joined_at=timezone.now()
    )
    ask_newcomers(admitted.group)
    return admitted


@transaction.atomic
def refuse(*, membership_id: int, actor: User, note: str) -> GroupMembership:
    return end(membership_id, steps.REFUSE, actor=actor, note=note)


@transaction.atomic
def withdraw(*, membership_id: int, actor: User, note: str = "") -> GroupMembership:
    return end(membership_id, steps.WITHDRAW, actor=actor, note=note)


@transaction.atomic
def leave(*, membership_id: int, actor: User, note: str = "") -> GroupMembership:
    return end(membership_id, steps.LEAVE, actor=actor, note=note)


@transaction.atomic
def remove(*, membership_id: int, actor: User, note: str) -> GroupMembership:
    return end(membership_id, steps.REMOVE, actor=actor, note=note)


@transaction.atomic
def change_people(
    *, membership_id: int, actor: User, representative: User, alternates: Iterable[User] = ()
) -> GroupMembership:
    """Name who speaks for the organisation in the group. Raises NotPossible when it is not in the group any more."""
    membership = GroupMembership.objects.select_for_update(of=("self",)).get(pk=membership_id)
    permissions.require(actor, "groups.represent_joining", membership)
    if membership.status not in (GroupMembership.Status.REQUESTED, GroupMembership.Status.ACTIVE):
        raise NotPossible(_("The organisation does not take part in this group any more."))
    others = check_people(membership.organisation, representative, alternates)
    membership.representative = representative
    membership.save(update_fields=["representative"])
    membership.alternates.set(others)
    workflow.act(steps.CHANGE_PEOPLE, membership, actor=actor, on_behalf_of=membership.organisation)
    ask_newcomers(membership.group)
    return membership
