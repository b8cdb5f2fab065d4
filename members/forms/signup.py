"""The sign-up forms: allauth's, for the invited address and no other."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.forms import SignupForm as SocialSignupForm
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from members.models import Consent, PersonalInvitation
from members.services import consents
from members.signing_up import InvitationVoid, door_of, followed_invitation, leave_invitation


class _Invited(forms.Form):
    """What both forms ask: the name, and whether the privacy notice was read."""

    name = forms.CharField(label=_("Full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    notice = forms.BooleanField(
        label=_("I have read the privacy notice"), help_text=_("It is linked at the foot of the page.")
    )
    field_order = ["email", "name", "password1", "password2", "notice"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation: PersonalInvitation | None = followed_invitation(context.request)
        if self.invitation:
            # A disabled field takes its value from here, whatever is sent.
            self.initial["email"] = self.invitation.email
            self.initial["name"] = self.initial.get("name") or self.invitation.name
        self.fields["email"].disabled = True
        self.fields["email"].help_text = _("The address that the invitation was sent to.")


class ProvidedSignupForm(_Invited, SocialSignupForm):
    """The first sign-in by a provider; the adapter makes the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.sociallogin.user.name or self.initial.get("name", "")
        self.initial["name"] = self.fields["name"].initial


class InvitedSignupForm(_Invited, SignupForm):
    def save(self, request: HttpRequest) -> AbstractBaseUser:
        """Account and role together, or none of them."""
        followed = self.invitation
        if followed is None:
            raise ImmediateHttpResponse(redirect("account_signup"))  # withdrawn this moment: the page says it is closed
        door = door_of(followed)
        rows: Any = door.model._default_manager.all()
        try:
            with transaction.atomic():
                # The lock: of two clicks at once the second waits here, and then finds the invitation used.
                rows.usable().select_for_update(of=("self",)).get(pk=followed.pk)
                user = super().save(request)
                consents.record_consent(actor=user, kind=Consent.Kind.NOTICE)
                door.accept(invitation_id=followed.pk, actor=user)
        except (door.model.DoesNotExist, InvitationVoid):
            raise ImmediateHttpResponse(redirect(door.page, followed.token))
        leave_invitation(request)
        return user
