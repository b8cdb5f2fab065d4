"""How long members keep what nobody needs any more. `core.retention` says how rules work."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import events, outbox, workflow
from core.forgetting import forget_words, words_of
from core.models import Digest, Letter, Notification
from core.models.outbox import Outgoing
from core.retention import Rule, add_rule, before
from members.merging.forgetting import without_rows
from members.models import (
    Application,
    ErasureRequest,
    Invitation,
    Merge,
    PersonalInvitation,
    Representation,
    StaffRole,
    User,
)
from members.models.merges import UNDO_DAYS
from members.privacy import nobody
from members.services import logos
from members.services.erasure import NotYet, forget_person
from members.signing_up import is_invited

_ON_THEIR_WAY = (Outgoing.Email.PENDING, Outgoing.Email.SENDING)
ANNOUNCE = events.name_verb("account.expire_soon", _("will erase your account unless you sign in again"))
INVITATION_GOES = events.name_verb("invitation.expire_soon", _("will forget whom an invitation was for"))
log = logging.getLogger("portal.retention")
ERASED = events.name_verb("account.expire", _("erased an account that nobody used"))


# -- Accounts ---------------------------------------------------------------------------------------------------------
def unused(moment: datetime, days: int) -> QuerySet[User]:
    """Accounts of people without any role, who have not signed in for so many days at that moment, and whose last role
    ended as long ago."""
    longest = timezone.localdate(before(moment, days))
    roles = Q(user=OuterRef("pk")) & (Q(ends=None) | Q(ends__gte=longest))
    return (
        User.objects.filter(anonymised_at=None, is_system=False)
        .annotate(last_seen=Coalesce(F("last_login"), F("date_joined")))
        .filter(last_seen__lt=before(moment, days))
        .exclude(Exists(Representation.objects.filter(roles)))
        .exclude(Exists(StaffRole.objects.filter(roles)))
        .exclude(Exists(ErasureRequest.objects.open().filter(user=OuterRef("pk"))))
        .order_by("last_seen")
    )


def announced_in_time(moment: datetime) -> QuerySet[User]:
    """Told so many days before, and not seen since."""
    told = before(moment, settings.RETENTION_ANNOUNCE_DAYS)
    return unused(moment, ACCOUNTS.days).filter(expiry_announced_at__lte=told, expiry_announced_at__gte=F("last_seen"))


def announce_expiry(now: datetime) -> int:
    """Tell those whose account would go so many days from now; a notification in the portal and by e-mail."""
    soon = now + timedelta(days=settings.RETENTION_ANNOUNCE_DAYS)
    waiting = unused(soon, ACCOUNTS.days).exclude(expiry_announced_at__gte=F("last_seen"))
    portal, count = User.objects.system(), 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=pk)
            if not waiting.filter(pk=pk).exists():
                continue
            user.expiry_announced_at = now
            user.save(update_fields=["expiry_announced_at"])
            workflow.act(
                ANNOUNCE,
                user,
                actor=portal,
                note=_t("Nobody has signed in with it for a long time. It will be erased on %(day)s or later.")
                % {"day": timezone.localdate(soon).strftime("%d.%m.%Y")},
            )
            count += 1
    return count


def forget_accounts(users: list[User]) -> list[int]:
    """Whoever cannot be forgotten yet (an unfinished import names them) waits, and holds up nobody else."""
    portal, waiting = User.objects.system(), []
    for user in users:
        try:
            with transaction.atomic():
                workflow.act(ERASED, user, actor=portal)
                forget_person(user_id=user.pk, actor=portal, is_confirmed=False)
        except NotYet as problem:
            log.warning("account %s waits: %s", user.pk, problem)
            waiting.append(user.pk)
    return waiting


def _last_seen(user: Any) -> datetime:
    """So that the days from here end where the announced time does."""
    seen: datetime = user.last_login or user.date_joined
    told: datetime = user.expiry_announced_at or seen
    return max(seen, told - timedelta(days=ACCOUNTS.days - settings.RETENTION_ANNOUNCE_DAYS))


ACCOUNTS = add_rule(
    Rule(
        key="accounts",
        title=_("Accounts that nobody uses"),
        what=_("Accounts of people who hold no role and have not signed in. They are told by e-mail beforehand."),
        setting="RETENTION_INACTIVE_ACCOUNT_DAYS",
        rows=announced_in_time,
        forget=forget_accounts,
        since="last_seen",
        shown_since=_last_seen,
        announces_itself=announce_expiry,
    )
)


# -- Paperwork of coming in -------------------------------------------------------------------------------------------
def closed_applications(moment: datetime) -> QuerySet[Application]:
    """Declined, or never confirmed. The days count from the decision, or from the sending."""
    over = Q(status=Application.Status.DECLINED) | Q(status=Application.Status.UNCONFIRMED)
    return Application.objects.annotate(since=Coalesce(F("decided_at"), F("confirmed_at"), F("created_at"))).filter(
        over
    )


def tell_applicant(one: Application, day: date) -> None:
    """Not to an address that nobody has confirmed: it may be a stranger's."""
    if one.status == Application.Status.DECLINED:
        outbox.post_template("application_expires", to=one.email, application=one, day=day)


def forget_applications(rows: list[Application]) -> None:
    for one in rows:
        _forget_contact(one, one.email, one.contact_name)
    Application.objects.filter(pk__in=[one.pk for one in rows]).delete()


APPLICATIONS = add_rule(
    Rule(
        key="applications",
        title=_("Declined and unconfirmed applications"),
        what=_("The whole application goes; that one was declined, and why, stays in the trail without the person."),
        setting="RETENTION_APPLICATION_DAYS",
        rows=closed_applications,
        forget=forget_applications,
        since="since",
        announce=tell_applicant,
    )
)


def closed_invitations(moment: datetime) -> QuerySet[Invitation]:
    """Expired or withdrawn, with an address still on it."""
    return (
        Invitation.objects.exclude(status=Invitation.Status.ACCEPTED)
        .exclude(email__endswith="@portal.invalid")
        .filter(expires_at__lt=moment)
    )


def tell_who_invited(one: Invitation, day: date) -> None:
    """Whoever was invited has not answered, and is not written to again."""
    note = _t("The address and the name go on %(day)s or later.") % {"day": date_format(day)}
    workflow.act(INVITATION_GOES, one, actor=User.objects.system(), note=note)


def forget_invitations(rows: Sequence[PersonalInvitation]) -> None:
    """Who invited into which role is kept; whom is not."""
    for one in rows:
        _forget_contact(one, one.email, one.name)
        one.email, one.name = nobody(one.pk), ""
        one.save(update_fields=["email", "name"])


INVITATIONS = add_rule(
    Rule(
        key="invitations",
        title=_("Expired and withdrawn invitations"),
        what=_("The address and the name of who was invited go."),
        setting="RETENTION_INVITATION_DAYS",
        rows=closed_invitations,
        forget=forget_invitations,
        since="expires_at",
        announce=tell_who_invited,
    )
)


def _forget_contact(row: Model, address: str, name: str) -> None:
    """The address out of letters and of all words, unless it belongs to somebody who has an account or is still being
    written to. The name only from beside the address and out of acts on the row: nobody looks at what a rule will
    find, and what people call themselves may be words of the trade. Letters that have not left yet are of something
    else."""
    known = User.objects.filter(Q(email__iexact=address) | Q(emailaddress__email__iexact=address))
    applying = Application.objects.undecided().filter(email__iexact=address)
    if known.exists() or is_invited(address) or applying.exists():
        return
    Letter.objects.filter(to__iexact=address).exclude(email_state__in=_ON_THEIR_WAY).delete()
    namesake = User.objects.filter(name__iexact=name).exists()
    words, instead = words_of("" if namesake else name, [address]), _t("a former contact")
    forget_words(words, instead=instead, beside=[address])
    events.forget(words, instead=instead, among=events.of(row))


# -- Messages and sign-ins --------------------------------------------------------------------------------------------
def read_notifications(moment: datetime) -> QuerySet[Notification]:
    return Notification.objects.exclude(read_at=None).exclude(email_state__in=_ON_THEIR_WAY)


def forget_notifications(rows: list[Notification]) -> None:
    Notification.objects.filter(pk__in=[one.pk for one in rows]).delete()


NOTIFICATIONS = add_rule(
    Rule(
        key="notifications",
        title=_("Read notifications"),
        what=_("The notification goes; what it told of stays in the history."),
        setting="RETENTION_NOTIFICATION_DAYS",
        rows=read_notifications,
        forget=forget_notifications,
        since="read_at",
        label=lambda _row: _("a notification that was read"),
    )
)


def settled_letters(moment: datetime) -> QuerySet[Letter]:
    return Letter.objects.exclude(email_state__in=_ON_THEIR_WAY)


def forget_letters(rows: list[Letter]) -> None:
    Letter.objects.filter(pk__in=[one.pk for one in rows]).delete()


LETTERS = add_rule(
    Rule(
        key="letters",
        title=_("Sent e-mails to addresses"),
        what=_("The record that an e-mail was sent goes. Its words were deleted when it left."),
        setting="RETENTION_LETTER_DAYS",
        rows=settled_letters,
        forget=forget_letters,
        label=lambda _row: _("an e-mail that was sent"),
    )
)


def forget_digests(rows: list[Digest]) -> None:
    Digest.objects.filter(pk__in=[one.pk for one in rows]).delete()


DIGESTS = add_rule(
    Rule(
        key="digests",
        title=_("Sent digests"),
        what=_("The record that a digest was sent goes. Its words are never kept."),
        setting="RETENTION_LETTER_DAYS",
        rows=lambda _moment: Digest.objects.exclude(email_state__in=_ON_THEIR_WAY),
        forget=forget_digests,
        label=lambda _row: _("a digest that was sent"),
    )
)


def ended_sessions(moment: datetime) -> QuerySet[UserSession]:
    """Their sign-in is over: signed out, or expired."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    return UserSession.objects.exclude(Exists(alive))


def forget_sessions(rows: list[UserSession]) -> None:
    UserSession.objects.filter(pk__in=[one.pk for one in rows]).delete()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


SESSIONS = add_rule(
    Rule(
        key="sessions",
        title=_("Sign-ins that are over"),
        what=_("The network address and the browser of each sign-in go."),
        setting="RETENTION_SESSION_DAYS",
        rows=ended_sessions,
        forget=forget_sessions,
        since="last_seen_at",
        label=lambda _row: _("a sign-in that is over"),
    )
)


# -- Merges -----------------------------------------------------------------------------------------------------------
def old_merges(moment: datetime) -> QuerySet[Merge]:
    """Those that cannot be undone any more at that moment, with their undo record."""
    return Merge.objects.filter(made_at__lt=before(moment, UNDO_DAYS)).exclude(journal__has_key="over")


def forget_undo_records(rows: list[Merge]) -> None:
    for one in rows:
        logos.drop_unused(one.merged_row.get("logo"), *one.changed.get("logo", ()))
        one.journal = without_rows(one.journal)
        one.outcome = {name: value for name, value in one.outcome.items() if name == "moved"}
        one.save(update_fields=["journal", "outcome"])


MERGES = add_rule(
    Rule(
        key="merges",
        title=_("Undo records of merged organisations"),
        what=_("Which rows were set aside goes; that the two were merged, when and by whom is kept."),
        setting="RETENTION_MERGE_DAYS",
        rows=old_merges,
        forget=forget_undo_records,
        since="made_at",
    )
)
