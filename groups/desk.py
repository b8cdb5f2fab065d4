"""The desk of a committee: what waits for its decision, what is under way, and what is overdue under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from committees import register
from committees.models import Committee, Decision, Procedure
from groups import freshness
from groups.models import Activity, Group, GroupChange, MeetingAction, Proposal, Recommendation, WorkPlan
from members.models import today

ON_THE_PAGE = 6  # of each part, on the page of the committee
LAST_DECISIONS = 8
STALE = 25  # groups without news; the list of groups shows them all
ON_THE_DESK = 100  # of each part, on the page of the desk; the oldest first, so that deciding brings the next


@dataclass(frozen=True)
class Part:
    """The first rows of a part, and how many there are."""

    rows: list[Any]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Desk:
    """A query or two for each part, however much lies there. `is_mine` on what is to decide tells whether the reader
    decides."""

    proposals: Part
    plans: Part
    changes: Part
    drafts: Part
    procedures: Part
    ended: Part
    overdue: Part
    agreed: Part
    stale: Part
    unanswered: Part
    decisions: Part

    @property
    def count(self) -> int:
        """What waits for a decision."""
        return sum(part.count for part in (self.proposals, self.plans, self.changes, self.drafts))


def desk_of(committee: Committee, user: Any, limit: int = ON_THE_PAGE) -> Desk:
    def part(rows: QuerySet[Any], most: int = limit) -> Part:
        found = list(rows.annotate(in_all=Window(Count("pk")))[:most])  # counted before the rest is cut off
        return Part(found, found[0].in_all if found else 0)

    def to_decide(rows: Any, *related: str, by: str = "submitted_at") -> Part:
        rows = Procedure.objects.open().without(rows)  # what the committee has in writing is listed there
        found = part(rows.select_related(*related).order_by(by))
        # Asked of the rows on the page alone: in the query above it would be worked out for all that lies there.
        mine = rows.model.objects.decidable_by(user).filter(pk__in=[row.pk for row in found.rows])
        ids = set(mine.values_list("pk", flat=True))
        for row in found.rows:
            row.is_mine = row.pk in ids
        return found

    def stale() -> Part:
        found = part(
            Group.objects.filter(freshness.is_stale(), committee=committee).order_by("code"), min(limit, STALE)
        )
        news = freshness.last_news_of(found.rows)  # of the rows on the page alone, for the same reason
        for group in found.rows:
            group.last_news = news.get(group.pk)
        return found

    return Desk(
        proposals=to_decide(Proposal.objects.submitted().filter(committee=committee), "organisation"),
        plans=to_decide(WorkPlan.objects.submitted().filter(group__committee=committee), "group"),
        changes=to_decide(
            GroupChange.objects.asked().filter(group__committee=committee), "group", "asked_by", by="asked_at"
        ),
        drafts=to_decide(
            Recommendation.objects.drafts().filter(committee=committee), "committee", "group", by="created_at"
        ),
        procedures=part(Procedure.objects.open().filter(committee=committee).order_by("closes_at")),
        ended=part(Group.objects.active().filter(committee=committee, ends__lt=today()).order_by("ends")),
        overdue=part(
            Activity.objects.overdue()
            .filter(plan__group__committee=committee)
            .select_related("plan__group", "owner", "organisation")
            .order_by("ends")
        ),
        agreed=part(
            MeetingAction.objects.overdue()
            .filter(Q(meeting__committee=committee) | Q(meeting__group__committee=committee))
            .select_related("meeting__group", "meeting__committee", "owner")
        ),
        stale=stale(),
        unanswered=part(
            Recommendation.objects.unanswered()
            .filter(committee=committee)
            .select_related("committee", "group")
            .order_by("due")
        ),
        decisions=Part(list(register.newest(Decision.objects.filter(committee=committee))[:LAST_DECISIONS]), 0),
    )
