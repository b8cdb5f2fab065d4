"""What people agree to, and take back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from members.models import Application, Consent, User

# Of templates/members/privacy_notice.html: other words are another version, so that each consent says to which it was.
NOTICE_VERSION = "1.1"
NOTICE_FROM = date(2026, 11, 23)


def latest(user: User) -> dict[str, Consent]:
    """{kind: the last answer}"""
    answers: dict[str, Consent] = {}
    for one in Consent.objects.filter(user=user).order_by("at", "pk"):
        answers[one.kind] = one
    return answers


def has_read_notice(user: User) -> bool:
    """Whether the person has confirmed the notice that is in force."""
    found = Consent.objects.filter(user=user, kind=Consent.Kind.NOTICE, version=NOTICE_VERSION, given=True)
    return found.exists()


@transaction.atomic
def record_consent(*, actor: User, kind: str, given: bool = True) -> Consent | None:
    """A row for each change of mind; the same answer again is none."""
    User.objects.select_for_update().get(pk=actor.pk)  # two clicks at once are one answer
    last = latest(actor).get(kind)
    if last and (last.given, last.version) == (given, NOTICE_VERSION):
        return None
    if last is None and not given:
        return None
    return Consent.objects.create(user=actor, kind=kind, version=NOTICE_VERSION, given=given)


def record_applicant_consent(application: Application) -> Consent:
    return Consent.objects.create(application=application, kind=Consent.Kind.NOTICE, version=NOTICE_VERSION, given=True)
