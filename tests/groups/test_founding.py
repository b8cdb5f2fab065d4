"""Job b: a member proposes a group, the chair accepts, another member asks to join, the lead admits them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import events
from core.models import Notification, Theme
from core.permissions import Denied
from core.workflow import StateAssigned
from groups import services
from groups.errors import Incomplete
from groups.models import Group, GroupMembership, GroupRole, Proposal
from tests.factories.committees import ChairFactory
from tests.factories.groups import GroupMembershipFactory, ProposalFactory
from tests.factories.members import MemberFactory, RepresentationFactory

pytestmark = pytest.mark.django_db


def filled(**changes):
    """What somebody types into the proposal form."""
    theme = Theme.objects.filter(committee_code="TECH").first()
    from committees.models import Committee

    return {
        "title": "Battery repair",
        "committee": Committee.objects.get(code="TECH").pk,
        "kind": "working_group",
        "ends": "",
        "themes": [theme.pk],
        "scope": "Who may open a battery, and what they must know.",
        "out_of_scope": "",
        "expected_outputs": "A list of job roles.",
        "founders": ["Second Garage Ltd", "Third Works GmbH"],
        "then": "submit",
    } | changes


@pytest.fixture
def founders(db):
    return [MemberFactory(legal_name="Second Garage Ltd"), MemberFactory(legal_name="Third Works GmbH")]


def test_a_group_is_founded_and_joined_from_the_first_form_to_the_workspace(personas, client_for, founders):
    member, chair, other = (client_for(personas[who]) for who in ("primary", "chair", "outsider"))
    assert member.post(reverse("groups:proposal_create"), filled()).status_code == 302
    proposal = Proposal.objects.get()
    assert proposal.status == "submitted"
    assert set(proposal.founders.all()) == {personas.organisation, *founders}

    assert "Accept and found the group" not in chair.get(proposal.get_absolute_url()).content.decode()
    for founder in founders:
        contact = RepresentationFactory(organisation=founder, role="primary").user
        row = proposal.founder_rows.get(organisation=founder)
        client_for(contact).post(reverse("groups:founder_confirm", args=[row.pk]), {"note": ""})
    page = chair.get(proposal.get_absolute_url())
    assert "Accept and found the group" in page.content.decode()
    chair.post(reverse("groups:proposal_accept", args=[proposal.pk]), {"note": "A good fit."})
    group = Group.objects.get()
    assert (group.code, group.title, group.committee.code) == ("TECH-WG-01", "Battery repair", "TECH")
    assert GroupRole.objects.get(group=group).user == personas.primary
    assert group.memberships.active().count() == 3

    assert other.get(group.get_workspace_url()).status_code == 404
    assert "Ask to join" in other.get(group.get_absolute_url()).content.decode()
    answer = other.post(
        reverse("groups:join", args=[group.code]), {"representative": personas.outsider.pk, "message": "We train."}
    )
    assert answer.status_code == 302
    request = group.memberships.requested().get()
    assert "Other Training" in member.get(group.get_workspace_url()).content.decode()
    member.post(reverse("groups:joining_admit", args=[request.pk]), {"note": ""})
    assert other.get(group.get_workspace_url()).status_code == 200
    story = [event.verb for event in events.of(group, proposal).order_by("pk")]
    assert story == [
        "proposal.start",
        "proposal.submit",
        "founder.confirm",
        "founder.confirm",
        "proposal.accept",
        "group.found",
        "joining.ask",
        "joining.admit",
    ]


def test_what_is_missing_is_said_at_the_field_and_nothing_is_lost(personas, client_for, founders):
    page = client_for(personas.primary).post(
        reverse("groups:proposal_create"), filled(scope="", founders=["Second Garage Ltd", "Nobody & Sons"])
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"scope", "founders"}
    assert "No member is called “Nobody &amp; Sons”" in text
    assert "A list of job roles." in text
    assert 'value="Nobody &amp; Sons"' in text
    assert not Proposal.objects.exists()


def test_a_draft_may_have_gaps_and_is_seen_by_its_organisation_alone(personas, client_for):
    member = client_for(personas.primary)
    member.post(reverse("groups:proposal_create"), filled(scope="", themes=[], founders=[], then="save"))
    draft = Proposal.objects.get()
    assert draft.status == "draft"
    assert client_for(personas.reporter).get(draft.get_absolute_url()).status_code == 200
    for who in ("chair", "office", "outsider", "stranger"):
        assert client_for(personas[who]).get(draft.get_absolute_url()).status_code == 404
    page = member.post(reverse("groups:proposal_submit", args=[draft.pk]), follow=True)
    assert "It cannot be submitted yet." in page.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_form_sent_twice_makes_one_proposal(personas, client_for, founders):
    member = client_for(personas.primary)
    key = member.get(reverse("groups:proposal_create")).context["form"]["key"].value()
    for _ in range(2):
        assert member.post(reverse("groups:proposal_create"), filled(key=key)).status_code == 302
    assert Proposal.objects.count() == 1
    assert events.of(Proposal.objects.get()).filter(verb="proposal.submit").count() == 1


def test_accepting_twice_founds_one_group_and_says_who_was_faster(personas, client_for):
    proposal = ProposalFactory(submitted=True)
    url = reverse("groups:proposal_accept", args=[proposal.pk])
    client_for(personas.chair).post(url, {})
    page = client_for(personas.vice_chair).post(url, {}, follow=True)
    assert "Nothing was changed: Chair accepted the proposal in the meantime" in page.content.decode()
    assert Group.objects.count() == 1


def test_codes_run_per_committee_and_kind(personas):
    ends = timezone.localdate() + timedelta(days=100)
    made = [
        services.accept_proposal(
            proposal_id=ProposalFactory(submitted=True, kind=kind, ends=last).pk, actor=personas.chair
        ).code
        for kind, last in (("working_group", None), ("task_force", ends), ("working_group", None))
    ]
    assert made == ["TECH-WG-01", "TECH-TF-01", "TECH-WG-02"]


@pytest.mark.parametrize(
    ("kind", "days", "sentence"),
    [
        ("task_force", None, "A task force has an end"),
        ("task_force", -1, "The end must lie in the future"),
        ("task_force", 800, "at most 24 months"),
        ("working_group", 100, "A working group is permanent"),
    ],
)
def test_an_end_that_cannot_stand_is_refused_at_its_field(personas, client_for, founders, kind, days, sentence):
    ends = "" if days is None else (timezone.localdate() + timedelta(days=days)).isoformat()
    page = client_for(personas.primary).post(reverse("groups:proposal_create"), filled(kind=kind, ends=ends))
    assert page.status_code == 422
    assert sentence in str(page.context["form"].errors["ends"])


def test_who_wrote_a_proposal_cannot_decide_on_it_and_the_vice_chair_or_the_office_does(personas, client_for):
    house = personas.chair.representations.get().organisation
    for decides in ("vice_chair", "office"):
        proposal = ProposalFactory(submitted=True, organisation=house, proposer=personas.chair)
        answer = client_for(personas.chair).post(reverse("groups:proposal_accept", args=[proposal.pk]), {})
        assert answer.status_code == 403
        assert "You wrote in this proposal yourself" in answer.content.decode()
        assert services.accept_proposal(proposal_id=proposal.pk, actor=personas[decides]).committee.code == "TECH"


def test_the_office_does_not_decide_where_the_chair_can(personas):
    proposal = ProposalFactory(submitted=True)
    with pytest.raises(Denied, match="the ASA Office does where the chair wrote"):
        services.accept_proposal(proposal_id=proposal.pk, actor=personas.office)


def test_the_office_decides_where_the_chair_is_vacant(personas):
    seat = personas.chair.seats.get()
    seat.ends = timezone.localdate() - timedelta(days=1)
    seat.save()
    proposal = ProposalFactory(submitted=True)
    with pytest.raises(Denied):
        services.decline_proposal(proposal_id=proposal.pk, actor=personas.chair, note="Too late.")
    services.decline_proposal(proposal_id=proposal.pk, actor=personas.office, note="No capacity.")


def test_a_colleague_who_mended_the_proposal_is_recused_too(personas):
    house = personas.vice_chair.representations.get().organisation
    proposal = ProposalFactory(organisation=house)
    services.change_proposal(
        proposal_id=proposal.pk,
        revision=1,
        actor=personas.vice_chair,
        themes=proposal.themes.all(),
        founders=proposal.founders.all(),
        scope="Sharper.",
    )
    services.submit_proposal(proposal_id=proposal.pk, actor=proposal.proposer)
    with pytest.raises(Denied, match="You wrote in this proposal yourself"):
        services.accept_proposal(proposal_id=proposal.pk, actor=personas.vice_chair)


@pytest.mark.parametrize("verb", ["return", "decline"])
def test_returning_and_declining_need_a_reason(personas, client_for, verb):
    proposal = ProposalFactory(submitted=True)
    url = reverse(f"groups:proposal_{verb}", args=[proposal.pk])
    page = client_for(personas.chair).post(url, {"note": "  "})
    assert page.status_code == 422
    assert "Please give a reason" in page.content.decode()
    client_for(personas.chair).post(url, {"note": "Who pays?"})
    proposal.refresh_from_db()
    assert proposal.status == {"return": "returned", "decline": "declined"}[verb]
    assert events.of(proposal).get(verb=f"proposal.{verb}").note == "Who pays?"


def test_a_returned_proposal_is_answered_and_submitted_again(personas, client_for, founders):
    member = client_for(personas.primary)
    member.post(reverse("groups:proposal_create"), filled())
    proposal = Proposal.objects.get()
    services.return_proposal(proposal_id=proposal.pk, actor=personas.chair, note="Who pays?")
    assert "Who pays?" in member.get(proposal.get_absolute_url()).content.decode()
    answer = member.post(
        reverse("groups:proposal_edit", args=[proposal.pk]), filled(scope="Paid by us.", revision=proposal.revision)
    )
    assert answer.status_code == 302
    proposal.refresh_from_db()
    assert (proposal.status, proposal.scope) == ("submitted", "Paid by us.")


def test_two_windows_notice_each_other_and_nothing_is_lost(personas, client_for):
    proposal = ProposalFactory(organisation=personas.organisation, proposer=personas.primary)
    url = reverse("groups:proposal_edit", args=[proposal.pk])
    window = client_for(personas.primary)
    revision = window.get(url).context["form"]["revision"].value()
    founders = [one.legal_name for one in proposal.founders.exclude(pk=personas.organisation.pk)]
    client_for(personas.reporter).post(url, filled(title="Theirs", revision=revision, founders=founders, then="save"))
    page = window.post(url, filled(title="Mine", revision=revision, founders=founders, then="save"))
    text = page.content.decode()
    assert page.status_code == 409
    assert "Somebody saved this while you were writing" in text
    assert ("Theirs", "Mine") in [(row.theirs, row.mine) for row in page.context["conflict"]]
    proposal.refresh_from_db()
    assert proposal.title == "Theirs"
    again = page.context["form"]["revision"].value()
    assert window.post(url, filled(title="Mine", revision=again, founders=founders, then="save")).status_code == 302
    proposal.refresh_from_db()
    assert proposal.title == "Mine"


def test_what_was_written_survives_that_a_colleague_submitted_meanwhile(personas, client_for):
    proposal = ProposalFactory(organisation=personas.organisation, proposer=personas.primary)
    services.submit_proposal(proposal_id=proposal.pk, actor=personas.reporter)
    page = client_for(personas.primary).post(
        reverse("groups:proposal_edit", args=[proposal.pk]),
        filled(scope="A long thought.", revision=1, founders=[], then="save"),
    )
    text = page.content.decode()
    assert page.status_code == 409
    assert "It is with the committee" in text
    assert "A long thought." in text


def test_an_accepted_founder_that_left_stops_the_acceptance(personas):
    proposal = ProposalFactory(submitted=True)
    leaver = proposal.founders.exclude(pk=proposal.organisation_id).first()
    membership = leaver.memberships.get()
    membership.ends = timezone.localdate() - timedelta(days=1)
    membership.save(update_fields=["ends"])
    with pytest.raises(Incomplete, match="there are 2"):
        services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair)
    proposal.refresh_from_db()
    assert proposal.status == "submitted"
    assert not Group.objects.exists()


def test_a_state_is_assigned_by_nobody(personas):
    proposal = ProposalFactory(submitted=True)
    with pytest.raises(StateAssigned):
        proposal.status = "accepted"
    with pytest.raises(StateAssigned):
        Proposal.objects.filter(pk=proposal.pk).update(status="accepted")


def test_all_concerned_are_told_and_never_the_actor(personas):
    second = RepresentationFactory(organisation=MemberFactory(), role="primary")
    third = RepresentationFactory(organisation=MemberFactory(), role="primary")
    proposal = ProposalFactory(
        organisation=personas.organisation,
        proposer=personas.delegate,
        with_founders=[second.organisation, third.organisation],
    )

    def told(verb):
        return set(Notification.objects.filter(event__verb=verb).values_list("recipient__name", flat=True))

    services.submit_proposal(proposal_id=proposal.pk, actor=personas.delegate)
    assert told("proposal.submit") == {"Chair", "Vice Chair"}
    group = services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair)
    assert told("proposal.accept") == {"Delegate", "Primary", second.user.name, third.user.name}
    assert told("group.found") == {"Vice Chair", "Committee Member", "Office"}
    asked = services.ask_to_join(
        group_id=group.pk,
        organisation_id=personas.other_organisation.pk,
        actor=personas.outsider,
        representative=personas.outsider,
    )
    assert told("joining.ask") == {"Delegate"}
    services.admit(membership_id=asked.pk, actor=personas.delegate)
    assert told("joining.admit") == {"Outsider"}


def test_the_office_is_told_where_it_decides(personas):
    house = personas.chair.representations.get().organisation
    proposal = ProposalFactory(organisation=house, proposer=personas.chair)
    services.submit_proposal(proposal_id=proposal.pk, actor=personas.chair)
    told = set(Notification.objects.values_list("recipient__name", flat=True))
    assert told == {"Vice Chair", "Office"}


def test_a_chair_of_two_committees_decides_only_where_the_proposal_is(personas):
    proposal = ProposalFactory(submitted=True)
    elsewhere = ChairFactory(code="SOC")
    with pytest.raises(Denied):
        services.accept_proposal(proposal_id=proposal.pk, actor=elsewhere.user)
    assert GroupMembership.objects.count() == 0


def test_whoever_joins_later_can_read_everything_that_the_history_of_the_workspace_links_to(personas, client_for):
    proposal = ProposalFactory(submitted=True)
    group = services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair)
    outsider = client_for(personas.outsider)
    assert outsider.get(proposal.get_absolute_url()).status_code == 404
    GroupMembershipFactory(group=group, organisation=personas.other_organisation, representative=personas.outsider)
    page = client_for(personas.outsider).get(group.get_workspace_url())
    addresses = {event.subject_url for event in page.context["events"]}
    assert proposal.get_absolute_url() in addresses
    assert [client_for(personas.outsider).get(url).status_code for url in sorted(addresses)] == [200] * len(addresses)


def test_a_proposer_who_no_longer_represents_the_organisation_founds_no_group_without_a_lead(personas, client_for):
    proposal = ProposalFactory(organisation=personas.organisation, proposer=personas.primary, submitted=True)
    personas.primary.representations.update(ends=timezone.localdate() - timedelta(days=1))
    chair = client_for(personas.chair)
    page = chair.post(reverse("groups:proposal_accept", args=[proposal.pk]), {"manner": "chair"})
    assert page.status_code == 422
    assert "no longer represents Acme" in page.content.decode()
    services.return_proposal(proposal_id=proposal.pk, actor=personas.chair, note="Who leads it now?")
    services.answer_proposal(proposal_id=proposal.pk, actor=personas.delegate, note="I do.", hand_in=True)
    group = services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair)
    assert group.roles.get().user == personas.delegate
    assert personas.delegate.has_perm(
        "groups.submit_workplan",
        services.start_plan(group_id=group.pk, year=timezone.localdate().year, actor=personas.delegate),
    )
