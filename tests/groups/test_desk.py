"""The desk of a committee: everything that lies there, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.services import procedures
from groups import services
from groups.desk import desk_of
from groups.models import Activity, Group
from tests.factories.groups import (
    GroupChangeFactory,
    ProposalFactory,
    RecommendationFactory,
    TaskForceFactory,
    WorkPlanFactory,
    make_lead,
)

pytestmark = pytest.mark.django_db


def lay_out(personas, number):
    """One of everything, so many times."""
    for _ in range(number):
        ProposalFactory(submitted=True)
        GroupChangeFactory()
        RecommendationFactory()
        RecommendationFactory(issued=True)
        WorkPlanFactory(state="submitted")
        procedures.open_procedure(
            subject=WorkPlanFactory(state="submitted"), actor=personas.chair, last_day=procedures.first_last_day()
        )
        late = WorkPlanFactory(state="approved").activities.first()
        day = timezone.localdate() - timedelta(days=5)
        Activity._base_manager.filter(pk=late.pk).update(starts=day, ends=day)
        over = TaskForceFactory()
        Group._base_manager.filter(pk=over.pk).update(ends=day)
        services.decline_proposal(proposal_id=ProposalFactory(submitted=True).pk, actor=personas.chair, note="No.")


def test_everything_that_lies_there_is_shown(personas, client_for):
    lay_out(personas, 1)
    page = client_for(personas.chair).get(reverse("groups:committee_desk", args=["TECH"]))
    desk, text = page.context["desk"], page.content.decode()
    counts = {name: getattr(desk, name).count for name in ("proposals", "plans", "changes", "drafts", "procedures")}
    assert counts == {"proposals": 1, "plans": 1, "changes": 1, "drafts": 1, "procedures": 1}
    assert desk.count == 4
    assert (desk.ended.count, desk.overdue.count, desk.unanswered.count, len(desk.decisions.rows)) == (1, 1, 1, 1)
    for words in (
        "until the end of",
        "1 recommendation without an answer",
        "The term of 1 task force is over",
        "1 activity of its groups is overdue",
        "Last decisions",
    ):
        assert words in text
    short = client_for(personas.chair).get("/committees/TECH/").content.decode()
    assert "Open the whole desk" in short
    assert "Open the whole desk" not in client_for(personas.committee_member).get("/committees/TECH/").content.decode()


def test_what_the_reader_cannot_decide_is_marked(personas):
    change = GroupChangeFactory()
    make_lead(change.group, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    committee = change.group.committee
    assert [one.is_mine for one in desk_of(committee, personas.chair).changes.rows] == [False]
    assert [one.is_mine for one in desk_of(committee, personas.vice_chair).changes.rows] == [True]


def test_the_page_of_the_committee_shows_the_first_and_counts_all(personas):
    lay_out(personas, 1)
    for _ in range(9):
        ProposalFactory(submitted=True)
    desk = desk_of(ProposalFactory(submitted=True).committee, personas.chair)
    assert (len(desk.proposals.rows), desk.proposals.count, desk.proposals.more) == (6, 11, 5)


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["/committees/TECH/", "/committees/TECH/desk/"])
def test_the_number_of_queries_does_not_grow_with_what_lies_there(personas, client_for, path):
    counts = []
    for more in (1, 4):
        lay_out(personas, more)
        with CaptureQueriesContext(connection) as queries:
            assert client_for(personas.chair).get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_stands_under_the_committees_and_its_decisions_have_their_day(personas, client_for):
    services.decline_proposal(proposal_id=ProposalFactory(submitted=True).pk, actor=personas.chair, note="No.")
    page = client_for(personas.chair).get(reverse("groups:committee_desk", args=["TECH"])).content.decode()
    assert f'<a href="{reverse("committees:committee_list")}" aria-current="true">' in page
    assert f'<a href="{reverse("groups:group_list")}" aria-current="true">' not in page
    assert f'<time class="muted" datetime="{timezone.localdate().isoformat()}">' in page
