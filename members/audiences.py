"""Who hears of acts on people and organisations."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.notifications import audience, name_kind
from members.models import Application, Invitation, Merge, Representation, StaffRole, User


@audience("invitation.accept")
def those_who_wait_for_the_person(event: Event, invitation: Invitation) -> Iterable[User]:
    """Who invited, and the primary contacts of the organisation."""
    primary = Representation.objects.current().filter(
        organisation=invitation.organisation_id, role=Representation.Role.PRIMARY
    )
    return [invitation.invited_by, *User.objects.filter(representations__in=primary)]


@audience("application.confirm", "application.answer")
def the_office(event: Event, application: Application) -> Iterable[User]:
    held = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE)
    return User.objects.filter(dated_staff_roles__in=held).distinct()


@audience("organisation.merge", "merge.undo")
def those_who_speak_for_it(event: Event, merge: Merge) -> Iterable[User]:
    """Everybody whose organisation has become another record, or is two again."""
    held = Representation.objects.current().filter(organisation__in=[merge.kept_id, merge.merged_pk])
    return User.objects.filter(representations__in=held).distinct()


name_kind("organisation", _("The record of your organisation"))
name_kind("merge", _("Merges of organisations that were taken apart"))
name_kind("invitation", _("Invitations"))
name_kind("application", _("Applications for membership"))
