"""Rights over people, organisations and imports, and the conditions that higher apps reuse."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import allow, any_of, condition
from members.models import Merge, Organisation, PersonalInvitation, Representation


@condition(_("Only the ASA Office may do this."))
def is_office(user: Any, obj: Any) -> bool:
    return user.is_authenticated and user.is_office


@condition(_("Only administrators may do this."))
def is_administrator(user: Any, obj: Any) -> bool:
    return user.is_authenticated and user.is_administrator


@condition(_("Only people who represent a member, and the ASA Office, may do this."))
def is_insider(user: Any, obj: Any) -> bool:
    return user.is_authenticated and user.is_insider


@condition(_("Only representatives of this organisation may do this."))
def represents_it(user: Any, obj: Any) -> bool:
    organisation = obj if isinstance(obj, Organisation) else getattr(obj, "organisation", None)
    return user.is_authenticated and organisation is not None and user.represents(organisation.pk)


@condition(_("Only the primary contact of this organisation may do this."))
def is_its_primary_contact(user: Any, obj: Any) -> bool:
    organisation = obj if isinstance(obj, Organisation) else getattr(obj, "organisation", None)
    return (
        user.is_authenticated
        and organisation is not None
        and user.represents(organisation.pk, Representation.Role.PRIMARY)
    )


@condition(_("This invitation was sent to another e-mail address."))
def is_invited(user: Any, obj: Any) -> bool:
    return (
        user.is_authenticated
        and isinstance(obj, PersonalInvitation)
        and user.emailaddress_set.filter(email=obj.email.lower(), verified=True).exists()
    )


@condition(_("Only the applicant does this, by the personal link."))
def is_the_portal(user: Any, obj: Any) -> bool:
    return user.is_authenticated and user.is_system


@condition(_("A merge can be undone for 30 days; this one is older."))
def is_recent_enough(user: Any, obj: Any) -> bool:
    return not isinstance(obj, Merge) or obj.status != Merge.Status.DONE or obj.may_still_be_undone


@condition(_("Only the person concerned may do this."))
def is_the_person(user: Any, obj: Any) -> bool:
    return user.is_authenticated and getattr(obj, "user_id", None) == user.pk


@condition(_("Nobody decides on their own request: somebody else of the Office does."))
def is_about_another(user: Any, obj: Any) -> bool:
    return obj is None or getattr(obj, "user_id", None) != user.pk


END_REASON = _("Only the person, the primary contact of the organisation and the ASA Office may end this role.")
may_invite = any_of(
    is_its_primary_contact,
    is_office,
    reason=_("Only the primary contact of this organisation and the ASA Office invite people to it."),
)
is_its_primary_contact_or_office = any_of(
    is_its_primary_contact,
    is_office,
    reason=_("Only the primary contact of this organisation and the ASA Office give and end roles in it."),
)
is_office_or_administrator = any_of(
    is_office, is_administrator, reason=_("Only the ASA Office and administrators may do this.")
)

allow("core.administer", is_administrator)
allow("members.import_roster", is_office_or_administrator)
allow("members.invite_from_roster", is_office)
allow("members.view_organisation_inside", any_of(represents_it, is_office_or_administrator))
allow("members.change_organisation_profile", any_of(represents_it, is_office))
allow("members.invite_representative", may_invite)
allow("members.withdraw_invitation", may_invite)
allow("members.accept_invitation", is_invited)
allow("members.change_representation", is_its_primary_contact_or_office)
allow("members.end_representation", any_of(is_the_person, is_its_primary_contact_or_office, reason=END_REASON))
allow("members.suspend_membership", is_office)
allow("members.lift_membership", is_office)
allow("members.end_membership", is_office)
allow("members.start_membership", is_office)
allow("members.view_memberships", is_office)
allow("members.change_commitment", any_of(represents_it, is_office))
allow("members.fulfil_commitment", any_of(represents_it, is_office))
allow("members.drop_commitment", any_of(represents_it, is_office))
allow("members.reopen_commitment", any_of(represents_it, is_office))
allow("members.withdraw_erasure", is_the_person)
allow("members.decline_erasure", is_office_or_administrator, is_about_another)
allow("members.confirm_erasure", is_office_or_administrator, is_about_another)
allow("members.view_erasures", is_office_or_administrator)
allow("members.view_retention", is_office_or_administrator)
allow("members.view_application", is_office)
allow("members.confirm_application", is_the_portal)
allow("members.answer_application", is_the_portal)
allow("members.return_application", is_office)
allow("members.accept_application", is_office)
allow("members.decline_application", is_office)
allow("members.merge_organisation", is_office)
allow("members.undo_merge", is_office, is_recent_enough)
allow("members.view_contacts", is_office)
allow("members.view_dead_links", is_office)
