"""How a group comes to an organisation: the lead invites, the organisation answers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import permissions, workflow
from core.workflow import NotPossible
from groups import steps
from groups.models import Group, GroupMembership
from groups.services import joining
from members.models import Organisation, User


@transaction.atomic
def invite(*, group_id: int, organisation: Organisation, actor: User, message: str = "") -> GroupMembership:
    """Invite an organisation. If it has asked to join already the two meet: it is admitted at once. Raises NotPossible
    when it takes part or is invited already."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)  # two at once: the second sees the first
    permissions.require(actor, "groups.invite_organisation", group)
    invitation = GroupMembership(
        group=group,
        organisation=organisation,
        status=GroupMembership.Status.INVITED,
        invited_by=actor,
        requested_at=timezone.now(),
        message=message,
    )
    permissions.require(actor, "groups.invite_joining", invitation)
    known = GroupMembership.objects.live().filter(group=group, organisation=organisation).first()
    if known is not None and known.status == GroupMembership.Status.REQUESTED:
        return joining.admit(membership_id=known.pk, actor=actor, note=message)
    if known is not None:
        raise NotPossible(
            _("%(who)s takes part in this group already.") % {"who": organisation}
            if known.status == GroupMembership.Status.ACTIVE
            else _("%(who)s is invited already and has not answered yet.") % {"who": organisation}
        )
    invitation.save()
    workflow.act(steps.INVITE, invitation, actor=actor, note=message, to_state=invitation.status)
    return invitation


@transaction.atomic
def accept_invitation(
    *, membership_id: int, actor: User, representative: User, alternates: Iterable[User] = ()
) -> GroupMembership:
    organisation = GroupMembership.objects.select_related("organisation").get(pk=membership_id).organisation
    others = joining.check_people(organisation, representative, alternates)
    membership: GroupMembership = workflow.perform(
        GroupMembership.objects.all(),
        membership_id,
        steps.ACCEPT_INVITATION,
        actor=actor,
        on_behalf_of=organisation,
        representative=representative,
        joined_at=timezone.now(),
    )
    membership.alternates.set(others)
    return membership


@transaction.atomic
def decline_invitation(*, membership_id: int, actor: User, note: str) -> GroupMembership:
    return joining.end(membership_id, steps.DECLINE_INVITATION, actor=actor, note=note)


@transaction.atomic
def take_back_invitation(*, membership_id: int, actor: User, note: str = "") -> GroupMembership:
    return joining.end(membership_id, steps.TAKE_BACK_INVITATION, actor=actor, note=note)
