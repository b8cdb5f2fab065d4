"""A person's part in groups, and how it is given up."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import workflow
from core.forgetting import keep_words
from core.privacy import Leaver, erases, exports
from groups import steps
from groups.models import (
    Activity,
    GroupChange,
    GroupGrant,
    GroupMembership,
    GroupRole,
    GuestInvitation,
    Proposal,
    Recommendation,
    WorkPlan,
    WorkPlanGrant,
)
from members.models import User
from members.privacy import addresses_of, nobody


@exports("group_roles", _("Groups that you lead or led"))
def group_roles(user: Any) -> list[dict[str, Any]]:
    found = GroupRole.objects.filter(user=user).select_related("group", "organisation").order_by("starts", "pk")
    return [
        {
            "group": one.group.code,
            "role": one.role,
            "organisation": one.organisation.code,
            "from": one.starts,
            "until": one.ends,
        }
        for one in found
    ]


@exports("group_memberships", _("Groups in which you speak for an organisation"))
def group_memberships(user: Any) -> list[dict[str, Any]]:
    found = GroupMembership.objects.filter(
        Q(representative=user) | Q(alternates=user) | Q(requested_by=user) | Q(invited_by=user)
    )
    return [
        {
            "group": one.group.code,
            "organisation": one.organisation.code,
            "state": one.status,
            "as": "representative" if one.representative_id == user.pk else "alternate, who asked or who invited",
            "asked_at": one.requested_at,
        }
        for one in found.select_related("group", "organisation").distinct().order_by("pk")
    ]


@exports("activities", _("Activities that you are responsible for"))
def activities(user: Any) -> list[dict[str, Any]]:
    found = Activity.objects.filter(owner=user).select_related("plan__group").order_by("pk")
    return [
        {"title": one.title, "group": one.plan.group.code, "year": one.plan.year, "state": one.status} for one in found
    ]


@exports("writings", _("Proposals, work plans and requests about groups that you wrote"))
def writings(user: Any) -> list[dict[str, Any]]:
    proposals = Proposal.objects.filter(Q(proposer=user) | Q(authors=user)).distinct().order_by("pk")
    plans = WorkPlan.objects.filter(authors=user).select_related("group").order_by("pk")
    advice = Recommendation.objects.filter(authors=user).order_by("pk")
    changes = GroupChange.objects.filter(asked_by=user).select_related("group").order_by("pk")
    return [
        *({"kind": "proposal", "title": one.title, "state": one.status} for one in proposals),
        *({"kind": "work plan", "title": str(one), "state": one.status} for one in plans),
        *({"kind": "recommendation", "title": str(one), "state": one.status} for one in advice),
        *({"kind": one.kind, "title": str(one), "state": one.status} for one in changes),
    ]


@exports("guest_access", _("Groups and plans that are or were open to you as a guest"))
def guest_access(user: Any) -> list[dict[str, Any]]:
    rows = [row for table in (GroupGrant, WorkPlanGrant) for row in table.objects.filter(user=user).order_by("pk")]
    return [{"to": str(row.content_object), "from": row.given_at, "until": row.until} for row in rows]


@exports("guest_invitations", _("Invitations sent to you as a guest"))
def guest_invitations(user: Any) -> list[dict[str, Any]]:
    found = GuestInvitation.objects.filter(email__in=addresses_of(user)).select_related("group", "plan__group")
    return [
        {
            "email": one.email,
            "name": one.name,
            "to": str(one.opened),
            "note": one.note,
            "until": one.until,
            "state": one.status,
            "sent_at": one.created_at,
        }
        for one in found.order_by("pk")
    ]


keep_words(
    "groups.GuestInvitation",
    "name",
    why="who has the same name and another address is somebody else; what has the person's address is found by that",
)


@erases
def forget_guest_invitations(leaver: Leaver) -> None:
    """Who invited to what is kept; whom is not."""
    for row in GuestInvitation.objects.filter(email__in=leaver.addresses):
        if row.status == GuestInvitation.Status.OPEN:
            row = workflow.perform(
                GuestInvitation.objects.all(), row.pk, steps.WITHDRAW_GUEST, actor=User.objects.system()
            )
        leaver.rows.append(row)
        row.email, row.name = nobody(row.pk), ""
        row.save(update_fields=["email", "name"])


@erases
def leave_groups(leaver: Leaver) -> None:
    """Roles end; where the person spoke for an organisation, its place is empty until it names somebody."""
    user = leaver.user
    for role in GroupRole.objects.current().filter(user=user).select_related("group", "organisation"):
        role.end_now()
        workflow.act(steps.END_ROLE, role, actor=leaver.actor)
    leaver.rows += list(GroupRole.objects.filter(user=user))
    GroupMembership.alternates.through.objects.filter(user_id=user.pk).delete()
    for membership in GroupMembership.objects.live().filter(representative=user):
        membership.representative = None
        membership.save(update_fields=["representative"])
        workflow.act(steps.CHANGE_PEOPLE, membership, actor=leaver.actor)
    for table in (GroupGrant, WorkPlanGrant):
        table.objects.filter(user=user).delete()
