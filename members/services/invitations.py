"""Inviting people to represent an organisation, and accepting."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import events, outbox, permissions, workflow
from core.workflow import Transition
from members.models import Invitation, Organisation, Representation, User, new_token
from members.services.representatives import START, begin_role, behalf
from members.signing_up import InvitationExpired, InvitationVoid

CREATE = events.name_verb("invitation.create", gettext_lazy("sent an invitation"))
RENEW = events.name_verb("invitation.renew", gettext_lazy("sent an invitation again"))
ACCEPT = Transition(
    "invitation.accept",
    sources={Invitation.Status.OPEN},
    target=Invitation.Status.ACCEPTED,
    phrase=gettext_lazy("accepted the invitation"),
)
WITHDRAW = Transition(
    "invitation.withdraw",
    sources={Invitation.Status.OPEN},
    target=Invitation.Status.WITHDRAWN,
    phrase=gettext_lazy("withdrew the invitation"),
)


class AlreadyRepresents(ValueError):
    """The person has that role in that organisation already."""


def is_void(invitation: Invitation) -> bool:
    """Whether the invitation rests on a right that is gone: who sent it could not send it today, or the organisation
    was a member and is none any more. It is not withdrawn for that: the right may come back before it expires."""
    organisation = invitation.organisation
    if not invitation.invited_by.has_perm("members.invite_representative", organisation):
        return True
    return organisation.memberships.exists() and not organisation.memberships.open().exists()


def invitation_url(invitation: Invitation) -> str:
    """The personal link. It goes into the e-mail to the invited address and is shown to nobody else."""
    return settings.PORTAL_URL + reverse("members:invitation", args=[invitation.token])


@transaction.atomic
def invite_person(
    *, organisation_id: int, email: str, role: str, actor: User, name: str = ""
) -> tuple[Invitation, bool]:
    """Invite somebody; returns the invitation and whether an e-mail was sent.

    An invitation to the same address for the same role that is still valid is left alone (a form sent twice sends one
    e-mail); one that has expired is renewed. Raises AlreadyRepresents or permissions.Denied."""
    # The lock makes two invitations to one address wait for each other.
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    permissions.require(actor, "members.invite_representative", organisation)
    email = email.strip().lower()
    current = Representation.objects.current().filter(organisation=organisation, role=role)
    if known := current.filter(user__emailaddress__email=email, user__emailaddress__verified=True).first():
        raise AlreadyRepresents(
            _("%(who)s has this role in %(organisation)s already.")
            % {"who": known.user, "organisation": organisation.shown_name}
        )
    invitation = Invitation.objects.open().filter(organisation=organisation, email__iexact=email, role=role).first()
    if invitation and invitation.is_usable:
        return invitation, False
    if invitation:
        return _send_again(invitation, actor), True
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        name=name,
        role=role,
        invited_by=actor,
        expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
    )
    workflow.act(CREATE, invitation, actor=actor, on_behalf_of=behalf(actor, organisation))
    _post(invitation)
    return invitation, True


@transaction.atomic
def resend_invitation(*, invitation_id: int, actor: User) -> Invitation:
    """Send a new link; the old one stops working."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    permissions.require(actor, "members.invite_representative", invitation.organisation)
    if invitation.status != Invitation.Status.OPEN:
        raise workflow.InvalidTransition(ACCEPT, invitation)
    return _send_again(invitation, actor)


@transaction.atomic
def withdraw_invitation(*, invitation_id: int, actor: User) -> Invitation:
    organisation = Invitation.objects.select_related("organisation").get(pk=invitation_id).organisation
    return workflow.perform(
        Invitation.objects.all(), invitation_id, WITHDRAW, actor=actor, on_behalf_of=behalf(actor, organisation)
    )


@transaction.atomic
def accept_invitation(*, invitation_id: int, actor: User) -> Representation:
    """The invited person takes the role. Raises InvitationExpired, InvitationVoid, InvalidTransition (used or
    withdrawn) or Denied (the invitation is for another address)."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    if invitation.status == Invitation.Status.OPEN and invitation.is_expired:
        raise InvitationExpired(_("This invitation has expired."))
    # The lock is that of every change of roles.
    organisation = Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
    if invitation.status == Invitation.Status.OPEN and is_void(invitation):
        raise InvitationVoid(_("Who sent this invitation does not speak for the organisation any more."))
    workflow.perform(
        Invitation.objects.all(),
        invitation_id,
        ACCEPT,
        actor=actor,
        on_behalf_of=organisation,
        accepted_at=timezone.now(),
        accepted_by=actor,
    )
    representation, _new = begin_role(organisation=organisation, user=actor, role=invitation.role)
    workflow.act(START, representation, actor=actor, on_behalf_of=organisation)
    if invitation.name and not actor.name:
        actor.name = invitation.name
        actor.save(update_fields=["name"])
    actor.forget_roles()
    return representation


def _send_again(invitation: Invitation, actor: User) -> Invitation:
    invitation.token = new_token()
    invitation.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    invitation.invited_by = actor
    invitation.save(update_fields=["token", "expires_at", "invited_by"])
    workflow.act(RENEW, invitation, actor=actor, on_behalf_of=behalf(actor, invitation.organisation))
    _post(invitation)
    return invitation


def _post(invitation: Invitation) -> None:
    outbox.post_template("invitation", to=invitation.email, invitation=invitation, url=invitation_url(invitation))
