"""The desk of the Office: who has reported, what a report is held against, approving, locking, reopening, acting for
a member."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events, jobs
from core.models import Notification
from core.permissions import Denied
from core.workflow import InvalidTransition
from kpis import rollup, services
from kpis.context import comparisons_of, context_of
from kpis.models import CountedLine, Report, Round
from kpis.selectors import waiting_for
from members.models import today
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory, WorkforceFactory

pytestmark = pytest.mark.django_db
DESK = "kpis:desk"


def closed_round(year: int = 2024) -> Round:
    return RoundFactory(
        year=year, opens=today() - timedelta(days=60), closes=today() - timedelta(days=1), status=Round.Status.CLOSED
    )


def test_the_queue_shows_the_change_and_the_warnings_of_the_checks(personas, client_for):
    WorkforceFactory(organisation=personas.organisation, people=150)
    ApprovedReportFactory(organisation=personas.organisation, round=RoundFactory(year=2023), lines=[line(100)])
    SubmittedReportFactory(
        organisation=personas.organisation,
        lines=[line(160)],
        reasons={"workforce": "Two plants joined."},
        expected=True,
    )
    desk = client_for(personas.office).get(reverse(DESK)).context["desk"]
    (one,) = desk.queue
    assert (one.now, one.before, one.change) == (160, 100, 0.6)
    assert ["more than half" in str(found.message) for found in one.findings] == [True]
    assert one.reasons == ["Two plants joined."]


def test_what_many_reports_are_held_against_is_what_each_of_them_is(personas):
    quarter, year = RoundFactory(period="Q2"), RoundFactory()
    reports = []
    for number in range(3):
        member = MemberFactory()
        WorkforceFactory(organisation=member, people=100 + number, year=2020)
        WorkforceFactory(organisation=member, people=200 + number, year=2023)
        WorkforceFactory(organisation=member, people=300, year=2030)
        ApprovedReportFactory(organisation=member, round=quarter, lines=[line(number)])
        ApprovedReportFactory(organisation=member, round=RoundFactory(period="Q1"), lines=[line(90)])
        ApprovedReportFactory(organisation=member, round=RoundFactory(year=2023), lines=[line(50 + number)])
        reports.append(SubmittedReportFactory(organisation=member, round=year, lines=[line(5)]))
    found = comparisons_of(reports)
    for number, report in enumerate(reports):
        one = found[report.pk]
        whole = context_of(report)
        assert one == replace(whole, definitions={}, regions=frozenset(), initiatives=frozenset())
        assert (one.workforce, one.earlier_name) == (200 + number, "2024 Q2")
        assert [earlier.total.number for earlier in one.earlier or []] == [number]
        assert one.last_year == {("K1", "achieved"): 50 + number}


def test_the_desk_is_filtered_by_state_country_and_type(personas, client_for):
    round = RoundFactory()
    german = MemberFactory(country_code="DE", type="IND-OEM", legal_name="Werk Nord AG")
    czech = MemberFactory(country_code="CZ", type="EDU-VET", legal_name="Skola Ostrava")
    done = MemberFactory(country_code="CZ", type="EDU-VET", legal_name="Skola Brno")
    ReportFactory(organisation=german, round=round, status="not_started", expected=True)
    SubmittedReportFactory(organisation=czech, round=round, lines=[line(5)], expected=True)
    ApprovedReportFactory(organisation=done, round=round, lines=[line(5)], expected=True)
    office = client_for(personas.office)

    def shown(**query: str) -> tuple[list[str], list[str]]:
        desk = office.get(reverse(DESK, query=query)).context["desk"]
        return (
            [row.organisation.legal_name for row in desk.rows],
            [one.report.organisation.legal_name for one in desk.queue],
        )

    assert shown() == (["Skola Ostrava", "Werk Nord AG"], ["Skola Ostrava"])
    assert shown(state="approved") == (["Skola Brno"], ["Skola Ostrava"])
    assert shown(state="", type="EDU-VET") == (["Skola Brno", "Skola Ostrava"], ["Skola Ostrava"])
    assert shown(country=str(german.country_id)) == (["Werk Nord AG"], [])
    assert shown(country="nowhere", page="x") == (["Skola Ostrava", "Werk Nord AG"], ["Skola Ostrava"])


def test_reports_are_locked_once_their_round_has_closed(personas, client_for):
    early = ApprovedReportFactory(organisation=personas.organisation, lines=[line(5)])
    with pytest.raises(Denied, match="after their round has closed"):
        services.lock_report(report_id=early.pk, actor=personas.office)
    services.close_round(round_id=early.round_id, actor=personas.office)
    office = client_for(personas.office)
    assert "Lock this report?" in office.get(early.get_absolute_url()).text
    assert office.post(reverse("kpis:report_lock", args=[early.pk]), {"note": ""}).status_code == 302
    early.refresh_from_db()
    assert (early.status, early.counts) == ("locked", True)
    with pytest.raises(InvalidTransition):
        services.lock_report(report_id=early.pk, actor=personas.office)


def test_all_approved_reports_of_a_round_are_locked_at_once(personas, client_for):
    round = closed_round()
    approved = [ApprovedReportFactory(round=round, lines=[line(5)], expected=True) for _n in range(3)]
    waiting = SubmittedReportFactory(round=round, lines=[line(5)], expected=True)
    office = client_for(personas.office)
    page = office.get(reverse(DESK, query={"round": round.pk}))
    assert "Lock 3 approved reports?" in page.text
    for _click in range(2):
        assert office.post(reverse("kpis:reports_lock", args=[round.pk])).status_code == 302
    jobs.run_waiting()
    assert set(Report.objects.filter(pk__in=[one.pk for one in approved]).values_list("status", flat=True)) == {
        "locked"
    }
    assert [events.of(one).filter(verb="report.lock").count() for one in approved] == [1, 1, 1]
    waiting.refresh_from_db()
    assert waiting.status == "submitted"
    assert "approved reports?" not in office.get(reverse(DESK, query={"round": round.pk})).text


def test_the_reports_of_an_open_round_are_not_locked(personas, client_for):
    one = ApprovedReportFactory(lines=[line(5)])
    assert client_for(personas.office).post(reverse("kpis:reports_lock", args=[one.round_id])).status_code == 403


def test_a_locked_report_is_reopened_with_a_reason_and_counts_until_the_next_is_approved(personas, client_for):
    old = ApprovedReportFactory(organisation=personas.organisation, round=closed_round(), lines=[line(5)])
    services.lock_report(report_id=old.pk, actor=personas.office)
    office = client_for(personas.office)
    assert office.post(reverse("kpis:report_reopen", args=[old.pk]), {"note": " "}).status_code == 422
    assert (
        office.post(reverse("kpis:report_reopen", args=[old.pk]), {"note": "A plant was forgotten."}).status_code == 302
    )
    new = Report.objects.get(revision=2)
    row = office.get(reverse(DESK, query={"round": old.round_id})).context["desk"]
    assert row.completeness.expected == 0
    services.save_figures(report_id=new.pk, lines=[line(8)], actor=personas.reporter)
    services.submit_report(report_id=new.pk, actor=personas.primary)
    old.refresh_from_db()
    assert old.counts
    services.approve_report(report_id=new.pk, actor=personas.office)
    jobs.run_waiting()
    old.refresh_from_db()
    assert (old.status, old.counts, CountedLine.objects.get().low) == ("locked", False, 8)
    assert "5" in client_for(personas.primary).get(old.get_absolute_url()).text


def test_what_the_office_enters_is_marked_and_waits_for_the_members_primary_contact(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, status="not_started", expected=True)
    services.save_figures(report_id=report.pk, lines=[line(5)], actor=personas.office)
    page = client_for(personas.primary).get(report.get_absolute_url()).text
    assert "entered figures of this report on the member's behalf" in page.replace("&#x27;", "'")
    assert "entered figures on behalf of the member" in page
    assert "look at them and submit them" in waiting_for(personas.primary)[0].reason
    assert "entered by the Office" in client_for(personas.office).get(reverse(DESK)).text
    assert client_for(personas.primary).post(reverse("kpis:report_submit", args=[report.pk])).status_code == 302
    page = client_for(personas.reporter).get(report.get_absolute_url()).text
    assert "primary contact confirmed them" in page


def test_the_office_enters_figures_for_any_member(personas, client_for):
    office, round = client_for(personas.office), RoundFactory()
    address = reverse("kpis:report_enter", args=[round.pk])
    wrong = office.post(address, {"organisation": "Nobody"})
    assert wrong.status_code == 422
    assert "There is no such organisation" in wrong.text
    assert 'value="Nobody"' in wrong.text
    sent = office.post(address, {"organisation": f"Acme ({personas.organisation.code})"})
    report = Report.objects.get(organisation=personas.organisation)
    assert sent.url == report.get_absolute_url()
    services.save_figures(report_id=report.pk, lines=[line(5)], actor=personas.office)
    assert "entered by the Office" in office.get(reverse("kpis:report_list")).text
    services.close_round(round_id=round.pk, actor=personas.office)
    assert office.post(address, {"organisation": personas.other_organisation.code}).status_code == 403


def test_the_office_submits_for_a_member_only_with_who_confirmed_and_another_person_approves(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, status="not_started", expected=True)
    services.save_figures(report_id=report.pk, lines=[line(5)], actor=personas.office)
    colleague = StaffRoleFactory().user
    address = reverse("kpis:report_hand_in", args=[report.pk])
    assert client_for(colleague).post(address, {"note": ""}).status_code == 422
    said = {"note": "Prim Contact, by e-mail of 3 March."}
    assert client_for(colleague).post(address, said).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.confirmation, report.submitted_by) == ("submitted", said["note"], colleague)
    told = set(Notification.objects.filter(event__verb="report.hand_in").values_list("recipient", flat=True))
    assert {personas.primary.pk, personas.reporter.pk} <= told
    assert said["note"] in client_for(personas.primary).get(report.get_absolute_url()).text
    for person in (colleague, personas.office):  # one submitted, one entered it
        with pytest.raises(Denied, match="another person of the ASA Office"):
            services.approve_report(report_id=report.pk, actor=person)
    third = StaffRoleFactory().user
    assert services.approve_report(report_id=report.pk, actor=third).status == "approved"


def test_the_office_does_not_submit_what_the_member_entered(personas):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5)])
    with pytest.raises(Denied, match="only what it entered"):
        services.hand_in_report(report_id=report.pk, actor=personas.office, note="By telephone.")


def test_an_empty_report_is_not_submitted_for_a_member_either(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, entered_by_office=True, lines=[line(state="missing")])
    sent = client_for(personas.office).post(reverse("kpis:report_hand_in", args=[report.pk]), {"note": "By e-mail."})
    assert sent.status_code == 422
    assert "Nothing is filled in" in sent.text
    assert "By e-mail." in sent.text


@pytest.mark.thorough
def test_the_desk_takes_as_many_queries_for_many_as_for_few(personas, client_for):
    office, round = client_for(personas.office), RoundFactory()

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(path).status_code == 200
        return len(queries)

    def add(count: int) -> None:
        for number in range(count):
            member = MemberFactory()
            WorkforceFactory(organisation=member, people=100)
            ApprovedReportFactory(organisation=member, round=RoundFactory(year=2023), lines=[line(100)])
            SubmittedReportFactory(organisation=member, round=round, lines=[line(5 + number)], expected=True)

    paths = [reverse(DESK), reverse("pages:me")]
    add(3)
    few = [asked(path) for path in paths]
    add(12)
    assert [asked(path) for path in paths] == few


def test_a_round_that_is_over_waits_to_be_closed_and_a_decided_one_to_be_locked(personas):
    late = RoundFactory(opens=today() - timedelta(days=60), closes=today() - timedelta(days=1))
    ApprovedReportFactory(round=late, lines=[line(5)])
    waiting = SubmittedReportFactory(round=late, lines=[line(5)])

    def rounds() -> list[str]:
        return [str(item.reason) for item in waiting_for(personas.office) if item.kind == "round"]

    assert rounds() == ["Its last day is over: close it, or move the day."]
    services.close_round(round_id=late.pk, actor=personas.office)
    assert rounds() == []
    services.approve_report(report_id=waiting.pk, actor=personas.office)
    assert rounds() == ["Closed, and no report waits: lock the approved reports."]
    services.lock_reports(round_id=late.pk, actor=personas.office)
    assert rounds() == []


def test_a_line_that_does_not_count_says_which_round_or_revision_does(personas, client_for):
    quarter = ApprovedReportFactory(
        organisation=personas.organisation, round=RoundFactory(period="Q2"), lines=[line(5)]
    )
    year = ApprovedReportFactory(organisation=personas.organisation, lines=[line(9)])
    rollup.rebuild()
    reporter = client_for(personas.reporter)
    assert "the figures of the year are those of round 2024" in reporter.get(quarter.get_absolute_url()).text
    new = services.reopen_report(report_id=year.pk, actor=personas.office, note="A plant was forgotten.")
    services.submit_report(report_id=new.pk, actor=personas.primary)
    services.approve_report(report_id=new.pk, actor=personas.office)
    jobs.run_waiting()
    assert "a later revision counts" in reporter.get(year.get_absolute_url()).text
