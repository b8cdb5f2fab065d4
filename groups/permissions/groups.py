"""Who sees the inside of a group, leads it, and decides who takes part."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from committees.permissions import holds_seat
from core.permissions import allow, any_of, condition
from groups.models import Group, GroupMembership, GroupRole
from members.models import Organisation
from members.permissions import is_insider, is_invited


@condition(_("The workspace is for the organisations in the group, its committee and the ASA Office."))
def is_inside(user: Any, group: Any) -> bool:
    return Group.objects.inside_for(user).filter(pk=group.pk).exists()


@condition(_("The group is closed."))
def is_active(user: Any, obj: Any) -> bool:
    group = obj if isinstance(obj, Group) else obj.group
    return group.status == Group.Status.ACTIVE


@condition(
    _("The term of this task force is over: it is extended, converted or closed before anything new begins in it.")
)
def is_in_its_term(user: Any, obj: Any) -> bool:
    group = obj if isinstance(obj, Group) else obj.group
    return not group.is_over


@condition(_("Only representatives of a member may ask to join a group, and for their own organisation."))
def represents_an_active_member(user: Any, joining: Any) -> bool:
    return user.represents(joining.organisation_id)


@condition(_("Your organisation takes part in this group already, or has asked to."))
def is_not_in_it_yet(user: Any, joining: Any) -> bool:
    return (
        not GroupMembership.objects.live()
        .filter(group_id=joining.group_id, organisation_id=joining.organisation_id)
        .exists()
    )


@condition(_("The lead and co-lead of the group decide who joins; the chair of the committee does where no lead can."))
def decides_on_joining(user: Any, joining: Any) -> bool:
    return GroupMembership.objects.in_charge(user).filter(pk=joining.pk).exists()


@condition(_("You wrote this request yourself: somebody else decides on it."))
def has_not_asked_for_it(user: Any, joining: Any) -> bool:
    return joining.requested_by_id != user.pk


@condition(_("Only the lead and co-lead of the group may do this."))
def leads_it(user: Any, obj: Any) -> bool:
    group_id = obj.pk if isinstance(obj, Group) else obj.group_id
    return GroupRole.objects.of(user).filter(group_id=group_id).exists()


@condition(_("The organisation of a lead stays in the group: hand over the lead first."))
def does_not_lead(user: Any, joining: Any) -> bool:
    roles = GroupRole.objects.current().filter(group_id=joining.group_id, organisation_id=joining.organisation_id)
    return not roles.exists()


@condition(_("Only representatives of this organisation may do this."))
def speaks_for_the_member(user: Any, joining: Any) -> bool:
    return user.represents(joining.organisation_id)


@condition(
    _("Only the lead and co-lead of the group may do this; its committee and the ASA Office may in their place.")
)
def leads_or_steers_it(user: Any, group: Any) -> bool:
    return leads_it(user, group) or bool(user.is_office) or holds_seat(user, group.committee, *Seat.STEERING)


@condition(leads_or_steers_it.reason)
def leads_or_steers_its_group(user: Any, invitation: Any) -> bool:
    return leads_or_steers_it(user, invitation.group)


@condition(_("The chair and vice-chair of the committee and the ASA Office do this."))
def steers_it_or_keeps_records(user: Any, group: Any) -> bool:
    return bool(user.is_office) or holds_seat(user, group.committee, *Seat.STEERING)


@condition(
    _("The lead and co-lead of the group invite organisations; the chair of the committee does where nobody leads it.")
)
def invites_into(user: Any, group: Any) -> bool:
    if leads_it(user, group):
        return True
    nobody_leads = not GroupRole.objects.in_force().filter(group=group.pk).exists()
    return nobody_leads and holds_seat(user, group.committee, *Seat.STEERING)


@condition(invites_into.reason)
def invites_it(user: Any, joining: Any) -> bool:
    return invites_into(user, joining.group)


@condition(_("Only members of the alliance take part in groups."))
def is_of_a_member(user: Any, joining: Any) -> bool:
    return Organisation.objects.members().filter(pk=joining.organisation_id).exists()


@condition(_("You sent this invitation yourself: somebody else of the organisation answers it."))
def has_not_sent_it(user: Any, joining: Any) -> bool:
    return joining.invited_by_id != user.pk


@condition(_("What a closed group leaves open is ended by the portal."))
def tidies_up(user: Any, of_group: Any) -> bool:
    """A request, an invitation or a meeting of a group that has just been closed."""
    return bool(user.is_system) and of_group.group is not None and of_group.group.status == Group.Status.CLOSED


allow("groups.lead_group", leads_or_steers_it, is_active)
allow("groups.admit_guest", leads_or_steers_it, is_active)
allow("groups.revoke_guest", leads_or_steers_it)
allow("groups.accept_guestinvitation", is_invited)
allow("groups.withdraw_guestinvitation", leads_or_steers_its_group)
allow("groups.link_group", steers_it_or_keeps_records)
allow("groups.view_matrix", is_insider)
allow("groups.view_group_inside", is_inside)
allow("groups.ask_joining", represents_an_active_member, is_active, is_in_its_term, is_not_in_it_yet)
allow("groups.admit_joining", decides_on_joining, has_not_asked_for_it, is_of_a_member, is_active, is_in_its_term)
allow("groups.refuse_joining", any_of(decides_on_joining, tidies_up), has_not_asked_for_it)
allow("groups.invite_joining", invites_it, is_of_a_member, is_active, is_in_its_term)
allow("groups.invite_organisation", invites_into, is_active, is_in_its_term)
allow("groups.uninvite_joining", any_of(invites_it, tidies_up))
allow("groups.accept_joining", speaks_for_the_member, has_not_sent_it, is_active, is_in_its_term)
allow("groups.decline_joining", speaks_for_the_member)
allow("groups.remove_joining", leads_it, does_not_lead)
allow("groups.withdraw_joining", speaks_for_the_member)
allow("groups.leave_joining", speaks_for_the_member, does_not_lead)
allow("groups.represent_joining", speaks_for_the_member)
