"""Opening a group or a plan to a named person until a day, and closing it again. The person is invited, and nothing is
open before they accept: with or without an account, whoever invites sees the same."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import grants, outbox, permissions, workflow
from core.workflow import Incomplete
from groups import steps
from groups.models import Group, GroupGrant, GuestInvitation, WorkPlan, WorkPlanGrant
from members.models import User, new_token, today
from members.signing_up import InvitationExpired, InvitationVoid

LONGEST_DAYS = 366
REMIND_DAYS = 7  # before the last day
TABLES: dict[str, type[GroupGrant] | type[WorkPlanGrant]] = {one.KIND: one for one in (GroupGrant, WorkPlanGrant)}


def _check_day(until: date) -> None:
    last = today() + timedelta(days=LONGEST_DAYS)
    if until < today():
        raise Incomplete({"until": _("This day is past: name today or a later one.")})
    if until > last:
        words = _("A guest comes for a year at most: until %(day)s. It can be given again.")
        raise Incomplete({"until": words % {"day": date_format(last, "SHORT_DATE_FORMAT")}})


def is_void(invitation: GuestInvitation) -> bool:
    """Whether it rests on a right that is gone: who sent it could not send it today."""
    return not invitation.invited_by.has_perm("groups.admit_guest", invitation.group)


@transaction.atomic
def invite_guest(
    *, group_id: int, name: str, email: str, until: date, actor: User, plan_id: int | None = None, note: str = ""
) -> GuestInvitation:
    """Invite somebody to see a group, or one of its plans, until a day. Who has been invited already, and has not
    accepted, gets a new link; the old one stops working. Raises Incomplete where the day or the plan does not fit."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)  # two at once: the second finds the row
    permissions.require(actor, "groups.admit_guest", group)
    _check_day(until)
    plan = WorkPlan.objects.filter(pk=plan_id, group=group).first() if plan_id is not None else None
    if plan_id is not None and plan is None:
        raise Incomplete({"plan_id": _("This plan is not one of the group.")})
    email = email.strip().lower()
    row = GuestInvitation.objects.open().filter(group=group, plan=plan, email=email).first()
    verb = steps.ASK_GUEST_AGAIN if row else steps.ASK_GUEST
    row = row or GuestInvitation(group=group, plan=plan, email=email, created_at=timezone.now())
    row.name, row.until, row.note, row.invited_by, row.token = name, until, note, actor, new_token()
    row.expires_at = min(timezone.now() + timedelta(days=settings.INVITATION_DAYS), _end_of(until))
    row.save()
    workflow.act(verb, row, actor=actor, note=_of_day(until, note), data={"until": until.isoformat()})
    url = settings.PORTAL_URL + reverse("groups:guest_invitation", args=[row.token])
    outbox.post_template("guest_invitation", to=email, invitation=row, url=url)
    return row


def _of_day(until: date, note: str) -> str:
    day = _("Until %(day)s.") % {"day": date_format(until, "DATE_FORMAT")}
    return f"{day} {note}".strip()


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


@transaction.atomic
def accept_guest(*, invitation_id: int, actor: User) -> GroupGrant | WorkPlanGrant:
    """The invited person comes in: from now until the day that was named. For who is a guest already the day is set
    anew. Raises InvitationExpired, InvitationVoid, InvalidTransition (used or withdrawn) or Denied (the invitation is
    for another address)."""
    row = GuestInvitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    if row.status == GuestInvitation.Status.OPEN and row.is_expired:
        raise InvitationExpired(_("This invitation has expired."))
    if row.status == GuestInvitation.Status.OPEN and is_void(row):
        raise InvitationVoid(_("Who sent this invitation does not lead the group any more."))
    workflow.perform(
        GuestInvitation.objects.all(),
        invitation_id,
        steps.ACCEPT_GUEST,
        actor=actor,
        note=_of_day(row.until, ""),
        data={"until": row.until.isoformat()},
        accepted_at=timezone.now(),
        accepted_by=actor,
    )
    table = WorkPlanGrant if row.plan else GroupGrant
    given: GroupGrant | WorkPlanGrant = grants.give(table.RIGHT, actor, row.opened, until=row.until, by=row.invited_by)
    if row.name and not actor.name:
        actor.name = row.name
        actor.save(update_fields=["name"])
    return given


@transaction.atomic
def withdraw_guest(*, invitation_id: int, actor: User) -> GuestInvitation:
    row: GuestInvitation = workflow.perform(
        GuestInvitation.objects.all(), invitation_id, steps.WITHDRAW_GUEST, actor=actor
    )
    return row


@transaction.atomic
def extend_guest(*, kind: str, grant_id: int, until: date, actor: User) -> None:
    """Another last day for who is a guest: a later or an earlier one. Raises Incomplete where it does not fit."""
    row = TABLES[kind].objects.select_for_update(of=("self",)).get(pk=grant_id)
    permissions.require(actor, "groups.admit_guest", row.group)
    _check_day(until)
    row.until = until
    row.save(update_fields=["until"])
    workflow.act(steps.EXTEND_GUEST, row, actor=actor, note=_of_day(until, ""), data={"until": until.isoformat()})


@transaction.atomic
def revoke_guest(*, kind: str, grant_id: int, actor: User, note: str = "") -> None:
    """From now on; an invitation to the same that the guest has not accepted yet would undo it, and is taken back.
    Whoever comes second finds nothing left to do."""
    found = TABLES[kind].objects.filter(pk=grant_id).first()
    asked = list(_asked_again(found)) if found else []  # locked first, in the order in which accepting locks them
    row = TABLES[kind].objects.select_for_update(of=("self",)).filter(pk=grant_id).first()
    if row is None:
        return
    permissions.require(actor, "groups.revoke_guest", row.group)
    workflow.act(steps.REVOKE_GUEST, row, actor=actor, note=note)
    row.delete()
    for invitation in asked:
        withdraw_guest(invitation_id=invitation.pk, actor=actor)


def _asked_again(row: GroupGrant | WorkPlanGrant) -> QuerySet[GuestInvitation]:
    """What waits for a guest and would open to them what is open to them already."""
    proven = EmailAddress.objects.filter(user=row.user_id, verified=True).values("email")
    rows = GuestInvitation.objects.open().filter(email__in=proven)
    plan = row.content_object if isinstance(row, WorkPlanGrant) else None
    found: QuerySet[GuestInvitation] = rows.filter(group=row.group, plan=plan).select_for_update(of=("self",))
    return found.order_by("pk")


def remind_of_ends() -> int:
    """Every day: guests and leads hear of an access that ends within REMIND_DAYS, once for each last day; returns how
    many were reminded of. What was opened for no longer than that is left alone: they know it."""
    soon, sent = today() + timedelta(days=REMIND_DAYS), 0
    for table in TABLES.values():
        ending = table.objects.filter(until__gte=today(), until__lte=soon).filter(
            ~Q(reminded_of=F("until")) | Q(reminded_of=None)
        )
        sent += sum(_remind(table, pk) for pk in ending.values_list("pk", flat=True))
    return sent


@transaction.atomic
def _remind(table: type[GroupGrant] | type[WorkPlanGrant], pk: int) -> bool:
    row = table.objects.select_for_update(of=("self",)).filter(pk=pk).first()  # two beats: the second finds the day
    if row is None or row.until is None or row.reminded_of == row.until:
        return False
    if row.until - timezone.localdate(row.given_at) <= timedelta(days=REMIND_DAYS):
        return False
    row.reminded_of = row.until
    row.save(update_fields=["reminded_of"])
    note = _("The last day is %(day)s; the lead of the group can name a later one.")
    day = {"day": date_format(row.until, "DATE_FORMAT")}
    workflow.act(steps.REMIND_GUEST, row, actor=User.objects.system(), note=note % day)
    return True
