"""The Office's pages of contested figures, through the browser's door."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events, jobs
from core.models import Notification
from core.permissions import Denied
from kpis import rollup, services
from kpis.models import Adjustment
from kpis.selectors import waiting_for
from members.models import Organisation
from tests.factories.kpis import ApprovedReportFactory, line
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory
from tests.kpis.test_settlements import claims, employer, new_revision, settle, whole

pytestmark = pytest.mark.django_db
__all__ = ["claims", "employer"]


def address(employer, **more: str) -> str:
    query = {"year": "2024", "indicator": "K1", "series": "achieved", "set": f"org:{employer.pk}"} | more
    return reverse("kpis:settlement_propose", query=query)


def wanted(**more: str) -> dict[str, str]:
    return {"method": "number", "number": "35", "reason": "Both trained the same shift.", "action": "propose"} | more


def test_one_proposes_a_second_approves_and_it_counts(personas, client_for, claims, employer):
    office, colleague = client_for(personas.office), StaffRoleFactory().user
    queue = office.get(reverse("kpis:settlement_list"))
    assert [one.row["people"] for one in queue.context["sets"]] == [50]
    assert employer.legal_name in queue.text
    page = office.get(address(employer))
    effects = {way["method"].value: way["effect"] for way in page.context["ways"]}
    assert {name: (one.low, one.high, one.low_after, one.high_after) for name, one in effects.items()} == {
        "sum": (0, 50, 50, 50),
        "max": (0, 50, 30, 30),
        "none": (0, 50, 0, 0),
    }
    assert [[other.gross for other in row["met"]] for row in page.context["rows"]] == [[20], [30]]

    assert office.post(address(employer), wanted()).status_code == 302
    proposed = Adjustment.objects.get()
    told = Notification.objects.filter(event__verb="settlement.propose").values_list("recipient", flat=True)
    assert list(told) == [colleague.pk]
    assert [item.url for item in waiting_for(colleague)] == [proposed.get_absolute_url()]
    assert waiting_for(personas.office) == []
    assert office.get(reverse("kpis:settlement_list")).context["sets"] == []
    assert office.post(reverse("kpis:settlement_approve", args=[proposed.pk])).status_code == 403
    assert "second person" in office.get(proposed.get_absolute_url()).text

    second = client_for(colleague)
    page = second.get(proposed.get_absolute_url())
    assert page.context["effect"].low_after == 35
    sent = {"note": "Agreed.", "seen": page.context["approve_form"]["seen"].value()}
    assert second.post(reverse("kpis:settlement_approve", args=[proposed.pk]), sent).status_code == 302
    jobs.run_waiting()
    assert whole() == (35, 35)
    lines = office.get(claims[0].get_absolute_url()).text
    assert "21 of 30 count" in lines
    assert "A number of its own" in lines
    decided = office.get(reverse("kpis:settlement_list") + "?list=decided")
    assert "In effect" in decided.text
    assert [event.verb for event in events.of(proposed)] == ["settlement.approve", "settlement.propose"]


def test_the_effect_of_a_number_is_shown_before_it_is_proposed(personas, client_for, claims, employer):
    page = client_for(personas.office).post(address(employer), wanted(action="preview", reason=""))
    assert page.status_code == 200
    assert page.context["ways"][-1]["shares"] == [21, 14]
    assert 'value="35"' in page.text
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"number": "51"}, "At most 50 can count"),
        ({"number": ""}, "Write the number"),
        ({"number": "-3"}, "never below zero"),
        ({"number": "12.5"}, "whole numbers"),
        ({"reason": " "}, "This field is required"),
        ({"method": ""}, "This field is required"),
    ],
)
def test_what_makes_no_settlement_is_said_at_the_field_and_nothing_is_lost(
    personas, client_for, claims, employer, said, message
):
    page = client_for(personas.office).post(address(employer), wanted(**said))
    assert page.status_code == 422
    assert message in page.text
    assert not Adjustment.objects.exists()
    if "reason" not in said:
        assert "the same shift" in page.text


def test_whoever_represents_a_reporter_or_the_employer_neither_proposes_nor_decides(
    personas, client_for, claims, employer
):
    proposed = settle(personas.office, employer)
    for organisation in (claims[0].organisation, employer):
        involved = StaffRoleFactory().user
        RepresentationFactory(user=involved, organisation=organisation)
        with pytest.raises(Denied, match="You represent an organisation"):
            services.approve_settlement(adjustment_id=proposed.pk, actor=involved)
        with pytest.raises(Denied, match="You represent an organisation"):
            services.decline_settlement(adjustment_id=proposed.pk, actor=involved, note="No.")
        assert waiting_for(involved) == []
    services.decline_settlement(adjustment_id=proposed.pk, actor=StaffRoleFactory().user, note="Ask them first.")
    page = client_for(involved).get(address(employer))
    assert "You represent an organisation" in page.text
    assert client_for(involved).post(address(employer), wanted()).status_code == 403
    assert Adjustment.objects.count() == 1


def test_a_declined_or_lapsed_settlement_stands_beside_the_set_when_it_is_queued_again(
    personas, client_for, claims, employer
):
    second = StaffRoleFactory().user
    proposed = settle(personas.office, employer)
    services.approve_settlement(adjustment_id=proposed.pk, actor=second)
    jobs.run_waiting()
    changed = new_revision(claims[1], line(25, whose="others", others=employer, region="CZ08"))
    services.approve_report(report_id=changed.pk, actor=second)
    jobs.run_waiting()
    office = client_for(personas.office)
    assert "settled before, lapsed" in office.get(reverse("kpis:settlement_list")).text
    page = office.get(address(employer))
    assert page.context["earlier"] == proposed
    assert "Both trained the same shift." in page.text
    assert [one.value for one in page.context["ground"].gone] == [20]
    assert [one.gross for one in page.context["ground"].new] == [25]
    lapsed = office.get(proposed.get_absolute_url())
    assert "Lapsed: figures that it rests on have changed" in lapsed.text
    told = Notification.objects.filter(event__verb="settlement.lapse").values_list("recipient", flat=True)
    assert set(told) == {personas.office.pk, second.pk}


def test_a_proposal_lapses_too_when_its_ground_changes(personas, claims, employer):
    second = StaffRoleFactory().user
    proposed = settle(personas.office, employer)
    changed = new_revision(claims[1], line(25, whose="others", others=employer, region="CZ08"))
    services.approve_report(report_id=changed.pk, actor=second)
    jobs.run_waiting()
    proposed.refresh_from_db()
    assert proposed.status == "lapsed"
    assert not any(rollup.differences().values())


def test_approving_what_rests_on_other_figures_by_now_lets_it_lapse(personas, client_for, claims, employer):
    second = StaffRoleFactory().user
    proposed = settle(personas.office, employer)
    changed = new_revision(claims[1], line(25, whose="others", others=employer, region="CZ08"))
    services.approve_report(report_id=changed.pk, actor=personas.office)
    rollup.rebuild()  # the refresh has counted anew; its settlements were not looked at yet
    sent = client_for(second).post(reverse("kpis:settlement_approve", args=[proposed.pk]), follow=True)
    assert "it has lapsed, and the set is queued again" in sent.text
    proposed.refresh_from_db()
    assert proposed.status == "lapsed"


def test_a_line_that_names_nobody_is_a_set_of_its_own(personas, client_for):
    for number in (7, 9):
        ApprovedReportFactory(lines=[line(number, whose="others")])
    rollup.rebuild()
    queue = client_for(personas.office).get(reverse("kpis:settlement_list"))
    assert [one.row["people"] for one in queue.context["sets"]] == [9, 7]
    assert queue.text.count("unknown employer") == 2
    first = queue.context["sets"][0]
    page = client_for(personas.office).get(reverse("kpis:settlement_propose") + "?" + first.query)
    assert page.context["set"].whole == 9


def test_people_without_an_employer_whom_two_report_in_one_region_are_listed(personas, client_for):
    for number, region in ((30, "CZ"), (20, "CZ08"), (10, "CZ07"), (5, "DE")):
        ApprovedReportFactory(lines=[line(number, whose="not_employed", region=region)])
    ApprovedReportFactory(lines=[line(3, whose="not_employed", region="AT11"), line(4, region="CZ")])
    ApprovedReportFactory(lines=[line(3, whose="not_employed", region="AT12")])
    rollup.rebuild()
    page = client_for(personas.office).get(reverse("kpis:overlap_list"))
    assert [(one.region, one.gross) for one in page.context["page"]] == [("CZ", 30), ("CZ07", 10), ("CZ08", 20)]


@pytest.mark.thorough
def test_the_lists_take_as_many_queries_however_long(personas, client_for):
    office, proposer = client_for(personas.office), StaffRoleFactory().user
    employers: list[Organisation] = []

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(path).status_code == 200
        return len(queries)

    def add(count: int) -> None:
        for _number in range(count):
            employer = MemberFactory()
            for people in (30, 20):
                ApprovedReportFactory(lines=[line(people, whose="others", others=employer)])
            ApprovedReportFactory(lines=[line(8, whose="not_employed")])
            employers.append(employer)
        rollup.rebuild()
        for employer in employers[-count::2]:
            settle(proposer, employer)

    lists = [reverse("kpis:settlement_list"), reverse("kpis:settlement_list") + "?list=proposed"]
    lists += [reverse("kpis:overlap_list"), reverse("pages:me")]
    add(2)
    few = [asked(path) for path in lists]
    add(8)
    assert [asked(path) for path in lists] == few
    assert max(few[:3]) <= 13


def test_the_author_withdraws_a_proposal_and_the_set_is_queued_again(personas, client_for, claims, employer):
    proposal, colleague = settle(personas.office, employer), StaffRoleFactory().user
    office, second = client_for(personas.office), client_for(colleague)
    place = reverse("kpis:settlement_withdraw", args=[proposal.pk])
    assert place in office.get(proposal.get_absolute_url()).text
    assert place not in second.get(proposal.get_absolute_url()).text
    assert second.post(place, {"note": "Not mine."}).status_code == 403
    answer = office.post(place, {"note": ""})
    assert answer.status_code == 422
    proposal.refresh_from_db()
    assert proposal.status == Adjustment.Status.PROPOSED

    page = office.post(place, {"note": "One list was the wrong one."}, follow=True).text
    assert "Withdrawn by its author" in page
    assert "One list was the wrong one." in page
    last = events.of(proposal).first()
    assert last is not None
    assert (last.actor, last.verb, last.from_state, last.to_state) == (
        personas.office,
        "settlement.withdraw",
        "proposed",
        "withdrawn",
    )
    told = Notification.objects.filter(event=last).values_list("recipient", flat=True)
    assert list(told) == [colleague.pk]
    assert [one.row["people"] for one in office.get(reverse("kpis:settlement_list")).context["sets"]] == [50]
    assert "proposal withdrawn" in office.get(reverse("kpis:settlement_list")).text
    assert "withdrawn on" in office.get(address(employer)).text
    assert proposal.get_absolute_url() in office.get(reverse("kpis:settlement_list") + "?list=decided").text
    assert settle(colleague, employer).status == Adjustment.Status.PROPOSED
    rollup.rebuild()
    assert whole() == (0, 50)


def test_what_was_decided_is_not_withdrawn_any_more(personas, client_for, claims, employer):
    proposal, colleague = settle(personas.office, employer), StaffRoleFactory().user
    services.approve_settlement(adjustment_id=proposal.pk, actor=colleague)
    place = reverse("kpis:settlement_withdraw", args=[proposal.pk])
    answer = client_for(personas.office).post(place, {"note": "Too late."}, follow=True)
    assert "Nothing was changed" in answer.text
    proposal.refresh_from_db()
    assert proposal.status == Adjustment.Status.APPROVED
