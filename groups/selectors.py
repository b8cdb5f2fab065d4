"""What the pages of groups read, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.utils.translation import gettext as _t

from committees.models import Committee, Procedure, Seat
from core import events, grants
from core.models import Event
from groups import comparison, scope
from groups.comparison import Comparison
from groups.models import (
    Activity,
    Document,
    Group,
    GroupChange,
    GroupGrant,
    GroupMembership,
    GroupRole,
    GuestInvitation,
    Output,
    Proposal,
    WorkPlan,
    WorkPlanGrant,
)
from groups.models.groups import GroupQuerySet
from groups.scope import Cause
from members.models import User, today


def group_rows(user: Any) -> GroupQuerySet:
    """Groups for lists: with committee and number of organisations."""
    return Group.objects.visible_to(user).select_related("committee").with_member_count()


def members_of(group: Group) -> QuerySet[GroupMembership]:
    """The organisations that take part, with their people."""
    return (
        GroupMembership.objects.active()
        .filter(group=group)
        .select_related("organisation__member_type", "organisation__country", "representative")
        .prefetch_related("alternates")
        .order_by("organisation__legal_name")
    )


def requests_for(group: Group) -> QuerySet[GroupMembership]:
    return (
        GroupMembership.objects.requested()
        .filter(group=group)
        .select_related("organisation__member_type", "organisation__country", "representative", "requested_by")
        .order_by("requested_at")
    )


def invitations_of(group: Group) -> QuerySet[GroupMembership]:
    """Invitations that nobody has answered yet."""
    return (
        GroupMembership.objects.invited()
        .filter(group=group)
        .select_related("organisation__member_type", "organisation__country", "invited_by")
        .order_by("requested_at")
    )


def guests_of(group: Group) -> list[GroupGrant | WorkPlanGrant]:
    """To whom the group or one of its plans is open today."""
    related = ("user", "given_by")
    whole = grants.in_force(GroupGrant.objects.filter(content_object=group)).select_related(*related, "content_object")
    plans = grants.in_force(WorkPlanGrant.objects.filter(content_object__group=group)).select_related(
        *related, "content_object__group"
    )
    return [*whole.order_by("until", "pk"), *plans.order_by("until", "pk")]


def open_to(user: User) -> list[GroupGrant | WorkPlanGrant]:
    """What is open to the person as a guest today."""
    groups = grants.in_force(GroupGrant.objects.filter(user=user)).select_related("content_object")
    plans = grants.in_force(WorkPlanGrant.objects.filter(user=user)).select_related("content_object__group")
    return [*groups.order_by("until", "pk"), *plans.order_by("until", "pk")]


def guest_invitations_of(group: Group) -> QuerySet[GuestInvitation]:
    """Who has been invited as a guest and has not accepted."""
    rows = GuestInvitation.objects.open().filter(group=group, until__gte=today())
    found: QuerySet[GuestInvitation] = rows.select_related("plan__group", "invited_by")
    return found.order_by("created_at", "pk")


def leads_of(group: Group) -> QuerySet[GroupRole]:
    return GroupRole.objects.in_force().filter(group=group).select_related("user", "organisation")


def plans_of(group: Group, user: Any) -> list[WorkPlan]:
    """The plans of the group that the reader may see, newest year first."""
    return list(
        WorkPlan.objects.visible_to(user)
        .filter(group=group)
        .annotate(
            activity_count=Count("activities"),
            done_count=Count("activities", filter=Q(activities__status=Activity.Status.DONE)),
        )
        .order_by("-year", "-version")
    )


def closing_of(group: Group) -> GroupChange | None:
    """Report and outputs of a closed group, where it was closed by a decision."""
    if group.status != Group.Status.CLOSED:
        return None
    return group.changes.filter(kind=GroupChange.Kind.CLOSING, status=GroupChange.Status.GRANTED).first()


def history_of(group: Group, user: Any) -> QuerySet[Event]:
    """The whole story of a group, from the proposal on, as far as the reader may see what it is about."""
    proposal = Proposal.objects.filter(group=group).first()
    return events.readable_by(user, events.of(*[thing for thing in (group, proposal) if thing is not None]))


def activities_of(plan: WorkPlan) -> list[Activity]:
    rows = list(plan.activities.select_related("activity_type", "organisation", "owner"))
    for row in rows:
        row.plan = plan  # each knows its plan without asking for it
    return rows


def last_return(plan: WorkPlan) -> Event | None:
    """Why the plan is with the lead again; None when it is not."""
    if plan.status != WorkPlan.Status.RETURNED:
        return None
    return events.of(plan).filter(verb="workplan.return").first()


def last_change(plan: WorkPlan) -> Comparison | None:
    """What changed with the last submission: against the one before, or against the version that is in force."""
    pictures = [submission.snapshot for submission in plan.submissions.order_by("number")]
    if len(pictures) > 1:
        return comparison.compare(pictures[-2], pictures[-1])
    if pictures and (before := _version_before(plan)):
        return comparison.compare(comparison.snapshot(before), pictures[-1])
    return None


def unsubmitted_change(plan: WorkPlan) -> Comparison | None:
    """While a returned plan is mended: what is different from what was handed in."""
    last = plan.submissions.order_by("-number").first()
    if last is not None:
        return comparison.compare(last.snapshot, comparison.snapshot(plan))
    if before := _version_before(plan):
        return comparison.compare(comparison.snapshot(before), comparison.snapshot(plan))
    return None


def _version_before(plan: WorkPlan) -> WorkPlan | None:
    return WorkPlan.objects.filter(group=plan.group_id, year=plan.year, version=plan.version - 1).first()


def causes_of(before: WorkPlan, plan: WorkPlan) -> list[Cause]:
    """Why the committee decides on the next version of a plan in force; empty when its chair does."""
    group = plan.group
    return scope.causes(comparison.snapshot(before), comparison.snapshot(plan), group.starts, group.ends)


def plan_to_copy(plan: WorkPlan) -> WorkPlan | None:
    """The plan of the year before, as it stood last; None where something is written in this one already."""
    if not plan.is_editable or plan.objectives.strip() or plan.resources.strip() or plan.activities.exists():
        return None
    before = WorkPlan.objects.filter(group=plan.group_id, year=plan.year - 1, status__in=WorkPlan.SETTLED)
    return before.order_by("-version").first()


@dataclass(frozen=True)
class Route:
    """Who decides on a plan and why: `before` is the version in force that it changes, None for the first of a year;
    `causes` say why the committee decides, `change` is all that changes."""

    before: WorkPlan | None = None
    causes: tuple[Cause, ...] = ()
    change: Comparison | None = None

    @property
    def is_for_the_committee(self) -> bool:
        return bool(self.causes)


def route_of(plan: WorkPlan) -> Route:
    """Of a plan that is not decided yet."""
    before = plan.version_in_force
    if before is None:
        return Route()
    change = comparison.compare(comparison.snapshot(before), comparison.snapshot(plan))
    return Route(before, tuple(causes_of(before, plan)), change)


@dataclass(frozen=True)
class NextStep:
    """Who must act next on a thing, in words, and since when."""

    who: str
    what: str


def who_decides(obj: Proposal | WorkPlan) -> list[User]:
    """Chair and vice-chair who may decide on it today, the chair first."""
    committee = obj.committee if isinstance(obj, Proposal) else obj.group.committee
    seats = Seat.objects.in_force().steering().filter(committee=committee, user__is_active=True)
    recused = obj.recused()
    return [seat.user for seat in seats.select_related("user").order_by("role") if seat.user_id not in recused]


def next_step(obj: Proposal | WorkPlan) -> NextStep | None:
    """Who acts next on a proposal or a plan; None when nobody has to."""
    if obj.is_editable:
        leads = obj.organisation.shown_name if isinstance(obj, Proposal) else _t("the lead of the group")
        again = obj.status == "returned"
        return NextStep(leads, _t("answers and submits it again") if again else _t("finishes and submits it"))
    if obj.status != "submitted":
        return None
    if isinstance(obj, WorkPlan) and route_of(obj).is_for_the_committee:
        return NextStep(_t("the committee"), _t("decides, in writing or at a meeting"))
    names = [str(user) for user in who_decides(obj)]
    return NextStep(_t(" or ").join(names) or _t("the ASA Office"), _t("decides"))


# -- What waits --------------------------------------------------------------------------------------------------------


def proposals_to_decide(user: Any) -> QuerySet[Proposal]:
    """What is with the committee in writing waits for the committee."""
    rows = Proposal.objects.submitted().decidable_by(user).select_related("committee", "organisation")
    found: QuerySet[Proposal] = Procedure.objects.open().without(rows)
    return found.order_by("submitted_at")


def plans_to_decide(user: Any) -> QuerySet[WorkPlan]:
    rows = WorkPlan.objects.submitted().decidable_by(user).select_related("group__committee")
    found: QuerySet[WorkPlan] = Procedure.objects.open().without(rows)
    return found.order_by("submitted_at")


def requests_to_decide(user: Any) -> QuerySet[GroupMembership]:
    return (
        GroupMembership.objects.requested()
        .decidable_by(user)
        .filter(group__status=Group.Status.ACTIVE)
        .select_related("group", "organisation")
        .order_by("requested_at")
    )


def people_in(group: Group) -> QuerySet[User]:
    """Who can be responsible for an activity: leads, representatives and alternates."""
    live = GroupMembership.objects.active().filter(group=group)
    alternates = GroupMembership.alternates.through.objects.filter(groupmembership__in=live.values("pk"))
    return User.objects.filter(
        Q(pk__in=GroupRole.objects.in_force().filter(group=group).values("user"))
        | Q(pk__in=live.values("representative"))
        | Q(pk__in=alternates.values("user")),
        is_active=True,
    ).order_by(F("name"), "pk")


def groups_of_committee(committee: Committee, user: Any, limit: int = 25) -> tuple[list[Group], int]:
    """The first groups of a committee, active ones first, and how many there are."""
    rows = group_rows(user).filter(committee=committee).annotate(in_all=Window(Count("pk")))
    found = list(rows.order_by("status", "code")[:limit])
    return found, found[0].in_all if found else 0


def reported_by(user: Any, plan: WorkPlan, activities: Iterable[Activity]) -> set[int]:
    """Ids of those of a plan whose progress the person records. The rule looks at the plan and at who is responsible:
    one of those that the person leads or owns answers for all."""
    mine = [one for one in activities if one.owner_id == user.pk]
    others = [one for one in activities if one.owner_id != user.pk]
    found: set[int] = set()
    for rows in (mine, others):
        if rows and user.has_perm("groups.report_activity", rows[0]):
            found.update(one.pk for one in rows)
    return found


def outputs_of(group: Group, user: Any, limit: int = 8) -> list[Output]:
    """The newest outputs in use that the reader may see."""
    return list(Output.objects.visible_to(user).current().filter(group=group).select_related("licence")[:limit])


def documents_of(body: Committee | Group, user: Any, limit: int = 5) -> list[Document]:
    """The newest documents in use that the reader may see."""
    rows = Document.objects.visible_to(user).of(body).current()
    return list(rows.select_related("latest")[:limit])


def group_counts() -> dict[int, int]:
    """{committee id: number of active groups}."""
    rows = Group.objects.active().values("committee").annotate(n=Count("pk")).order_by()
    return {row["committee"]: row["n"] for row in rows}
