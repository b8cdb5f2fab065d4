"""What of groups can be put to a committee in writing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from committees import matters
from committees.models import Decision
from groups import services
from groups.models import GroupChange, Proposal, Recommendation, WorkPlan
from groups.planning import missing


def _reasons(problems: dict[str, str]) -> str:
    return " ".join(problems.values())


def _proposal_problem(proposal: Proposal) -> str:
    if proposal.status != Proposal.Status.SUBMITTED:
        return _("The proposal is not with the committee.")
    return _reasons(proposal.obstacles())


def _plan_problem(plan: WorkPlan) -> str:
    if plan.status != WorkPlan.Status.SUBMITTED:
        return _("The work plan is not with the committee.")
    return _reasons(missing(plan))


def _change_problem(change: GroupChange) -> str:
    if change.status != GroupChange.Status.ASKED:
        return _("It is decided already.")
    return _reasons(change.problems())


def _recommendation_problem(recommendation: Recommendation) -> str:
    return recommendation.problem() if recommendation.is_editable else _("It is issued already.")


def _issue(pk: int, actor: Any, note: str) -> Any:
    return services.issue_recommendation(recommendation_id=pk, actor=actor, note=note)


def _accept(pk: int, actor: Any, note: str) -> Any:
    return services.accept_proposal(proposal_id=pk, actor=actor, note=note)


def _approve(pk: int, actor: Any, note: str) -> Any:
    return services.approve_plan(plan_id=pk, actor=actor, note=note)


def _grant(pk: int, actor: Any, note: str) -> Any:
    return services.grant_change(change_id=pk, actor=actor, note=note)


matters.add(
    matters.Matter(
        key="proposal",
        model=Proposal,
        right=lambda proposal: "groups.accept_proposal",
        ready=_proposal_problem,
        adopt=_accept,
        committee=lambda proposal: proposal.committee,
        kind=lambda proposal: Decision.Kind.PROPOSAL,
    )
)
matters.add(
    matters.Matter(
        key="workplan",
        model=WorkPlan,
        right=lambda plan: "groups.approve_workplan",
        ready=_plan_problem,
        adopt=_approve,
        committee=lambda plan: plan.group.committee,
        kind=lambda plan: Decision.Kind.PLAN,
    )
)
matters.add(
    matters.Matter(
        key="change",
        model=GroupChange,
        right=lambda change: f"groups.grant_{change.kind}",
        ready=_change_problem,
        adopt=_grant,
        committee=lambda change: change.group.committee,
        kind=lambda change: change.kind,
    )
)
matters.add(
    matters.Matter(
        key="recommendation",
        model=Recommendation,
        right=lambda recommendation: "groups.issue_recommendation",
        ready=_recommendation_problem,
        adopt=_issue,
        committee=lambda recommendation: recommendation.committee,
        kind=lambda recommendation: Decision.Kind.RECOMMENDATION,
    )
)
