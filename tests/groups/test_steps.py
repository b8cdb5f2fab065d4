"""Each step that can be taken, and who may take it: the rest are refused with a reason, and nothing changes."""

from __future__ import annotations

import pytest

from groups import services
from groups.models import Founder, GroupGrant
from groups.services import guests, inviting, leading, lineage
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
)
from tests.factories.members import RepresentationFactory, UserFactory
from tests.steps import ACME, LEADS, SEATS, STEERING, each_takes, group_of_acme

pytestmark = pytest.mark.django_db


def _invited(p, organisation=None):
    """Of Acme, into a group of somebody else; else of a third, into the group that Acme leads."""
    group = GroupFactory() if organisation else group_of_acme(p)
    asked = organisation or RepresentationFactory().organisation
    return GroupMembershipFactory(group=group, organisation=asked, representative=None, status="invited")


def _proposal(p, **more):
    return ProposalFactory(organisation=p.organisation, proposer=p.primary, **more)


def _plan(p, state):
    return WorkPlanFactory(group=group_of_acme(p), state=state)


def _activity(p):
    return _plan(p, "approved").activities.first()


def _change(p, kind):
    return GroupChangeFactory(group=group_of_acme(p, TaskForceFactory), kind=kind, asked_by=p.primary)


def _joined(group):
    """Somebody whom an organisation in the group has named."""
    row = RepresentationFactory()
    GroupMembershipFactory(group=group, organisation=row.organisation, representative=row.user)
    return {"user": row.user, "organisation": row.organisation}


def _with_guest(p):
    group = group_of_acme(p)
    person = UserFactory()
    asked = guests.invite_guest(group_id=group.pk, name="G", email=person.email, until=today(), actor=p.office)
    guests.accept_guest(invitation_id=asked.pk, actor=person)
    return group


def _asked_guest(p):
    group = group_of_acme(p)
    return guests.invite_guest(group_id=group.pk, name="G", email=p.stranger.email, until=today(), actor=p.office)


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
        lambda p: JoinRequestFactory(group=group_of_acme(p)),
        lambda o, **a: services.admit(membership_id=o.pk, **a),
        LEADS,
    ),
    "joining.refuse": (
        lambda p: JoinRequestFactory(group=group_of_acme(p)),
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
        lambda p: GroupMembershipFactory(group=group_of_acme(p)),
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
            (LEADS if verb == "withdraw" else set())
            | (STEERING if verb != "withdraw" or kind == "closing" else set())
            | ({"office"} if kind == "closing" else set()),
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
            lambda p: RecommendationFactory(issued=True, group=group_of_acme(p)),
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
    "guestinvitation.accept": (
        _asked_guest,
        lambda o, actor, note: guests.accept_guest(invitation_id=o.pk, actor=actor),
        {"stranger"},
    ),
    "guestinvitation.withdraw": (
        _asked_guest,
        lambda o, actor, note: guests.withdraw_guest(invitation_id=o.pk, actor=actor),
        LEADS | STEERING | {"office"},
    ),
}
NO_CHANGE_OF_STATE = {
    "proposal.answer": (
        lambda p: _proposal(p, submitted=True, status="returned"),
        lambda o, **a: services.answer_proposal(proposal_id=o.pk, **a),
        ACME,
    ),
    "joining.invite": (
        group_of_acme,
        lambda o, actor, note: inviting.invite(
            group_id=o.pk, organisation=RepresentationFactory().organisation, actor=actor, message=note
        ),
        LEADS,
    ),
    "guest.revoke": (
        _with_guest,
        lambda o, **a: guests.revoke_guest(
            kind=GroupGrant.KIND, grant_id=GroupGrant.objects.get(content_object=o).pk, **a
        ),
        LEADS | STEERING | {"office"},
    ),
    "guest.extend": (
        _with_guest,
        lambda o, actor, note: guests.extend_guest(
            kind=GroupGrant.KIND, grant_id=GroupGrant.objects.get(content_object=o).pk, until=today(), actor=actor
        ),
        LEADS | STEERING | {"office"},
    ),
    "guestinvitation.create": (
        group_of_acme,
        lambda o, **a: guests.invite_guest(group_id=o.pk, name="G", email="g@example.test", until=today(), **a),
        LEADS | STEERING | {"office"},
    ),
    "guestinvitation.renew": (
        lambda p: _asked_guest(p).group,
        lambda o, **a: guests.invite_guest(
            group_id=o.pk, name="G", email=o.guest_invitations.get().email, until=today(), **a
        ),
        LEADS | STEERING | {"office"},
    ),
    "grouprole.give": (
        group_of_acme,
        lambda o, **a: leading.appoint(group_id=o.pk, role="lead", **_joined(o), **a),
        LEADS | STEERING | {"office"},
    ),
    "grouprole.end": (
        lambda p: group_of_acme(p).roles.get(role="co_lead"),
        lambda o, **a: leading.end_co_lead(role_id=o.pk, **a),
        LEADS | STEERING | {"office"},
    ),
    "workplan.drop_activity": (
        lambda p: _plan(p, "draft"),
        lambda o, actor, note: services.remove_activity(
            plan_id=o.pk, activity_id=o.activities.first().pk, revision=o.activities.first().revision, actor=actor
        ),
        LEADS,
    ),
    "recommendation.change": (
        lambda p: RecommendationFactory(),
        lambda o, actor, note: services.change_recommendation(
            recommendation_id=o.pk, revision=o.revision, actor=actor, title=o.title, text=note, due=o.due, group=o.group
        ),
        SEATS | {"office"},
    ),
    "group.link": (
        group_of_acme,
        lambda o, **a: lineage.link_group(group_id=o.pk, legacy_codes=["WG7"], successor=None, **a),
        STEERING | {"office"},
    ),
    "group.admit": (
        group_of_acme,
        lambda o, actor, note: leading.set_admission(group_id=o.pk, admission="open", actor=actor),
        LEADS | STEERING | {"office"},
    ),
}
STEPS |= NO_CHANGE_OF_STATE


@pytest.mark.parametrize("verb", STEPS)
def test_each_step_is_for_those_named_and_refused_to_others_with_a_reason(personas, verb):
    each_takes(personas, verb, STEPS[verb], changes_state=verb not in NO_CHANGE_OF_STATE)
