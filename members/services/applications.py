"""Applications for membership: sent by a visitor, confirmed by e-mail, decided by the Office."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import outbox, workflow
from core.models import Country, MemberType
from core.workflow import Transition
from members.models import Application, Membership, Organisation, Representation, User
from members.names import SHARED_DOMAINS, name_key
from members.services import consents, invitations, memberships

Status = Application.Status
CONFIRM_DAYS = 7

# An applicant has no account: what they do through their link is recorded as done by the portal.
CONFIRM = Transition(
    "application.confirm",
    sources={Status.UNCONFIRMED},
    target=Status.SUBMITTED,
    phrase=gettext_lazy("received the confirmed application"),
)
ANSWER = Transition(
    "application.answer",
    sources={Status.RETURNED},
    target=Status.SUBMITTED,
    phrase=gettext_lazy("received an answer from the applicant"),
    note_required=True,
)
RETURN = Transition(
    "application.return",
    sources={Status.SUBMITTED},
    target=Status.RETURNED,
    phrase=gettext_lazy("asked the applicant a question"),
    note_required=True,
)
ACCEPT = Transition(
    "application.accept",
    sources={Status.SUBMITTED, Status.RETURNED},
    target=Status.ACCEPTED,
    phrase=gettext_lazy("accepted the application"),
)
DECLINE = Transition(
    "application.decline",
    sources={Status.SUBMITTED, Status.RETURNED},
    target=Status.DECLINED,
    phrase=gettext_lazy("declined the application"),
    note_required=True,
)


class ApplicationExpired(ValueError):
    """The address was not confirmed in time."""


def follow_url(application: Application) -> str:
    """The applicant's personal link: it confirms, follows and answers."""
    return settings.PORTAL_URL + reverse("members:application_follow", args=[application.token])


def is_too_old_to_confirm(application: Application) -> bool:
    return application.created_at < timezone.now() - timedelta(days=CONFIRM_DAYS)


def send_application(
    *,
    organisation_name: str,
    member_type: MemberType,
    country: Country,
    contact_name: str,
    email: str,
    motivation: str,
    website: str = "",
) -> Application:
    """Take an application and send its link to the applicant. Sent twice it is one: the words of the last one count
    until the address is confirmed; after that the link comes once more and nothing changes."""
    values = {
        "organisation_name": organisation_name,
        "member_type": member_type,
        "country": country,
        "website": website,
        "contact_name": contact_name,
        "email": email.strip().lower(),
        "motivation": motivation,
    }
    try:
        with transaction.atomic():
            return _send(values)
    except IntegrityError:  # the same application arrived in this moment
        with transaction.atomic():
            return _send(values)


def _send(values: dict[str, Any]) -> Application:
    application = (
        Application.objects.select_for_update(of=("self",))
        .filter(
            name_key=name_key(values["organisation_name"])[:250],
            email__iexact=values["email"],
            status__in=[Status.UNCONFIRMED, Status.SUBMITTED, Status.RETURNED],
        )
        .first()
    )
    if application is None:
        application = Application.objects.create(**values)
        consents.record_applicant_consent(application)
    elif application.status == Status.UNCONFIRMED:
        for name, value in values.items():
            setattr(application, name, value)
        application.created_at = timezone.now()
        application.save(update_fields=[*values, "name_key", "created_at"])
    _post("application_link", application)
    return application


@transaction.atomic
def confirm_application(*, application_id: int) -> Application:
    """The applicant opened the link: the address is theirs, and the Office hears of the application."""
    application = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    if application.status == Status.UNCONFIRMED and is_too_old_to_confirm(application):
        raise ApplicationExpired(_("The link has expired."))
    application = _step(application_id, CONFIRM, actor=User.objects.system(), confirmed_at=timezone.now())
    _post("application_received", application)
    return application


def answer_application(*, application_id: int, note: str) -> Application:
    return _step(application_id, ANSWER, actor=User.objects.system(), note=note)


@transaction.atomic
def return_application(*, application_id: int, actor: User, note: str) -> Application:
    application = _step(application_id, RETURN, actor=actor, note=note)
    _post("application_returned", application, note=note)
    return application


@transaction.atomic
def decline_application(*, application_id: int, actor: User, note: str) -> Application:
    application = _step(application_id, DECLINE, actor=actor, note=note, decided_at=timezone.now())
    _post("application_declined", application, note=note)
    return application


@transaction.atomic
def accept_application(
    *, application_id: int, actor: User, organisation: Organisation | None = None, note: str = ""
) -> Application:
    """Make the organisation a member (one on record, or a new one), and invite the applicant as its primary contact.
    Raises memberships.NotPossible, with nothing written, where it cannot become one in this way."""
    application = _step(application_id, ACCEPT, actor=actor, note=note, decided_at=timezone.now())
    if organisation is not None:
        # The lock: of two applications of one organisation, accepted at once, the second finds what the first did.
        organisation = Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
        if organisation is None:
            raise memberships.NotPossible(_("This organisation has become part of another record: choose again."))
        if organisation.memberships.open().filter(status=Membership.Status.SUSPENDED).exists():
            raise memberships.NotPossible(
                _(
                    "The membership of %(organisation)s is suspended, and accepting the application would leave it so. "
                    "Lift the suspension first, or end the membership."
                )
                % {"organisation": organisation.shown_name}
            )
    organisation = organisation or Organisation.objects.create(
        legal_name=application.organisation_name,
        member_type=application.member_type,
        country=application.country,
        website=application.website,
        email_domain="" if application.email_domain in SHARED_DOMAINS else application.email_domain,
    )
    application.organisation = organisation
    application.save(update_fields=["organisation", "name_key"])
    memberships.start_membership(organisation_id=organisation.pk, actor=actor)
    _post("application_accepted", application, note=note)
    with suppress(invitations.AlreadyRepresents):  # then the letter above says all
        invitations.invite_person(
            organisation_id=organisation.pk,
            email=application.email,
            name=application.contact_name,
            role=Representation.Role.PRIMARY,
            actor=actor,
        )
    return application


def _step(application_id: int, step: Transition, *, actor: User, note: str = "", **fields: Any) -> Application:
    return workflow.perform(Application.objects.all(), application_id, step, actor=actor, note=note, **fields)


def _post(name: str, application: Application, **context: Any) -> None:
    outbox.post_template(
        name,
        to=application.email,
        application=application,
        url=follow_url(application),
        confirm_days=CONFIRM_DAYS,
        **context,
    )
