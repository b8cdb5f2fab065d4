"""The register: every decision has its entry, written with the act, numbered and never given twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import Decision
from core.workflow import InvalidTransition
from groups import services
from tests.factories.groups import ProposalFactory, WorkPlanFactory

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


def entries():
    return [(one.code, one.kind, one.outcome, one.manner) for one in Decision.objects.order_by("number")]


def url(name="decision_list", *more):
    return reverse(f"committees:{name}", args=["TECH", *more])


def test_each_decision_is_entered_with_number_manner_and_reason(personas, client_for):
    accepted, declined, at_meeting = (ProposalFactory(submitted=True) for _ in range(3))
    plan = WorkPlanFactory(state="submitted")
    services.accept_proposal(proposal_id=accepted.pk, actor=personas.chair, note="A good fit.")
    services.decline_proposal(proposal_id=declined.pk, actor=personas.vice_chair, note="No capacity.")
    client_for(personas.chair).post(
        reverse("groups:proposal_accept", args=[at_meeting.pk]), {"manner": "meeting", "note": ""}
    )
    services.approve_plan(plan_id=plan.pk, actor=personas.chair)
    assert entries() == [
        (f"TECH-{YEAR}-01", "proposal", "adopted", "chair"),
        (f"TECH-{YEAR}-02", "proposal", "declined", "chair"),
        (f"TECH-{YEAR}-03", "proposal", "adopted", "meeting"),
        (f"TECH-{YEAR}-04", "workplan", "adopted", "chair"),
    ]
    page = client_for(personas.committee_member).get(url()).content.decode()
    assert "No capacity." in page
    assert "Vice Chair (Vice Chair House)" in page


def test_what_the_office_decides_in_place_of_a_chair_is_entered_as_such(personas):
    personas.chair.seats.update(ends=timezone.localdate() - timedelta(days=1))
    proposal = ProposalFactory(submitted=True)
    services.decline_proposal(proposal_id=proposal.pk, actor=personas.office, note="No.", manner="chair")
    assert entries() == [(f"TECH-{YEAR}-01", "proposal", "declined", "office")]


def test_what_the_committee_decided_at_a_meeting_stays_that_where_the_office_writes_it_down(personas):
    personas.chair.seats.update(ends=timezone.localdate() - timedelta(days=1))
    proposal = ProposalFactory(submitted=True)
    services.decline_proposal(proposal_id=proposal.pk, actor=personas.office, note="No.", manner="meeting")
    assert entries() == [(f"TECH-{YEAR}-01", "proposal", "declined", "meeting")]


def test_a_return_is_no_decision_and_a_second_decision_is_not_entered(personas):
    proposal = ProposalFactory(submitted=True)
    services.return_proposal(proposal_id=proposal.pk, actor=personas.chair, note="Why?")
    assert entries() == []
    services.submit_proposal(proposal_id=proposal.pk, actor=proposal.proposer)
    services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair)
    with pytest.raises(InvalidTransition):
        services.decline_proposal(proposal_id=proposal.pk, actor=personas.vice_chair, note="No.")
    assert len(entries()) == 1


def test_each_committee_has_numbers_of_its_own(personas):
    for code, chair in (("TECH", personas.chair), ("EDU", personas.other_chair), ("TECH", personas.chair)):
        services.accept_proposal(proposal_id=ProposalFactory(submitted=True, committee_code=code).pk, actor=chair)
    codes = sorted(str(one) for one in Decision.objects.all())
    assert codes == [f"EDU-{YEAR}-01", f"TECH-{YEAR}-01", f"TECH-{YEAR}-02"]


def test_insiders_read_of_what_they_may_see_and_the_committee_reads_all(personas, client_for):
    services.decline_proposal(proposal_id=ProposalFactory(submitted=True).pk, actor=personas.chair, note="No.")
    plan = WorkPlanFactory(state="submitted")
    services.approve_plan(plan_id=plan.pk, actor=personas.chair)

    def kinds(who):
        return sorted(one.kind for one in client_for(personas[who]).get(url()).context["page"])

    for who in ("chair", "committee_member", "office", "administrator"):
        assert kinds(who) == ["proposal", "workplan"]
    for who in ("outsider", "primary", "other_chair"):
        assert kinds(who) == ["workplan"]


def test_the_register_is_filtered_and_exported_as_filtered(personas, client_for):
    services.decline_proposal(proposal_id=ProposalFactory(submitted=True).pk, actor=personas.chair, note="=No.")
    services.approve_plan(plan_id=WorkPlanFactory(state="submitted").pk, actor=personas.chair)
    browser = client_for(personas.chair)
    assert [one.kind for one in browser.get(url(), {"kind": "workplan"}).context["page"]] == ["workplan"]
    assert [one.kind for one in browser.get(url(), {"outcome": "declined", "year": YEAR}).context["page"]] == [
        "proposal"
    ]
    assert len(browser.get(url(), {"kind": "nonsense", "year": "x"}).context["page"].object_list) == 2
    sheet = browser.get(url("decision_export", "csv"), {"kind": "proposal"}).content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 2
    assert sheet[1].startswith(f"TECH-{YEAR}-01,")
    assert "'=No." in sheet[1]


@pytest.mark.thorough
def test_the_number_of_queries_does_not_grow_with_the_register(personas, client_for):
    counts = []
    for total in (3, 12):
        while Decision.objects.count() < total:
            services.accept_proposal(proposal_id=ProposalFactory(submitted=True).pk, actor=personas.chair)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(client_for(personas.outsider).get(url()).context["page"].object_list) == 0
            assert len(client_for(personas.committee_member).get(url()).context["page"].object_list) == total
        counts.append(len(queries))
    assert counts[0] == counts[1]
