"""How long members keep what nobody needs any more. `core.retention` says how rules work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import events, workflow
from core.models import Letter, Notification
from core.models.outbox import Outgoing
from core.retention import Rule, add_rule, before
from members.merging.forgetting import forget_words, without_rows
from members.models import Application, ErasureRequest, Invitation, Merge, Representation, StaffRole, User
from members.models.merges import UNDO_DAYS
from members.privacy import nobody
from members.services.erasure import forget_person

ANNOUNCE = events.name_verb("account.expire_soon", _("will erase your account unless you sign in again"))
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


def forget_accounts(users: list[User]) -> None:
    portal = User.objects.system()
    for user in users:
        workflow.act(ERASED, user, actor=portal)
        forget_person(user_id=user.pk, actor=portal)


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
        due=announced_in_time,
        forget=forget_accounts,
        since=_last_seen,
        announce=announce_expiry,
    )
)


# -- Paperwork of coming in -------------------------------------------------------------------------------------------
def closed_applications(moment: datetime) -> QuerySet[Application]:
    """Declined, or never confirmed. The days count from the decision, or from the sending."""
    old = before(moment, APPLICATIONS.days)
    over = Q(status=Application.Status.DECLINED) | Q(status=Application.Status.UNCONFIRMED)
    return (
        Application.objects.annotate(since=Coalesce(F("decided_at"), F("confirmed_at"), F("created_at")))
        .filter(over, since__lt=old)
        .order_by("since")
    )


def forget_applications(rows: list[Application]) -> None:
    for one in rows:
        _forget_address(one.email, one.contact_name)
    Application.objects.filter(pk__in=[one.pk for one in rows]).delete()


def _since_decision(one: Any) -> datetime:
    since: datetime = one.since
    return since


APPLICATIONS = add_rule(
    Rule(
        key="applications",
        title=_("Declined and unconfirmed applications"),
        what=_("The whole application goes; that one was declined, and why, stays in the trail without the person."),
        setting="RETENTION_APPLICATION_DAYS",
        due=closed_applications,
        forget=forget_applications,
        since=_since_decision,
    )
)


def closed_invitations(moment: datetime) -> QuerySet[Invitation]:
    """Expired or withdrawn, with an address still on it."""
    return (
        Invitation.objects.exclude(status=Invitation.Status.ACCEPTED)
        .exclude(email__endswith="@portal.invalid")
        .filter(expires_at__lt=before(moment, INVITATIONS.days))
        .order_by("expires_at")
    )


def forget_invitations(rows: list[Invitation]) -> None:
    """Who invited into which role is kept; whom is not."""
    for one in rows:
        _forget_address(one.email, one.name)
        one.email, one.name = nobody(one.pk), ""
        one.save(update_fields=["email", "name"])


def _expired(one: Any) -> datetime:
    at: datetime = one.expires_at
    return at


INVITATIONS = add_rule(
    Rule(
        key="invitations",
        title=_("Expired and withdrawn invitations"),
        what=_("The address and the name of who was invited go."),
        setting="RETENTION_INVITATION_DAYS",
        due=closed_invitations,
        forget=forget_invitations,
        since=_expired,
    )
)


def _forget_address(address: str, name: str) -> None:
    """Out of letters and of the words of the trail, unless it belongs to somebody who has an account."""
    if User.objects.filter(Q(email__iexact=address) | Q(emailaddress__email__iexact=address)).exists():
        return
    Letter.objects.filter(to__iexact=address).delete()
    forget_words({address, name} if " " in name else {address}, instead=_t("a former contact"))
    events.forget({address, name} if " " in name else {address}, instead=_t("a former contact"))


# -- Messages and sign-ins --------------------------------------------------------------------------------------------
def read_notifications(moment: datetime) -> QuerySet[Notification]:
    waiting = [Outgoing.Email.PENDING, Outgoing.Email.SENDING]
    return (
        Notification.objects.filter(read_at__lt=before(moment, NOTIFICATIONS.days))
        .exclude(email_state__in=waiting)
        .order_by("read_at")
    )


def forget_notifications(rows: list[Notification]) -> None:
    Notification.objects.filter(pk__in=[one.pk for one in rows]).delete()


def _read(one: Any) -> datetime:
    at: datetime = one.read_at
    return at


def _notification_label(one: Any) -> str:
    return _t("a notification that was read")


NOTIFICATIONS = add_rule(
    Rule(
        key="notifications",
        title=_("Read notifications"),
        what=_("The notification goes; what it told of stays in the history."),
        setting="RETENTION_NOTIFICATION_DAYS",
        due=read_notifications,
        forget=forget_notifications,
        since=_read,
        label=_notification_label,
    )
)


def settled_letters(moment: datetime) -> QuerySet[Letter]:
    over = [Outgoing.Email.SENT, Outgoing.Email.FAILED, Outgoing.Email.NONE]
    return Letter.objects.filter(email_state__in=over, created_at__lt=before(moment, LETTERS.days)).order_by(
        "created_at"
    )


def forget_letters(rows: list[Letter]) -> None:
    Letter.objects.filter(pk__in=[one.pk for one in rows]).delete()


def _created(one: Any) -> datetime:
    at: datetime = one.created_at
    return at


LETTERS = add_rule(
    Rule(
        key="letters",
        title=_("Sent e-mails to addresses"),
        what=_("The record that an e-mail was sent goes. Its words were deleted when it left."),
        setting="RETENTION_LETTER_DAYS",
        due=settled_letters,
        forget=forget_letters,
        since=_created,
        label=_notification_label,
    )
)


def ended_sessions(moment: datetime) -> QuerySet[UserSession]:
    """Their sign-in is over: signed out, or expired."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    return (
        UserSession.objects.exclude(Exists(alive))
        .filter(last_seen_at__lt=before(moment, SESSIONS.days))
        .order_by("last_seen_at")
    )


def forget_sessions(rows: list[UserSession]) -> None:
    UserSession.objects.filter(pk__in=[one.pk for one in rows]).delete()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def _last_used(one: Any) -> datetime:
    at: datetime = one.last_seen_at
    return at


def _session_label(one: Any) -> str:
    return _t("a sign-in that is over")


SESSIONS = add_rule(
    Rule(
        key="sessions",
        title=_("Sign-ins that are over"),
        what=_("The network address and the browser of each sign-in go."),
        setting="RETENTION_SESSION_DAYS",
        due=ended_sessions,
        forget=forget_sessions,
        since=_last_used,
        label=_session_label,
    )
)


# -- Merges -----------------------------------------------------------------------------------------------------------
def old_merges(moment: datetime) -> QuerySet[Merge]:
    """Those that cannot be undone any more, with their undo record."""
    days = max(MERGES.days, UNDO_DAYS)
    return Merge.objects.filter(made_at__lt=before(moment, days)).exclude(journal__has_key="over").order_by("made_at")


def forget_undo_records(rows: list[Merge]) -> None:
    for one in rows:
        one.journal = without_rows(one.journal)
        one.outcome = {name: value for name, value in one.outcome.items() if name == "moved"}
        one.save(update_fields=["journal", "outcome"])


def _merged(one: Any) -> datetime:
    at: datetime = one.made_at
    return at


MERGES = add_rule(
    Rule(
        key="merges",
        title=_("Undo records of merged organisations"),
        what=_("Which rows were set aside goes; that the two were merged, when and by whom is kept."),
        setting="RETENTION_MERGE_DAYS",
        due=old_merges,
        forget=forget_undo_records,
        since=_merged,
    )
)
