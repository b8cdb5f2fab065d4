"""How django-allauth behaves here: nobody signs up without an invitation, and mail goes through the outbox."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core import outbox
from members.models import Consent, User
from members.services import consents
from members.signing_up import door_of, followed_invitation, leave_invitation

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return followed_invitation(request) is not None

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)

    def unstash_verified_email(self, request: HttpRequest) -> str | None:
        """The personal link came by e-mail to this address alone, so whoever follows it has proven the address."""
        invitation = followed_invitation(request)
        return invitation.email if invitation else None

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Every way of signing in passes here. The portal's own user takes none of them, and the accounts of the demo
        none in a portal that was taken into use."""
        is_left_from_the_demo = not settings.DEMO and user.email.endswith(f"@{settings.DEMO_DOMAIN}")
        if user.is_system or is_left_from_the_demo:
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: a mail server that is away delays the e-mail and breaks nothing, and the time that a
        page takes does not tell whether an account exists."""
        context = {
            "request": self.request,
            "email": email,
            "current_site": get_current_site(self.request),
            "portal_url": settings.PORTAL_URL,
            **context,
        }
        message = self.render_mail(template_prefix, email, context)
        outbox.post(to=email, subject=message.subject, body=str(message.body))


class MFAAdapter(DefaultMFAAdapter):
    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor keeps the last one."""
        user = authenticator.user
        if not user.must_have_second_factor or authenticator.type not in SECOND_FACTORS:
            return True
        others = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exclude(pk=authenticator.pk)
        return others.exists()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in by the organisation's own provider, for people who are known or hold an invitation. Both sides must
    have proven the address: the provider says that it is verified, and so does the portal or the invitation."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        invitation = followed_invitation(request)
        return invitation is not None and invitation.email.lower() in _proven(sociallogin)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        known = (
            EmailAddress.objects.filter(
                email__in=_proven(sociallogin), verified=True, user__is_active=True, user__is_system=False
            )
            .select_related("user")
            .order_by("pk")
            .first()
        )
        return (known.user, known.email) if known else None

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = super().populate_user(request, sociallogin, data)
        name = data.get("name") or " ".join(filter(None, [data.get("first_name"), data.get("last_name")]))
        user.name = (name or "")[:150]
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Account, role and the notice that was read together, or none of them."""
        invitation = followed_invitation(request)
        if invitation is None:
            raise ImmediateHttpResponse(redirect("account_signup"))  # withdrawn this moment: the page says it is closed
        with transaction.atomic():
            user = super().save_user(request, sociallogin, form)
            consents.record_consent(actor=user, kind=Consent.Kind.NOTICE)
            door_of(invitation).accept(invitation_id=invitation.pk, actor=user)
        leave_invitation(request)
        return user


def _proven(sociallogin: SocialLogin) -> list[str]:
    # "is True": some providers send the words "true" and "false"; words prove nothing.
    return [address.email.lower() for address in sociallogin.email_addresses if address.verified is True]
