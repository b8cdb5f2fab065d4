"""Who hears of acts on people and organisations."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.notifications import audience, name_kind
from members.models import ErasureRequest, Invitation, Membership, Merge, Representation, StaffRole, User


@audience("invitation.accept")
def those_who_wait_for_the_person(event: Event, invitation: Invitation) -> Iterable[User]:
    """Who invited, and the primary contacts of the organisation."""
    return [invitation.invited_by, *primary_contacts(invitation.organisation_id)]


def primary_contacts(organisation_id: int) -> QuerySet[User]:
    """Whoever holds the role today, also where the membership rests: they are told of that, too."""
    held = Representation.objects.current().filter(organisation=organisation_id, role=Representation.Role.PRIMARY)
    return User.objects.filter(representations__in=held).distinct()


@audience("representation.give", "representation.end")
def the_person_and_primary_contacts(event: Event, held: Representation) -> Iterable[User]:
    return [held.user, *primary_contacts(held.organisation_id)]


@audience(
    "membership.start",
    "membership.suspend",
    "membership.lift",
    "membership.end",
    "membership.announce_end",
    "membership.take_back_end",
)
def contacts_of_the_member(event: Event, membership: Membership) -> Iterable[User]:
    return primary_contacts(membership.organisation_id)


@audience("application.confirm", "application.answer", "erasure.request", "erasure.withdraw", "retention.announce")
def the_office(event: Event, subject: Model) -> Iterable[User]:
    held = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE)
    return User.objects.filter(dated_staff_roles__in=held).distinct()


@audience("organisation.merge", "merge.undo")
def those_who_speak_for_it(event: Event, merge: Merge) -> Iterable[User]:
    """Everybody whose organisation has become another record, or is two again."""
    held = Representation.objects.current().filter(organisation__in=[merge.kept_id, merge.merged_pk])
    return User.objects.filter(representations__in=held).distinct()


name_kind("organisation", _("The record of your organisation"))
name_kind("merge", _("Merges of organisations that were taken apart"))


@audience("erasure.decline")
def who_wants_to_be_forgotten(event: Event, request: ErasureRequest) -> Iterable[User]:
    return [request.user]


@audience("account.expire_soon")
def its_owner(event: Event, user: User) -> Iterable[User]:
    return [user]


@audience("invitation.expire_soon")
def who_invited(event: Event, invitation: Invitation) -> Iterable[User]:
    return [invitation.invited_by]


name_kind("retention", _("What the portal forgets by itself"), right="members.view_application")
name_kind("invitation", _("Invitations"))
name_kind("application", _("Applications for membership"), right="members.view_application")
name_kind("representation", _("Roles in an organisation"))
name_kind("membership", _("Membership of your organisation"))
name_kind("erasure", _("Requests to be forgotten"), binding=True)
name_kind("account", _("Your account"), binding=True)
