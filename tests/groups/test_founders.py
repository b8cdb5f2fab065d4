"""Co-founders answer for their organisations; a group is founded by those that confirmed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from committees.services import procedures
from core.models import Notification
from core.permissions import Denied
from core.workflow import NotPossible
from groups import services
from groups.errors import Incomplete
from groups.models import Founder
from groups.waiting import waiting_for
from members.models import User
from tests.factories.groups import ProposalFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(personas):
    """A proposal that names the outsider's organisation, which has not answered, as its third founder."""
    proposal = ProposalFactory(with_founders=[MemberFactory(legal_name="Second Garage Ltd")])
    Founder.objects.create(proposal=proposal, organisation=personas.other_organisation)
    services.submit_proposal(proposal_id=proposal.pk, actor=proposal.proposer)
    return proposal.founder_rows.get(organisation=personas.other_organisation)


def test_a_co_founder_is_told_and_asked_and_confirms_on_the_page(personas, client_for, named):
    told = Notification.objects.filter(event__verb="proposal.submit").values_list("recipient", flat=True)
    assert personas.outsider.pk in told
    assert "founder" in [item.kind for item in waiting_for(User.objects.get(pk=personas.outsider.pk))]
    browser = client_for(personas.outsider)
    assert "Does Other Training Ltd found this group?" in browser.get(named.get_absolute_url()).content.decode()
    with pytest.raises(Incomplete, match="must have confirmed, the proposing one included; 2 have"):
        services.accept_proposal(proposal_id=named.proposal_id, actor=personas.chair)
    browser.post(reverse("groups:founder_confirm", args=[named.pk]), {"note": "With two trainers."})
    assert "founder" not in [item.kind for item in waiting_for(User.objects.get(pk=personas.outsider.pk))]
    group = services.accept_proposal(proposal_id=named.proposal_id, actor=personas.chair)
    assert group.memberships.active().filter(organisation=personas.other_organisation).exists()


def test_a_refusal_needs_its_reason_and_keeps_the_organisation_out(personas, client_for, named):
    url = reverse("groups:founder_refuse", args=[named.pk])
    page = client_for(personas.outsider).post(url, {"note": ""})
    assert page.status_code == 422
    assert "Please give a reason" in page.content.decode()
    client_for(personas.outsider).post(url, {"note": "No capacity this year."})
    third = Founder.objects.create(proposal=named.proposal, organisation=MemberFactory(), status="confirmed")
    group = services.accept_proposal(proposal_id=named.proposal_id, actor=personas.chair)
    members = set(group.memberships.active().values_list("organisation", flat=True))
    assert third.organisation_id in members
    assert personas.other_organisation.pk not in members


def test_who_refused_may_confirm_until_the_decision_and_not_after(personas, named):
    services.refuse_founding(founder_id=named.pk, actor=personas.outsider, note="Not yet.")
    services.confirm_founding(founder_id=named.pk, actor=personas.outsider)
    services.accept_proposal(proposal_id=named.proposal_id, actor=personas.chair)
    with pytest.raises(Denied, match="while the proposal is with the committee"):
        services.refuse_founding(founder_id=named.pk, actor=personas.outsider, note="Changed my mind.")


def test_nobody_answers_for_another_organisation_or_for_the_one_that_proposes(personas, named):
    with pytest.raises(Denied, match="Only representatives of this organisation"):
        services.confirm_founding(founder_id=named.pk, actor=personas.primary)
    own = named.proposal.founder_rows.get(organisation=named.proposal.organisation)
    with pytest.raises(Denied, match="Who proposes a group founds it"):
        services.refuse_founding(founder_id=own.pk, actor=named.proposal.proposer, note="No.")


def test_a_written_procedure_waits_for_the_founders_too(personas, named):
    with pytest.raises(NotPossible, match="must have confirmed"):
        procedures.open_procedure(subject=named.proposal, actor=personas.chair, last_day=procedures.first_last_day())
