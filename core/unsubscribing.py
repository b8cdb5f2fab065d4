"""Stopping e-mails with one click (RFC 8058): a signed address in each of them, which works without signing in.

It names a person by number and a kind, and is of no use for anything else. It does not run out: an e-mail is kept for
years, and whoever finds it may still have had enough. Mail servers ask in addition that the headers are covered by the
DKIM signature, which is for the server that sends the portal's mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from core import kinds
from core.models import Pace

DIGEST = "digest"  # stands for every kind that comes with the digest
ONE_CLICK = {"List-Unsubscribe": "One-Click"}  # the body of the POST, RFC 8058 section 3.1
_signer = signing.Signer(sep=".", salt="core.unsubscribe")


def address(user_id: int, code: str) -> str:
    token = _signer.sign(signing.b64_encode(f"{user_id}:{code}".encode()).decode())
    return settings.PORTAL_URL + reverse("core:unsubscribe", args=[token])


def headers(user_id: int, code: str) -> dict[str, str]:
    """None for what nobody can stop."""
    if kinds.kind(code).binding:
        return {}
    ((name, value),) = ONE_CLICK.items()
    return {"List-Unsubscribe": f"<{address(user_id, code)}>", "List-Unsubscribe-Post": f"{name}={value}"}


def read(token: str) -> tuple[int, str] | None:
    """The person and the kind; None when the portal has not signed it."""
    try:
        user_id, _colon, code = signing.b64_decode(_signer.unsign(token).encode()).decode().partition(":")
        return int(user_id), code
    except (signing.BadSignature, ValueError):
        return None


def name_of(code: str) -> str:
    return _("what comes with the digest") if code == DIGEST else f"“{kinds.kind(code).name}”"


def stop(user_id: int, code: str) -> None:
    """Done again it changes nothing; for an account that is closed nothing is to be done."""
    if not get_user_model().objects.filter(pk=user_id, is_active=True).exists():
        return
    digested = {Pace.DAILY, Pace.WEEKLY}
    chosen = kinds.paces_of(user_id).items()
    kinds.stop(user_id=user_id, codes=[one for one, pace in chosen if pace in digested] if code == DIGEST else [code])
