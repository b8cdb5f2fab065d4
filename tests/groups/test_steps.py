"""Each step that can be taken, and who may take it: the rest are refused with a reason, and nothing changes."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from core import events, permissions
from groups import services
from groups.models import Founder
from tests.factories.groups import (
    GroupChangeFactory,
    GroupFactory,
    GroupMembershipFactory,
    JoinRequestFactory,
    ProposalFactory,
    RecommendationFactory,
    TaskForceFactory,
    WorkPlanFactory,
    make_lead,
)
from tests.personas import NAMES

pytestmark = pytest.mark.django_db

ACME = {"primary", "reporter", "delegate"}
STEERING = {"chair", "vice_chair"}


def _group(p):
    group = GroupFactory()
    make_lead(group, user=p.primary, organisation=p.organisation)
    return group


def _proposal(p, **more):
    return ProposalFactory(organisation=p.organisation, proposer=p.primary, **more)


def _plan(p, state):
    return WorkPlanFactory(group=_group(p), state=state)


def _activity(p):
    return _plan(p, "approved").activities.first()


def _change(p, kind):
    group = TaskForceFactory()
    make_lead(group, user=p.primary, organisation=p.organisation)
    return GroupChangeFactory(group=group, kind=kind, asked_by=p.primary)


# step: (what it starts from, the act, who may)
STEPS = {
    "proposal.submit": (_proposal, lambda o, **a: services.submit_proposal(proposal_id=o.pk, actor=a["actor"]), ACME),
    "proposal.accept": (
        lambda p: _proposal(p, submitted=True),
        lambda o, **a: services.accept_proposal(proposal_id=o.pk, **a),
        STEERING,
    ),
    "proposal.return": (
        lambda p: _proposal(p, submitted=True),
        lambda o, **a: services.return_proposal(proposal_id=o.pk, **a),
        STEERING,
    ),
    "proposal.decline": (
        lambda p: _proposal(p, submitted=True),
        lambda o, **a: services.decline_proposal(proposal_id=o.pk, **a),
        STEERING,
    ),
    **{
        f"founder.{verb}": (
            lambda p: Founder.objects.create(
                proposal=ProposalFactory(submitted=True), organisation=p.organisation, status="asked"
            ),
            lambda o, act=act, **a: act(founder_id=o.pk, **a),
            ACME,
        )
        for verb, act in (("confirm", services.confirm_founding), ("refuse", services.refuse_founding))
    },
    "joining.admit": (
        lambda p: JoinRequestFactory(group=_group(p)),
        lambda o, **a: services.admit(membership_id=o.pk, **a),
        {"primary"},
    ),
    "joining.refuse": (
        lambda p: JoinRequestFactory(group=_group(p)),
        lambda o, **a: services.refuse(membership_id=o.pk, **a),
        {"primary"},
    ),
    "joining.withdraw": (
        lambda p: JoinRequestFactory(group=GroupFactory(), organisation=p.organisation),
        lambda o, **a: services.withdraw(membership_id=o.pk, **a),
        ACME,
    ),
    "joining.leave": (
        lambda p: GroupMembershipFactory(organisation=p.organisation),
        lambda o, **a: services.leave(membership_id=o.pk, **a),
        ACME,
    ),
    "joining.remove": (
        lambda p: GroupMembershipFactory(group=_group(p)),
        lambda o, **a: services.remove(membership_id=o.pk, **a),
        {"primary"},
    ),
    "workplan.submit": (
        lambda p: _plan(p, "draft"),
        lambda o, **a: services.submit_plan(plan_id=o.pk, actor=a["actor"]),
        {"primary"},
    ),
    "workplan.return": (
        lambda p: _plan(p, "submitted"),
        lambda o, **a: services.return_plan(plan_id=o.pk, **a),
        STEERING,
    ),
    "workplan.approve": (
        lambda p: _plan(p, "submitted"),
        lambda o, **a: services.approve_plan(plan_id=o.pk, **a),
        STEERING,
    ),
    "workplan.complete": (
        lambda p: _plan(p, "approved"),
        lambda o, **a: services.complete_plan(plan_id=o.pk, **a),
        set(),  # its year is not over
    ),
    **{
        f"{kind}.{verb}": (
            lambda p, kind=kind: _change(p, kind),
            lambda o, act=act, **a: act(change_id=o.pk, **a),
            {"primary"} if verb == "withdraw" else STEERING | ({"office"} if kind == "closing" else set()),
        )
        for kind in ("extension", "conversion", "closing")
        for verb, act in (
            ("grant", services.grant_change),
            ("decline", services.decline_change),
            ("withdraw", services.withdraw_change),
        )
    },
    "recommendation.issue": (
        lambda p: RecommendationFactory(),
        lambda o, **a: services.issue_recommendation(recommendation_id=o.pk, **a),
        STEERING,
    ),
    **{
        f"recommendation.{verb}": (
            lambda p: RecommendationFactory(issued=True, group=_group(p)),
            lambda o, answer=answer, **a: services.answer_recommendation(recommendation_id=o.pk, answer=answer, **a),
            {"primary"},
        )
        for verb, answer in (("accept", "accepted"), ("accept_partly", "partly"), ("decline", "declined"))
    },
    "recommendation.close": (
        lambda p: RecommendationFactory(issued=True, status="accepted"),
        lambda o, **a: services.close_recommendation(recommendation_id=o.pk, **a),
        STEERING,
    ),
    "activity.start": (
        _activity,
        lambda o, **a: services.report_activity(activity_id=o.pk, status="running", progress=10, **a),
        {"primary"},
    ),
    "activity.finish": (
        _activity,
        lambda o, **a: services.report_activity(activity_id=o.pk, status="done", progress=100, **a),
        {"primary"},
    ),
    "activity.drop": (
        _activity,
        lambda o, **a: services.report_activity(activity_id=o.pk, status="dropped", progress=0, **a),
        {"primary"},
    ),
}


@pytest.mark.parametrize("verb", STEPS)
def test_each_step_is_for_those_named_and_refused_to_others_with_a_reason(personas, verb):
    make, act, allowed = STEPS[verb]
    for who in NAMES:
        with transaction.atomic():
            _try(make(personas), act, verb, personas[who], who in allowed)
            transaction.set_rollback(True)


def _try(subject, act, verb, actor, may):
    before = subject.status
    if may:
        act(subject, actor=actor, note="Because.")
        subject.refresh_from_db()
        assert subject.status != before
        event = events.of(subject).get(verb=verb)
        assert (event.actor, event.from_state, event.to_state) == (actor, before, subject.status)
        return
    with pytest.raises(permissions.Denied) as refusal:
        act(subject, actor=actor, note="Because.")
    assert str(refusal.value).endswith("."), actor
    if isinstance(actor, AnonymousUser):
        assert str(refusal.value) == "Please sign in first."
    subject.refresh_from_db()
    assert subject.status == before
    assert not events.of(subject).filter(verb=verb).exists()
