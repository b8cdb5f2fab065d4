"""Two at the same moment, on a database that really locks rows."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from core import events
from core.workflow import InvalidTransition, NotPossible
from groups import services
from groups.errors import ChangedMeanwhile
from groups.models import Group, WorkPlan
from tests.factories.groups import GroupFactory, ProposalFactory, WorkPlanFactory, make_lead
from tests.personas import make_personas

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """Run all of them at the same moment, each in a thread and connection of its own; what each returned or raised."""
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        barrier.wait()
        try:
            answers[number] = act()
        except Exception as problem:
            answers[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_two_chairs_decide_at_the_same_moment_and_one_is_told():
    p = make_personas()
    proposal = ProposalFactory(submitted=True)
    answers = at_once(
        lambda: services.accept_proposal(proposal_id=proposal.pk, actor=p.chair),
        lambda: services.decline_proposal(proposal_id=proposal.pk, actor=p.vice_chair, note="No."),
    )
    assert sum(isinstance(answer, InvalidTransition) for answer in answers) == 1
    assert events.of(proposal).filter(verb__in=["proposal.accept", "proposal.decline"]).count() == 1
    proposal.refresh_from_db()
    assert Group.objects.count() == (proposal.status == "accepted")


def test_two_groups_founded_at_the_same_moment_have_two_codes():
    p = make_personas()
    proposals = [ProposalFactory(submitted=True) for _ in range(4)]
    answers = at_once(*(lambda pk=one.pk: services.accept_proposal(proposal_id=pk, actor=p.chair) for one in proposals))
    assert sorted(group.code for group in answers) == [f"TECH-WG-0{n}" for n in (1, 2, 3, 4)]


def test_an_approval_and_a_return_at_the_same_moment_are_one_decision():
    p = make_personas()
    plan = WorkPlanFactory(state="submitted")
    answers = at_once(
        lambda: services.approve_plan(plan_id=plan.pk, actor=p.chair),
        lambda: services.return_plan(plan_id=plan.pk, actor=p.vice_chair, note="No."),
    )
    assert sum(isinstance(answer, InvalidTransition) for answer in answers) == 1


def test_two_requests_of_one_organisation_at_the_same_moment_are_one():
    p = make_personas()
    group = GroupFactory()

    def ask(user):
        return lambda: services.ask_to_join(
            group_id=group.pk, organisation_id=p.organisation.pk, actor=user, representative=user
        )

    answers = at_once(ask(p.primary), ask(p.delegate))
    assert sum(isinstance(answer, NotPossible) for answer in answers) == 1
    assert group.memberships.count() == 1


def test_two_savings_at_the_same_moment_lose_nothing():
    p = make_personas()
    group = GroupFactory()
    make_lead(group, user=p.primary, organisation=p.organisation)
    plan = WorkPlanFactory(group=group)

    def save(text):
        return lambda: services.change_plan(plan_id=plan.pk, revision=1, actor=p.primary, objectives=text)

    answers = at_once(save("One"), save("Two"))
    assert sum(isinstance(answer, ChangedMeanwhile) for answer in answers) == 1
    assert WorkPlan.objects.get().revision == 2


def test_two_leads_start_the_plan_of_a_year_at_the_same_moment():
    p = make_personas()
    group = GroupFactory()
    make_lead(group, user=p.primary, organisation=p.organisation)
    answers = at_once(
        *(lambda: services.start_plan(group_id=group.pk, year=group.starts.year + 1, actor=p.primary) for _ in range(2))
    )
    assert sum(isinstance(answer, NotPossible) for answer in answers) == 1
    assert group.plans.count() == 1
