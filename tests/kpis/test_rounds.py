"""Rounds from planning to closing: dates, who is expected, and reminders to those who have not reported."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events, jobs, notifications
from core.models import Notification
from core.permissions import Denied
from core.workflow import NotPossible
from kpis import services
from kpis.models import Reminder, Report, Round
from kpis.selectors import waiting_for
from kpis.selectors.reports import completeness, expected_rows
from kpis.tasks import ask_for_due_reminders
from members.models import today
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, RepresentationFactory

pytestmark = pytest.mark.django_db


def days(count: int) -> timedelta:
    return timedelta(days=count)


def changed(one: Round, **more: object) -> dict[str, object]:
    """What the form of a round sends."""
    codes = list(one.indicators.values_list("indicator__code", flat=True))
    said = {"opens": one.opens, "closes": one.closes, "indicators": codes, "reminder_days": "14, 7, 1, -7", "note": ""}
    return said | more


# -- Dates ------------------------------------------------------------------------------------------------------------
def test_a_planned_round_can_be_changed_in_all_but_its_year_and_period(personas, client_for):
    one = RoundFactory(year=2030, status="planned", opens=date(2030, 12, 1), closes=date(2031, 2, 28))
    sent = changed(one, opens="2030-12-05", closes="2031-01-31", indicators=["K1", "K4"], reminder_days="10 3; −2")
    address = reverse("kpis:round_edit", args=[one.pk])
    assert client_for(personas.office).post(address, sent).status_code == 302
    one.refresh_from_db()
    assert (one.opens, one.closes, one.reminder_days) == (date(2030, 12, 5), date(2031, 1, 31), [10, 3, -2])
    assert set(one.indicators.values_list("indicator__code", flat=True)) == {"K1", "K4"}
    event = events.of(one).get(verb="round.edit")
    assert (event.data["before"]["closes"], event.data["after"]["closes"]) == ("2031-02-28", "2031-01-31")
    assert not Notification.objects.filter(event=event).exists()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"closes": "2029-01-01"}, "cannot close before it opens"),
        ({"closes": "31.02.2031"}, "Enter a valid date"),
        ({"reminder_days": "14, soon"}, "“soon” is not a number of days"),
        ({"reminder_days": "99"}, "“99” is not a number of days"),
        ({"indicators": []}, "This field is required"),
    ],
)
def test_what_makes_no_round_is_said_at_the_field(personas, client_for, said, message):
    one = RoundFactory(year=2030, status="planned", opens=date(2030, 12, 1), closes=date(2031, 2, 28))
    page = client_for(personas.office).post(reverse("kpis:round_edit", args=[one.pk]), changed(one, **said))
    assert page.status_code == 422
    assert message in page.text
    one.refresh_from_db()
    assert one.closes == date(2031, 2, 28)


def test_the_last_day_of_an_open_round_moves_with_a_reason_that_members_are_told(personas, client_for):
    one = RoundFactory()
    ReportFactory(organisation=personas.organisation, round=one, expected=True)
    office, address = client_for(personas.office), reverse("kpis:round_edit", args=[one.pk])
    later = one.closes + days(10)
    page = office.post(address, changed(one, closes=later))
    assert page.status_code == 422
    assert "why the last day changes" in page.text
    assert "in the past" in office.post(address, changed(one, closes=today() - days(1), note="Over.")).text
    assert office.post(address, changed(one, closes=later, note="The holidays.")).status_code == 302
    one.refresh_from_db()
    assert one.closes == later
    told = set(Notification.objects.filter(event__verb="round.edit").values_list("recipient", flat=True))
    assert told == {personas.primary.pk, personas.reporter.pk}


def test_the_first_day_and_the_indicators_of_an_open_round_stay(personas, client_for):
    one = RoundFactory()
    sent = changed(one, opens=one.opens - days(5), indicators=["K1"])
    client_for(personas.office).post(reverse("kpis:round_edit", args=[one.pk]), sent)
    before = one.opens
    one.refresh_from_db()
    assert (one.opens, one.indicators.count()) == (before, 5)
    with pytest.raises(NotPossible, match="stay as they are"):
        services.edit_round(
            round_id=one.pk,
            opens=one.opens,
            closes=one.closes,
            indicators=["K1"],
            reminder_days=[],
            actor=personas.office,
        )


def test_a_round_that_is_there_already_is_not_planned_twice(personas, client_for):
    RoundFactory(year=2030, period="Q1")
    said = {"year": 2030, "period": "Q1", "opens": "2030-04-01", "closes": "2030-04-30", "indicators": ["K1"]}
    assert client_for(personas.office).post(reverse("kpis:round_list"), said).status_code == 422
    with pytest.raises(NotPossible, match="already"):
        services.create_round(**said | {"opens": date(2030, 4, 1), "closes": date(2030, 4, 30)}, actor=personas.office)


def test_a_closed_round_opens_again_with_a_reason_and_a_new_last_day(personas, client_for):
    one = RoundFactory(opens=today() - days(60), closes=today() - days(1))
    report = ReportFactory(organisation=personas.organisation, round=one, expected=True)
    services.close_round(round_id=one.pk, actor=personas.office)
    assert waiting_for(personas.reporter) == []
    office, address = client_for(personas.office), reverse("kpis:round_reopen", args=[one.pk])
    until = today() + days(14)
    assert office.post(address, {"closes": until, "note": ""}).status_code == 422
    assert "today or later" in office.post(address, {"closes": today() - days(1), "note": "Late."}).text
    assert office.post(address, {"closes": until, "note": "Three members were late."}).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.closes) == ("open", until)
    assert "Three members were late." in office.get(one.get_absolute_url()).text
    assert [item.url for item in waiting_for(personas.reporter)] == [report.get_absolute_url()]
    told = Notification.objects.filter(event__verb="round.reopen").values_list("recipient", flat=True)
    assert set(told) == {personas.primary.pk, personas.reporter.pk}
    with pytest.raises(Denied):
        services.reopen_round(round_id=one.pk, closes=until, note="Please.", actor=personas.primary)


# -- Who is expected --------------------------------------------------------------------------------------------------
def test_an_organisation_is_added_and_taken_off_with_a_reason_and_completeness_follows(personas, client_for):
    one = RoundFactory()
    ApprovedReportFactory(organisation=personas.other_organisation, round=one, lines=[line(5)], expected=True)
    office = client_for(personas.office)
    add = reverse("kpis:reporter_add", args=[one.pk])
    who = {"organisation": f"Acme ({personas.organisation.code})", "note": "It joined in May."}
    assert office.post(add, who | {"note": " "}).status_code == 422
    assert "no such organisation" in office.post(add, who | {"organisation": "Nobody"}).text
    assert office.post(add, who).status_code == 302
    assert completeness(expected_rows(one)).share == 0.5
    assert "expected to report already" in office.post(add, who).text
    assert [item.title for item in waiting_for(personas.primary)] == [str(Report.objects.get(status="not_started"))]
    told = Notification.objects.filter(event__verb="round.expect").values_list("recipient", flat=True)
    assert set(told) == {personas.primary.pk, personas.reporter.pk}

    page = office.get(reverse("kpis:round_reporters", args=[one.pk]))
    assert "added later: It joined in May." in page.text
    remove = reverse("kpis:reporter_remove", args=[one.pk, personas.organisation.pk])
    assert office.post(remove, {"note": ""}).status_code == 422
    assert office.post(remove, {"note": "It has left."}).status_code == 302
    assert completeness(expected_rows(one)).share == 1
    assert not Report.objects.filter(organisation=personas.organisation).exists()
    assert "It has left." in office.get(reverse("kpis:round_reporters", args=[one.pk])).text
    assert "not among those" in office.post(remove, {"note": "Again."}).text


def test_what_an_organisation_has_written_stays_when_it_is_taken_off(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5)], expected=True)
    services.release_reporter(
        round_id=report.round_id, organisation_id=personas.organisation.pk, note="It has left.", actor=personas.office
    )
    assert report.figures.count() == 1
    desk = client_for(personas.office).get(reverse("kpis:desk")).context["desk"]
    assert desk.unexpected == [report]


# -- Reminders --------------------------------------------------------------------------------------------------------
@pytest.fixture
def reporting(personas) -> Round:
    """Closes in two weeks. Acme has a draft; another has submitted, a third has nothing and nobody."""
    one = RoundFactory(opens=today() - days(30), closes=today() + days(14), reminder_days=[14, 7, 1, -7])
    ReportFactory(organisation=personas.organisation, round=one, lines=[line(5)], expected=True)
    SubmittedReportFactory(organisation=personas.other_organisation, round=one, lines=[line(5)], expected=True)
    ReportFactory(round=one, status="not_started", expected=True)
    RepresentationFactory(organisation=ApprovedReportFactory(round=one, expected=True).organisation, role="primary")
    return one


def reminded() -> list[str]:
    found = Notification.objects.filter(event__verb="report.remind").order_by("recipient__email")
    return list(found.values_list("recipient__email", flat=True))


def test_those_who_have_not_submitted_are_reminded_once_on_each_day_of_the_schedule(personas, reporting):
    assert ask_for_due_reminders() == 1
    assert ask_for_due_reminders() == 0
    jobs.run_waiting()
    assert reminded() == [personas.primary.email, personas.reporter.email]
    notifications.deliver_due()
    letter = next(one for one in mail.outbox if one.to == [personas.primary.email])
    assert "has not been submitted yet" in letter.body
    assert str(reporting.closes) in letter.body
    with time_machine.travel(today() + days(1)):
        assert ask_for_due_reminders() == 0
    with time_machine.travel(today() + days(7)):
        assert ask_for_due_reminders() == 1
        jobs.run_waiting()
    assert len(reminded()) == 4


def test_after_the_last_day_the_reminder_says_so_and_a_closed_round_sends_none(personas, reporting):
    with time_machine.travel(today() + days(21)):
        assert ask_for_due_reminders() == 1
        jobs.run_waiting()
        notifications.deliver_due()
        assert "was due on" in mail.outbox[0].body
    Reminder.objects.all().delete()
    services.close_round(round_id=reporting.pk, actor=personas.office)
    with time_machine.travel(today() + days(21)):
        assert ask_for_due_reminders() == 0


def test_a_day_that_beat_missed_is_made_up_for_and_of_several_only_the_latest_is_sent(personas, reporting):
    Round.objects.filter(pk=reporting.pk).update(reminder_days=[14, 13, 12])
    with time_machine.travel(today() + days(2)):
        assert ask_for_due_reminders() == 1
        assert ask_for_due_reminders() == 0
    sent = Reminder.objects.get(pk=jobs.Job.objects.get(kind="kpis.remind").payload["reminder"])
    assert sent.days_left == 12
    with time_machine.travel(today() + days(9)):  # more than two days after the last of them
        assert ask_for_due_reminders() == 0


def test_a_round_that_has_just_opened_reminds_nobody_of_days_before(personas):
    RoundFactory(opens=today(), closes=today() + days(14), reminder_days=[14])
    assert ask_for_due_reminders() == 0


def test_with_another_last_day_the_schedule_begins_anew(personas, reporting):
    assert ask_for_due_reminders() == 1
    Round.objects.filter(pk=reporting.pk).update(closes=reporting.closes + days(10))
    with time_machine.travel(today() + days(10)):
        assert ask_for_due_reminders() == 1


def test_who_submits_before_the_reminder_goes_out_is_left_alone(personas, reporting):
    ask_for_due_reminders()
    report = Report.objects.get(organisation=personas.organisation)
    services.submit_report(report_id=report.pk, actor=personas.primary)
    jobs.run_waiting()
    assert reminded() == []
    assert Reminder.objects.get().reports == 1  # the organisation without anybody


def test_the_office_reminds_by_hand_and_sees_whom_before(personas, client_for, reporting):
    office, address = client_for(personas.office), reverse("kpis:round_remind", args=[reporting.pk])
    page = office.get(address)
    assert page.context["people"] == 2
    assert "nobody to tell" in page.text
    assert "Other Training" not in page.text
    sent = {"seen": page.context["form"].initial["seen"], "note": "The ministry waits for it."}
    assert office.post(address, sent).status_code == 302
    again = office.post(address, sent)  # the second click
    assert again.status_code == 422
    assert "sent in the meantime" in again.text
    jobs.run_waiting()
    jobs.run_waiting()
    assert reminded() == [personas.primary.email, personas.reporter.email]
    notifications.deliver_due()
    assert "The ministry waits for it." in mail.outbox[0].body
    assert "The ministry waits for it." in office.get(reporting.get_absolute_url()).text
    page = client_for(personas.primary).get(Report.objects.get(organisation=personas.organisation).get_absolute_url())
    assert "reminded the member" in page.text


def test_the_pages_of_a_round_take_as_many_queries_for_many_as_for_few(personas, client_for):
    office, one = client_for(personas.office), RoundFactory()
    paths = [reverse(f"kpis:{name}", args=[one.pk]) for name in ("round_detail", "round_reporters", "round_remind")]

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(path).status_code == 200
        return len(queries)

    def add(count: int) -> None:
        for _number in range(count):
            member = MemberFactory()
            RepresentationFactory(organisation=member, role="primary")
            ReportFactory(organisation=member, round=one, status="not_started", expected=True)

    add(3)
    few = [asked(path) for path in paths]
    add(20)
    assert [asked(path) for path in paths] == few
