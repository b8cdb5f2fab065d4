"""Each step that can be taken, and who may take it: the rest are refused with a reason, and nothing changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from committees.models import Committee
from committees.services import procedures, seats
from core import events, permissions
from core.models import Event
from groups import services
from groups.models import Founder, GroupRole
from groups.services import guests, inviting, leading
from members.models import today
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
from tests.factories.members import RepresentationFactory, UserFactory
from tests.personas import NAMES

pytestmark = pytest.mark.django_db

ACME = {"primary", "reporter", "delegate"}
STEERING = {"chair", "vice_chair"}
LEADS = {"primary", "co_lead"}
SEATS = STEERING | {"committee_member"}
WHO = (*NAMES, "co_lead")


def _group(p, make=GroupFactory):
    """Acme leads it; the co-lead is of another member."""
    group = make()
    make_lead(group, user=p.primary, organisation=p.organisation)
    p.co_lead = make_lead(group, role=GroupRole.Role.CO_LEAD).user
    return group


def _invited(p, organisation=None):
    """Of Acme, into a group of somebody else; else of a third, into the group that Acme leads."""
    group = GroupFactory() if organisation else _group(p)
    asked = organisation or RepresentationFactory().organisation
    return GroupMembershipFactory(group=group, organisation=asked, representative=None, status="invited")


def _proposal(p, **more):
    return ProposalFactory(organisation=p.organisation, proposer=p.primary, **more)


def _plan(p, state):
    return WorkPlanFactory(group=_group(p), state=state)


def _activity(p):
    return _plan(p, "approved").activities.first()


def _change(p, kind):
    return GroupChangeFactory(group=_group(p, TaskForceFactory), kind=kind, asked_by=p.primary)


def _procedure(p):
    return procedures.open_procedure(subject=_plan(p, "submitted"), actor=p.chair, last_day=procedures.first_last_day())


def _committee(p):
    return Committee.objects.get(code="TECH")


def _heir():
    row = RepresentationFactory()
    return {"user": row.user, "organisation": row.organisation}


def _joined(group):
    """Somebody whom an organisation in the group has named."""
    heir = _heir()
    GroupMembershipFactory(group=group, organisation=heir["organisation"], representative=heir["user"])
    return heir


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
        LEADS,
    ),
    "joining.refuse": (
        lambda p: JoinRequestFactory(group=_group(p)),
        lambda o, **a: services.refuse(membership_id=o.pk, **a),
        LEADS,
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
    "joining.accept": (
        lambda p: _invited(p, p.organisation),
        lambda o, actor, note: inviting.accept_invitation(
            membership_id=o.pk, actor=actor, representative=o.organisation.representations.all()[0].user
        ),
        ACME,
    ),
    "joining.decline": (
        lambda p: _invited(p, p.organisation),
        lambda o, **a: inviting.decline_invitation(membership_id=o.pk, **a),
        ACME,
    ),
    "joining.uninvite": (
        lambda p: _invited(p),
        lambda o, **a: inviting.take_back_invitation(membership_id=o.pk, **a),
        LEADS,
    ),
    "joining.remove": (
        lambda p: GroupMembershipFactory(group=_group(p)),
        lambda o, **a: services.remove(membership_id=o.pk, **a),
        LEADS,
    ),
    "workplan.submit": (
        lambda p: _plan(p, "draft"),
        lambda o, **a: services.submit_plan(plan_id=o.pk, actor=a["actor"]),
        LEADS,
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
            LEADS if verb == "withdraw" else STEERING | ({"office"} if kind == "closing" else set()),
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
            LEADS,
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
        LEADS,
    ),
    "activity.finish": (
        _activity,
        lambda o, **a: services.report_activity(activity_id=o.pk, status="done", progress=100, **a),
        LEADS,
    ),
    "activity.drop": (
        _activity,
        lambda o, **a: services.report_activity(activity_id=o.pk, status="dropped", progress=0, **a),
        LEADS,
    ),
    "procedure.object": (_procedure, lambda o, **a: procedures.object_to(procedure_id=o.pk, **a), SEATS),
    "procedure.withdraw": (
        _procedure,
        lambda o, **a: procedures.withdraw_procedure(procedure_id=o.pk, **a),
        STEERING | {"office"},
    ),
}
NO_CHANGE_OF_STATE = {
    "proposal.answer": (
        lambda p: _proposal(p, submitted=True, status="returned"),
        lambda o, **a: services.answer_proposal(proposal_id=o.pk, **a),
        ACME,
    ),
    "procedure.open": (
        lambda p: _plan(p, "submitted"),
        lambda o, actor, note: procedures.open_procedure(
            subject=o, actor=actor, last_day=procedures.first_last_day(), question=note
        ),
        STEERING,
    ),
    "voice.support": (_procedure, lambda o, **a: procedures.support(procedure_id=o.pk, **a), SEATS),
    "voice.comment": (_procedure, lambda o, **a: procedures.comment(procedure_id=o.pk, **a), SEATS),
    "guest.admit": (
        _group,
        lambda o, **a: guests.admit_guest(group_id=o.pk, email=UserFactory().email, until=today(), **a),
        LEADS | STEERING | {"office"},
    ),
    "grouprole.give": (
        _group,
        lambda o, **a: leading.appoint(group_id=o.pk, role="lead", **_joined(o), **a),
        LEADS | STEERING | {"office"},
    ),
    "grouprole.end": (
        lambda p: _group(p).roles.get(role="co_lead"),
        lambda o, **a: leading.end_co_lead(role_id=o.pk, **a),
        LEADS | STEERING | {"office"},
    ),
    "group.admit": (
        _group,
        lambda o, actor, note: leading.set_admission(group_id=o.pk, admission="open", actor=actor),
        LEADS | STEERING | {"office"},
    ),
    "seat.give": (
        _committee,
        lambda o, **a: seats.give_seat(committee_id=o.pk, role="member", starts=today(), **_heir(), **a),
        {"office"},
    ),
    "seat.hand_over": (
        _committee,
        lambda o, **a: seats.hand_over(
            seat_id=o.seats.get(role="chair").pk, first_day=today() + timedelta(days=7), **_heir(), **a
        ),
        {"office"},
    ),
    "seat.end": (
        lambda p: p.committee_member.seats.get(),
        lambda o, **a: seats.end_seat(seat_id=o.pk, last_day=today(), **a),
        {"office"},
    ),
}
STEPS |= NO_CHANGE_OF_STATE


@pytest.mark.parametrize("verb", STEPS)
def test_each_step_is_for_those_named_and_refused_to_others_with_a_reason(personas, verb):
    make, act, allowed = STEPS[verb]
    subject = make(personas)
    for who in WHO if hasattr(personas, "co_lead") else NAMES:
        with transaction.atomic():
            _try(subject, act, verb, personas[who], who in allowed)
            transaction.set_rollback(True)


def _try(subject, act, verb, actor, may):
    subject.refresh_from_db()
    before, recorded = getattr(subject, "status", ""), Event.objects.count()
    if may:
        act(subject, actor=actor, note="Because.")
        subject.refresh_from_db()
        event = events.of(subject).get(verb=verb)
        assert event.actor == actor
        if verb not in NO_CHANGE_OF_STATE:
            assert subject.status != before
            assert (event.from_state, event.to_state) == (before, subject.status)
        return
    with pytest.raises(permissions.Denied) as refusal:
        act(subject, actor=actor, note="Because.")
    assert str(refusal.value).endswith("."), actor
    if isinstance(actor, AnonymousUser):
        assert str(refusal.value) == "Please sign in first."
    subject.refresh_from_db()
    assert getattr(subject, "status", "") == before
    assert Event.objects.count() == recorded
