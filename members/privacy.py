"""What members know of a person, and how they forget them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import events, workflow
from core.forgetting import keep_words
from core.models import Letter
from core.privacy import Leaver, erases, exports, obstacle
from members.models import (
    Application,
    Consent,
    ErasureRequest,
    Invitation,
    Organisation,
    Representation,
    StaffRole,
    User,
)
from members.services import representatives
from members.services.invitations import WITHDRAW

END_STAFF_ROLE = events.name_verb("staffrole.end", _("ended a role in the ASA Office"))


def addresses_of(user: User) -> list[str]:
    return sorted({user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)})


def nobody(pk: int) -> str:
    """An address that no mail ever reaches (RFC 2606), one for each record."""
    return f"erased-{pk}@portal.invalid"


# -- Export -----------------------------------------------------------------------------------------------------------
@exports("account", _("Account"))
def account(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "joined_at": user.date_joined,
        "last_sign_in_at": user.last_login,
        "expiry_announced_at": user.expiry_announced_at,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(
            Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at").order_by("pk")
        ),
        "sign_in_by_provider": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "date_joined", "last_login", "extra_data")
        ),
    }


@exports("representations", _("Organisations that you represent or represented"))
def representations(user: User) -> list[dict[str, Any]]:
    return [
        {
            "organisation": one.organisation.code,
            "name": one.organisation.legal_name,
            "role": one.role,
            "from": one.starts,
            "until": one.ends,
        }
        for one in user.representations.select_related("organisation").order_by("starts", "pk")
    ]


@exports("staff_roles", _("Roles in the ASA Office"))
def staff_roles(user: User) -> list[dict[str, Any]]:
    return [{"role": one.role, "from": one.starts, "until": one.ends} for one in user.dated_staff_roles.all()]


@exports("invitations", _("Invitations sent to you"))
def invitations(user: User) -> list[dict[str, Any]]:
    found = Invitation.objects.filter(email__in=addresses_of(user)).select_related("organisation").order_by("pk")
    return [
        {
            "email": one.email,
            "name": one.name,
            "organisation": one.organisation.legal_name,
            "role": one.role,
            "state": one.status,
            "sent_at": one.created_at,
            "valid_until": one.expires_at,
        }
        for one in found
    ]


@exports("applications", _("Applications for membership that you sent"))
def applications(user: User) -> list[dict[str, Any]]:
    found = Application.objects.filter(email__in=addresses_of(user)).select_related("member_type", "country")
    return [
        {
            "organisation": one.organisation_name,
            "kind": one.member_type.code,
            "country": one.country_id,
            "website": one.website,
            "contact_name": one.contact_name,
            "email": one.email,
            "motivation": one.motivation,
            "state": one.status,
            "sent_at": one.created_at,
            "consents": list(one.consents.values("kind", "version", "given", "at")),
        }
        for one in found.order_by("pk").prefetch_related("consents")
    ]


@exports("letters", _("E-mails sent to your address"))
def letters(user: User) -> list[dict[str, Any]]:
    """When; their words are not kept, and their subjects may name who caused them."""
    found = Letter.objects.filter(to__in=addresses_of(user)).order_by("pk")
    return [dict(row) for row in found.values("created_at", "email_state")]


@exports("changes", _("Changes of organisations' records that you saved"))
def changes(user: User) -> list[dict[str, Any]]:
    found = Organisation.history.filter(history_user=user).order_by("history_date", "history_id")
    return list(found.values("history_date", "legal_name", "history_change_reason"))


@exports("consents", _("What you agreed to"))
def consents(user: User) -> list[dict[str, Any]]:
    return [
        {"text": str(Consent.Kind(one.kind).label), "version": one.version, "given": one.given, "at": one.at}
        for one in user.consents.order_by("at", "pk")
    ]


@exports("erasure_requests", _("Requests to be forgotten"))
def erasure_requests(user: User) -> list[dict[str, Any]]:
    found = user.erasure_requests.order_by("pk")
    return [dict(row) for row in found.values("created_at", "status", "words", "decided_at")]


@exports("sessions", _("Where you are signed in"))
def sessions(user: User) -> list[dict[str, Any]]:
    found = UserSession.objects.filter(user=user).order_by("pk")
    return list(found.values("ip", "user_agent", "created_at", "last_seen_at"))


# -- Erasure ----------------------------------------------------------------------------------------------------------
_ORGANISATION = "the name of an organisation, also where it is that of its owner: it is in public registers"
_NAMES = "legal_name short_name other_names aliases website email_domain vat national_id".split()
keep_words("members.Organisation", *_NAMES, "name_key", "search_text", why=_ORGANISATION)
keep_words("members.HistoricalOrganisation", *_NAMES, why=_ORGANISATION)
keep_words("members.Application", "organisation_name", "name_key", "website", why=_ORGANISATION)
keep_words("members.Merge", "merged_name", why=_ORGANISATION)
keep_words("members.Represented", "name", "name_key", why=_ORGANISATION)
_NAMESAKE = "who has the same name and another address is somebody else; what has the person's address is found by that"
keep_words("members.User", "name", "email", "password", why=_NAMESAKE)
keep_words("members.Invitation", "name", why=_NAMESAKE)
keep_words("members.Application", "contact_name", why=_NAMESAKE)


@obstacle
def last_contact(user: User) -> Iterator[str]:
    """A member is never left without somebody who speaks for it."""
    for held in user.representations.current().select_related("organisation", "user"):
        if representatives.is_last_contact(held):
            yield representatives.explain_last_contact(held)


@erases
def forget_account(leaver: Leaver) -> None:
    """The row stays, because acts point at it; it says nothing any more, and nobody can sign in with it."""
    user: User = leaver.user
    Session.objects.filter(
        session_key__in=list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    ).delete()
    for model in (UserSession, Authenticator, SocialAccount, EmailAddress):
        model.objects.filter(user=user).delete()
    user.name, user.email = "", nobody(user.pk)
    user.set_unusable_password()
    user.is_active, user.anonymised_at = False, timezone.now()
    user.last_login = user.expiry_announced_at = None
    user.save()
    user.forget_roles()
    ErasureRequest.objects.filter(user=user).update(words="")
    leaver.rows += list(user.erasure_requests.all())


@erases
def forget_paperwork(leaver: Leaver) -> None:
    """Invitations to the person, and applications that they sent: the organisation's part stays."""
    portal = User.objects.system()
    for invitation in Invitation.objects.filter(email__in=leaver.addresses):
        if invitation.status == Invitation.Status.OPEN:
            invitation = workflow.perform(Invitation.objects.all(), invitation.pk, WITHDRAW, actor=portal)
        leaver.rows.append(invitation)
        invitation.email, invitation.name = nobody(invitation.pk), ""
        invitation.save(update_fields=["email", "name"])
    for application in Application.objects.filter(email__in=leaver.addresses):
        application.email, application.contact_name = nobody(application.pk), ""
        application.save(update_fields=["email", "contact_name", "name_key"])


@erases
def end_roles(leaver: Leaver) -> None:
    """Runs before the others of this file: while the roles hold, it can be said for whom they ended."""
    for held in leaver.user.representations.current().select_related("organisation", "user"):
        representatives.end_for_good(held, actor=leaver.actor)
    for role in StaffRole.objects.current().filter(user=leaver.user):
        role.ends = role.last_day_if_over_now
        role.save(update_fields=["ends"])
        workflow.act(END_STAFF_ROLE, role, actor=leaver.actor)
    leaver.rows += [
        *Representation.objects.filter(user=leaver.user),
        *StaffRole.objects.filter(user=leaver.user),
    ]
