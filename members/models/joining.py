"""How people and organisations come in: by a personal invitation, or by an application that the Office decides."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models.organisations import Organisation
from members.models.people import User
from members.models.representations import Representation
from members.names import SHARED_DOMAINS, name_key


def new_token() -> str:
    """What makes a link personal: 256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


class PersonalInvitationQuerySet(WorkflowQuerySet):
    def addressed_to(self, user: Any) -> Any:
        """Those that wait for this person: sent to one of their proven addresses."""
        proven = user.emailaddress_set.filter(verified=True).values("email")
        return self.usable().filter(email__in=proven)

    def open(self) -> Any:
        """Not accepted, not withdrawn; it may have expired, and is then renewed by inviting again."""
        return self.filter(status=PersonalInvitation.Status.OPEN)

    def usable(self) -> Any:
        return self.open().filter(expires_at__gt=timezone.now())


class PersonalInvitation(WorkflowModel):
    """A personal link by which somebody comes in, with an account that exists or a new one (members.signing_up).

    The token leaves the portal in the e-mail to that address and nowhere else, so whoever holds it reads that mailbox.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("full name"), max_length=150, blank=True)
    status = StateField(max_length=10, choices=Status.choices, default=Status.OPEN)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    label_names_a_person = True

    class Meta:
        abstract = True

    @property
    def is_usable(self) -> bool:
        return self.status == self.Status.OPEN and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class InvitationQuerySet(PersonalInvitationQuerySet):
    def visible_to(self, user: Any) -> InvitationQuerySet:
        """The Office sees all, a primary contact those of the own organisation."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_office:
            return self
        led = [pk for pk, roles in user.organisation_roles.items() if Representation.Role.PRIMARY in roles]
        return self.filter(organisation__in=led)


class Invitation(PersonalInvitation):
    """Into an organisation, in a role."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=10, choices=Representation.Role.choices)
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="invitations_sent", verbose_name=_("invited by")
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("email"), "role", condition=Q(status="open"), name="invitation_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    def acted_for(self, actor: Any) -> Organisation | None:
        """The organisation itself, for those who speak for it."""
        return self.organisation if actor.represents(self.organisation_id) else None

    def event_parents(self) -> Iterator[models.Model]:
        yield self.organisation

    def get_absolute_url(self) -> str:
        return reverse("members:invite_for", args=[self.organisation.code])


class ApplicationQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ApplicationQuerySet:
        """The Office sees what applicants have confirmed by e-mail; they themselves come by their personal link."""
        if getattr(user, "is_authenticated", False) and user.is_office:
            return self.exclude(status=Application.Status.UNCONFIRMED)
        return self.none()

    def resembling(self, application: Application) -> ApplicationQuerySet:
        """Other applications of what may be the same organisation."""
        same = Q(name_key=application.name_key)
        if application.email_domain not in SHARED_DOMAINS:
            same |= Q(email__iendswith=f"@{application.email_domain}")
        return self.filter(same).exclude(pk=application.pk)

    def decided(self) -> ApplicationQuerySet:
        return self.filter(status__in=[Application.Status.ACCEPTED, Application.Status.DECLINED])

    def undecided(self) -> ApplicationQuerySet:
        return self.filter(status__in=[Application.Status.SUBMITTED, Application.Status.RETURNED])


class Application(WorkflowModel):
    """An organisation asks to become a member. It is followed by a personal link, without an account."""

    class Status(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Waiting for its e-mail address to be confirmed")
        SUBMITTED = "submitted", _("With the ASA Office")
        RETURNED = "returned", _("Waiting for an answer from the applicant")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    organisation_name = models.CharField(_("name of the organisation"), max_length=250)
    name_key = models.CharField(max_length=250, editable=False, db_index=True)
    member_type = models.ForeignKey("core.MemberType", on_delete=models.PROTECT, verbose_name=_("kind of organisation"))
    country = models.ForeignKey("core.Country", on_delete=models.PROTECT, verbose_name=_("country"))
    website = models.URLField(_("website"), blank=True)
    contact_name = models.CharField(_("your name"), max_length=150)
    email = models.EmailField(_("your e-mail address"))
    motivation = models.TextField(_("why you want to join"), max_length=4000)
    status = StateField(max_length=12, choices=Status.choices, default=Status.UNCONFIRMED)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["status", "created_at"], name="application_status")]
        constraints = [
            models.UniqueConstraint(
                "name_key",
                Lower("email"),
                condition=Q(status__in=["unconfirmed", "submitted", "returned"]),
                name="application_undecided_once",
            )
        ]

    def __str__(self) -> str:
        return self.organisation_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.organisation_name)[:250]
        super().save(*args, **kwargs)

    def event_parents(self) -> Iterator[models.Model]:
        if self.organisation:
            yield self.organisation

    def get_absolute_url(self) -> str:
        return reverse("members:application_detail", args=[self.pk])

    @property
    def email_domain(self) -> str:
        return self.email.rpartition("@")[2].lower()
