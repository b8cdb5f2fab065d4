"""What waits for whom, and how much it costs to find out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups import services
from groups.desk import desk_of
from groups.models import WorkPlan
from groups.selectors import next_step, who_decides
from groups.waiting import waiting_for
from members.models import User
from tests.factories.groups import (
    THIS_YEAR,
    ActivityFactory,
    GroupFactory,
    JoinRequestFactory,
    ProposalFactory,
    WorkPlanFactory,
    make_lead,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_group_is_stale")]


def kinds(user):
    return [item.kind for item in waiting_for(User.objects.get(pk=user.pk))]


def test_each_thing_waits_for_those_who_can_act_on_it(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    proposal = ProposalFactory(submitted=True, organisation=personas.organisation, proposer=personas.primary)
    WorkPlanFactory(group=group, state="submitted")
    JoinRequestFactory(group=group)
    assert sorted(kinds(personas.chair)) == ["proposal", "workplan"]
    assert sorted(kinds(personas.vice_chair)) == ["proposal", "workplan"]
    assert kinds(personas.primary) == ["joining"]
    for who in ("office", "other_chair", "committee_member", "outsider", "stranger"):
        assert kinds(personas[who]) == []
    services.return_proposal(proposal_id=proposal.pk, actor=personas.chair, note="Why?")
    assert sorted(kinds(personas.primary)) == ["joining", "proposal"]
    assert kinds(personas.delegate) == ["proposal"]


def test_what_the_chair_leads_waits_for_the_vice_chair_and_the_office(personas):
    group = GroupFactory()
    make_lead(group, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    WorkPlanFactory(group=group, state="submitted")
    assert kinds(personas.chair) == []
    assert kinds(personas.vice_chair) == ["workplan"]
    assert kinds(personas.office) == ["workplan"]


def test_an_overdue_activity_waits_for_its_owner_and_comes_first(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    plan = WorkPlanFactory(group=group)
    yesterday = timezone.localdate() - timedelta(days=1)
    ActivityFactory(plan=plan, owner=personas.primary, starts=date(THIS_YEAR - 1, 12, 1), ends=yesterday, title="Late")
    assert kinds(personas.primary) == []
    WorkPlan._base_manager.filter(pk=plan.pk).update(status="approved")
    JoinRequestFactory(group=group)
    items = waiting_for(personas.primary)
    assert [(item.kind, item.overdue) for item in items] == [("activity", True), ("joining", False)]


@pytest.fixture
def crowd(personas):
    """make(n): n groups under TECH, each with a plan and a proposal that wait."""

    def make(number):
        for _ in range(number):
            group = GroupFactory()
            make_lead(group, user=personas.primary, organisation=personas.organisation)
            JoinRequestFactory(group=group)
            WorkPlanFactory(group=group, state="submitted")
            ProposalFactory(submitted=True, with_founders=[])

    return make


@pytest.mark.thorough
def test_what_waits_takes_the_same_number_of_queries_however_much_it_is(personas, crowd, django_assert_max_num_queries):
    for more, expected in ((2, 2), (8, 10)):
        crowd(more)
        with django_assert_max_num_queries(20) as counted:
            assert len(waiting_for(User.objects.get(pk=personas.chair.pk))) == expected * 2
        if expected == 2:
            few = len(counted)
    assert len(counted) == few


@pytest.mark.thorough
def test_the_desk_takes_the_same_number_of_queries_however_much_it_is(personas, crowd, client_for):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    browser = client_for(personas.chair)
    url = reverse("committees:committee_detail", args=["TECH"])
    browser.get(url)
    for more in (2, 8):
        crowd(more)
        with CaptureQueriesContext(
            connection,
        ) as counted:
            page = browser.get(url)
        counts.append(len(counted))
    assert "20 wait" in page.content.decode()
    assert counts[0] == counts[1]


def test_the_desk_says_what_is_not_the_readers_to_decide(personas):
    house = personas.chair.representations.get().organisation
    own = ProposalFactory(submitted=True, organisation=house, proposer=personas.chair)
    desk = desk_of(own.committee, personas.chair)
    assert [row.is_mine for row in desk.proposals.rows] == [False]


def test_who_decides_next_is_named_and_is_who_may(personas):
    group = GroupFactory()
    plan = WorkPlanFactory(group=group, state="submitted")
    proposal = ProposalFactory(submitted=True)
    assert who_decides(plan) == who_decides(proposal) == [personas.chair, personas.vice_chair]
    make_lead(group, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    proposal.authors.add(personas.vice_chair)
    assert (who_decides(plan), who_decides(proposal)) == ([personas.vice_chair], [personas.chair])
    for thing, right in ((plan, "groups.approve_workplan"), (proposal, "groups.accept_proposal")):
        for person in (personas.chair, personas.vice_chair):
            assert person.has_perm(right, thing) is (person in who_decides(thing))
    make_lead(group, user=personas.vice_chair, organisation=personas.vice_chair.representations.get().organisation)
    step = next_step(plan)
    assert step is not None
    assert step.who == "the ASA Office"
