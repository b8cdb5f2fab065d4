"""Everything under the committees that waits for a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committees.models import Procedure
from core.waiting import WaitingItem, in_order, noon, source
from groups import freshness
from groups.meetings import waiting as meetings_waiting
from groups.models import (
    Activity,
    Founder,
    Group,
    GroupChange,
    GroupKind,
    GroupMembership,
    GroupRole,
    GuestInvitation,
    Proposal,
    Recommendation,
    WorkPlan,
)
from groups.models.groups import workspaces_of
from groups.selectors import plans_to_decide, proposals_to_decide, requests_to_decide
from members.models import today

__all__ = ["meetings_waiting", "waiting_for"]
ENDING_DAYS = 60  # so long before its end somebody has to say what becomes of a task force


@source
def waiting_for(user: Any) -> list[WaitingItem]:
    """Everything under the committees that waits for this person, overdue first."""
    if not user.is_authenticated:
        return []
    items = [
        WaitingItem(
            title=proposal.title,
            reason=_("A proposal to decide on, from %(who)s") % {"who": proposal.organisation.shown_name},
            url=proposal.get_absolute_url(),
            since=proposal.submitted_at or proposal.created_at,
            kind="proposal",
            action=_("Decide"),
        )
        for proposal in proposals_to_decide(user)
    ]
    items += [
        WaitingItem(
            title=str(plan),
            reason=_("A work plan to decide on"),
            url=plan.get_absolute_url(),
            since=plan.submitted_at or plan.created_at,
            kind="workplan",
            action=_("Decide"),
        )
        for plan in plans_to_decide(user)
    ]
    items += [
        WaitingItem(
            title=f"{joining.organisation.shown_name} → {joining.group.code}",
            reason=_("A request to join %(group)s") % {"group": joining.group.title},
            url=joining.get_absolute_url(),
            since=joining.requested_at,
            kind="joining",
            action=_("Decide"),
        )
        for joining in requests_to_decide(user)
    ]
    returned = Proposal.objects.filter(
        status=Proposal.Status.RETURNED, organisation__in=list(user.organisation_roles)
    ).select_related("committee")
    items += [
        WaitingItem(
            title=proposal.title,
            reason=_("The committee has returned your proposal with a question"),
            url=proposal.get_absolute_url(),
            since=proposal.submitted_at or proposal.created_at,
            kind="proposal",
            action=_("Answer"),
        )
        for proposal in returned
    ]
    mine = (
        Activity.objects.overdue()
        .filter(owner_id=user.pk)
        .filter(plan__group__in=workspaces_of(user))
        .select_related("plan__group")
    )
    items += [
        WaitingItem(
            title=activity.title,
            reason=_("Your activity in %(group)s is overdue") % {"group": activity.plan.group.code},
            url=reverse("groups:activity_report", args=[activity.pk]),
            since=noon(activity.due),
            kind="activity",
            action=_("Tell how it goes"),
            overdue=True,
        )
        for activity in mine
    ]
    leads = list(GroupRole.objects.of(user).values_list("group", flat=True).distinct())
    if leads:
        items += [*_plans_to_mend(leads), *_years_to_close(leads), *_ending_groups(leads), *_stale_groups(leads)]
    return in_order(
        [
            *items,
            *_changes_to_decide(user),
            *_guest_invitations(user),
            *_recommendations(user),
            *_foundings(user),
            *_invitations(user),
        ]
    )


def _changes_to_decide(user: Any) -> list[WaitingItem]:
    rows = Procedure.objects.open().without(GroupChange.objects.asked().decidable_by(user).select_related("group"))
    return [
        WaitingItem(
            title=str(change),
            reason=_("A request about the future of a group, to decide on"),
            url=change.get_absolute_url(),
            since=change.asked_at,
            kind=change.kind,
            action=_("Decide"),
        )
        for change in rows
    ]


def _guest_invitations(user: Any) -> list[WaitingItem]:
    """Who may still invite is a long question, and hardly anybody is invited: it is put where there is something."""
    asked = GuestInvitation.objects.addressed_to(user)
    if not asked.exists():
        return []
    return [
        WaitingItem(
            title=str(one.opened),
            reason=_("You are invited as a guest by %(who)s") % {"who": one.invited_by},
            url=reverse("groups:guest_invitation", args=[one.token]),
            since=one.created_at,
            kind="guestinvitation",
            action=_("See the invitation"),
        )
        for one in asked.standing().select_related("group", "plan__group", "invited_by")
    ]


def _plans_to_mend(leads: list[int]) -> list[WaitingItem]:
    rows = WorkPlan.objects.filter(status=WorkPlan.Status.RETURNED, group__in=leads).select_related("group")
    return [
        WaitingItem(
            title=str(plan),
            reason=_("The committee has returned the work plan"),
            url=plan.get_absolute_url(),
            since=plan.submitted_at or plan.created_at,
            kind="workplan",
            action=_("Correct it"),
        )
        for plan in rows
    ]


def _years_to_close(leads: list[int]) -> list[WaitingItem]:
    over = WorkPlan.objects.filter(status=WorkPlan.Status.APPROVED, year__lt=today().year)
    return [
        WaitingItem(
            title=str(plan),
            reason=_("The year is over: its closing report is yours to write"),
            url=reverse("groups:closing_report", args=[plan.pk]),
            since=noon(date(plan.year + 1, 1, 1)),
            kind="workplan",
        )
        for plan in over.filter(group__in=leads).select_related("group")
    ]


def _ending_groups(leads: list[int]) -> list[WaitingItem]:
    """Task forces whose end is near or past, as long as nobody has asked for anything."""
    rows = (
        Group.objects.active()
        .filter(pk__in=leads, kind=GroupKind.TASK_FORCE, ends__lte=today() + timedelta(days=ENDING_DAYS))
        .exclude(pk__in=GroupChange.objects.asked().values("group"))
    )
    return [
        WaitingItem(
            title=str(group),
            reason=_("Its term ends: extend it, make it a working group, or close it"),
            url=reverse("groups:future", args=[group.code]),
            since=noon(group.ends if group.is_over else group.ends - timedelta(days=ENDING_DAYS)),
            kind="group",
            due=group.ends,
            action=_("Say what becomes of it"),
            overdue=group.is_over,
        )
        for group in rows
        if group.ends
    ]


def _stale_groups(leads: list[int]) -> list[WaitingItem]:
    """Groups of which nobody has heard; the way leads to the plan in force, if there is one."""
    in_force = WorkPlan.objects.filter(group=OuterRef("pk"), status=WorkPlan.Status.APPROVED, year=today().year)
    rows = freshness.stale(Group.objects.filter(pk__in=leads)).annotate(plan=Subquery(in_force.values("pk")[:1]))
    limit = timedelta(days=settings.GROUP_STALE_DAYS)
    return [
        WaitingItem(
            title=str(group),
            reason=_("No news for %(n)s days: tell how it goes, call a meeting, or ask to close it")
            % {"n": settings.GROUP_STALE_DAYS},
            url=reverse("groups:plan_detail", args=[group.plan]) if group.plan else group.get_workspace_url(),
            since=(group.last_news or noon(group.starts)) + limit,
            kind="group",
            action=_("Tell how it goes"),
        )
        for group in rows
    ]


def _recommendations(user: Any) -> list[WaitingItem]:
    """Drafts to issue, and those that wait for an answer of this person."""
    drafts = Procedure.objects.open().without(Recommendation.objects.drafts().decidable_by(user))
    unanswered = Recommendation.objects.unanswered().addressed_to(user).select_related("committee")
    return [
        *(
            WaitingItem(
                title=one.title,
                reason=_("A recommendation to issue"),
                url=one.get_absolute_url(),
                since=one.created_at,
                kind="recommendation",
                action=_("Decide"),
            )
            for one in drafts
        ),
        *(
            WaitingItem(
                title=str(one),
                reason=_("A recommendation that waits for your answer"),
                url=one.get_absolute_url(),
                since=noon(one.due) if one.is_overdue or one.issued_at is None else one.issued_at,
                kind="recommendation",
                due=one.due,
                action=_("Answer"),
                overdue=one.is_overdue,
            )
            for one in unanswered
        ),
    ]


def _invitations(user: Any) -> list[WaitingItem]:
    """Invitations of groups to an organisation of the person."""
    rows = GroupMembership.objects.invited().filter(
        organisation__in=list(user.organisation_roles), group__status=Group.Status.ACTIVE
    )
    return [
        WaitingItem(
            title=f"{row.group.code} → {row.organisation.shown_name}",
            reason=_("An invitation into the group %(group)s: accept or decline") % {"group": row.group.title},
            url=row.get_absolute_url(),
            since=row.requested_at,
            kind="joining",
            action=_("Accept or decline"),
        )
        for row in rows.select_related("group", "organisation")
    ]


def _foundings(user: Any) -> list[WaitingItem]:
    """Proposals that name an organisation of the person as a founder, which has not answered."""
    rows = Founder.objects.filter(
        status=Founder.Status.ASKED,
        organisation__in=list(user.organisation_roles),
        proposal__status__in=[Proposal.Status.SUBMITTED, Proposal.Status.RETURNED],
    ).select_related("proposal", "organisation")
    return [
        WaitingItem(
            title=row.proposal.title,
            reason=_("%(who)s is named as a founder: confirm or refuse") % {"who": row.organisation.shown_name},
            url=row.get_absolute_url(),
            since=row.proposal.submitted_at or row.proposal.created_at,
            kind="founder",
            action=_("Confirm or refuse"),
        )
        for row in rows
    ]
