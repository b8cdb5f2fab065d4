"""My page: what waits for me, what is new, and where I belong."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from groups.models import Proposal
from tests.factories.groups import GroupFactory, JoinRequestFactory, ProposalFactory, make_lead
from tests.factories.members import ApplicationFactory

pytestmark = pytest.mark.django_db


def read(client_for, user) -> str:
    return client_for(user).get(reverse("pages:me")).content.decode()


def test_the_office_sees_applications_that_wait_for_its_answer(client_for, personas):
    application = ApplicationFactory(organisation_name="Nordic Wheelworks", status="submitted")
    page = read(client_for, personas.office)
    assert "Nordic Wheelworks" in page
    assert reverse("members:application_detail", args=[application.pk]) in page
    assert "Nordic Wheelworks" not in read(client_for, personas.chair)


def test_a_chair_sees_the_proposal_to_decide_and_its_author_does_not(client_for, personas):
    proposal = ProposalFactory(status=Proposal.Status.SUBMITTED, title="Recycling of traction batteries")
    assert "Recycling of traction batteries" in read(client_for, personas.chair)
    assert "Recycling of traction batteries" not in read(client_for, proposal.proposer)
    assert "Recycling of traction batteries" not in read(client_for, personas.other_chair)


def test_a_lead_sees_who_asks_to_join(client_for, personas):
    group = GroupFactory(title="Charging skills")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    asking = JoinRequestFactory(group=group)
    page = read(client_for, personas.primary)
    assert asking.organisation.legal_name in page
    assert "Charging skills" in page


def test_somebody_without_tasks_reads_that_nothing_waits_and_where_they_belong(client_for, personas):
    page = read(client_for, personas.outsider)
    assert "Nothing waits for you" in page
    assert personas.other_organisation.legal_name in page


def test_it_takes_the_same_number_of_queries_however_much_waits(client_for, personas):
    client = client_for(personas.chair)
    ProposalFactory(status=Proposal.Status.SUBMITTED)
    counts = []
    for more in (1, 12):
        for _each in range(more):
            ProposalFactory(status=Proposal.Status.SUBMITTED)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("pages:me")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
