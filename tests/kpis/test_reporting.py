"""A report from the first figure to its approval, as the people concerned go through it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import events, jobs
from core.models import Job, Notification
from core.permissions import Denied
from core.workflow import InvalidTransition
from kpis import services
from kpis.context import context_of
from kpis.forms.figures import StepForm
from kpis.models import CountedLine, Figure, Report, Round, Total
from kpis.selectors import waiting_for
from members.models import Representation, today
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory, WorkforceFactory
from tests.variants import telling

pytestmark = pytest.mark.django_db


def row(number: int = 0, total: str = "120", **more: str) -> dict[str, str]:
    """What the form sends for a row; parts as gender__f="20"."""
    said = {"series": "achieved", "region": "CZ", "whose": "own", "others": "", "initiative": "", "total": total}
    said |= {"state": "number", "note": ""} | {key.replace("__", "."): value for key, value in more.items()}
    return {f"r{number}-{key}": value for key, value in said.items()}


def send(client, report, *rows: dict[str, str], step: str = "K1", action: str = "save", **more: str):
    data = {"rows": str(len(rows)), "action": action, **more}
    for one in rows:
        data |= one
    return client.post(reverse("kpis:report_edit", args=[report.pk]) + f"?step={step}", data)


def approve(client, report):
    """From the page as it is now."""
    page = client.get(report.get_absolute_url())
    seen = page.context["approve_form"]["seen"].value() or ""
    return client.post(reverse("kpis:report_approve", args=[report.pk]), {"seen": seen})


def test_from_the_first_figure_to_the_dashboard(personas, client_for):
    round = services.create_round(
        year=2025, period="YEAR", opens=today(), closes=today(), indicators=["K1", "K2"], actor=personas.office
    )
    services.open_round(round_id=round.pk, actor=personas.office)
    report = Report.objects.get(round=round, organisation=personas.organisation)
    assert [item.title for item in waiting_for(personas.reporter)] == [str(report)]

    reporter = client_for(personas.reporter)
    sent = send(reporter, report, row(total="1 200", gender__f="400", gender__m="800"), action="next")
    assert sent.status_code == 302
    assert sent.url.endswith("?step=K2")
    assert send(reporter, report, row(total="0"), step="K2", action="next").url == report.get_absolute_url()
    assert reporter.post(reverse("kpis:report_submit", args=[report.pk])).status_code == 403

    assert client_for(personas.primary).post(reverse("kpis:report_submit", args=[report.pk])).status_code == 302
    report.refresh_from_db()
    assert report.status == "submitted"
    assert Notification.objects.filter(recipient=personas.office, event__verb="report.submit").count() == 1

    assert approve(client_for(personas.office), report).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.member_type) == ("approved", personas.organisation.member_type)
    assert not Total.objects.exists()
    jobs.run_waiting()
    assert Total.objects.get(by="region", key="ALL", indicator__code="K1", breakdown="").low == 1200
    assert Total.objects.get(by="region", key="CZ", indicator__code="K1", category="f").low == 400
    assert Total.objects.get(by="region", key="ALL", indicator__code="K2", breakdown="").reporters == 1
    assert [event.verb for event in events.of(report)] == ["report.approve", "report.submit", "report.start"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    telling(
        [
            ("n/a", "is not a number"),
            ("see note", "is not a number"),
            ("1.234,5", "whole numbers"),
            ("12.5", "whole numbers"),
            ("-3", "never below zero"),
            ("99999999999999999999", "too large"),
        ],
        0,
        2,
        4,
    ),
)
def test_what_is_no_whole_number_is_refused_at_the_cell_and_stays_in_it(personas, client_for, typed, reason):
    report = ReportFactory(organisation=personas.organisation)
    page = send(client_for(personas.reporter), report, row(total=typed), row(1, "55", region="DE"))
    assert page.status_code == 422
    text = page.content.decode()
    assert reason in text
    assert 'value="55"' in text
    assert f'value="{typed}"' in text
    assert not Figure.objects.exists()


def test_a_blank_is_missing_and_never_zero(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    send(client_for(personas.reporter), report, row(total=""), row(1, "0", region="DE"))
    assert dict(report.figures.values_list("region__code", "state")) == {"CZ": "missing", "DE": "zero"}


def test_there_is_no_number_where_none_was_collected(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    reporter = client_for(personas.reporter)
    assert send(reporter, report, row(total="5", state="not_collected")).status_code == 422
    assert send(reporter, report, row(total="", state="not_collected")).status_code == 302
    assert report.figures.get().state == "not_collected"


def test_a_breakdown_over_its_total_is_refused_and_one_that_is_incomplete_stays_a_draft(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    page = send(client_for(personas.primary), report, row(total="10", gender__f="11"))
    assert page.status_code == 422
    assert "1 more than the total" in page.content.decode()
    assert send(client_for(personas.primary), report, row(total="10", gender__f="4")).status_code == 302
    page = client_for(personas.primary).post(reverse("kpis:report_submit", args=[report.pk]))
    assert page.status_code == 422
    assert "6 are left of 10" in page.content.decode()
    report.refresh_from_db()
    assert report.status == "draft"


def test_a_country_and_its_regions_are_not_both_given(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    page = send(client_for(personas.reporter), report, row(), row(1, region="CZ08"))
    assert page.status_code == 422
    assert "not both" in page.content.decode()
    claims = [row(), row(1, region="CZ08", whose="not_employed")]
    assert send(client_for(personas.reporter), report, *claims).status_code == 302


def test_a_region_that_does_not_exist_is_refused(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    page = send(client_for(personas.reporter), report, row(region="CZ99"))
    assert page.status_code == 422
    assert "CZ99" in page.content.decode()


def test_a_row_is_added_for_workers_of_a_named_organisation(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    other = personas.other_organisation
    adding = {"add-series": "achieved", "add-region": "DE21", "add-whose": "others"}
    reporter = client_for(personas.reporter)
    page = send(reporter, report, action="add", **adding, **{"add-others": "Nobody knows them"})
    assert page.status_code == 422
    assert "no organisation of this name" in page.content.decode()
    named = {"add-others": f"{other.legal_name} ({other.code})"}
    assert send(reporter, report, row(), action="add", **adding, **named).status_code == 302
    assert report.figures.filter(others=other, region__code="DE21", state="missing").count() == 1
    own = {"add-others": personas.organisation.code}
    assert send(reporter, report, row(), action="add", **adding, **own).status_code == 422


def test_a_row_is_removed(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5), line(6, region="DE")])
    send(client_for(personas.reporter), report, row(total="5"), row(1, "6", region="DE", remove="on"))
    assert report.figures.get().region.code == "CZ"


def test_saving_one_indicator_leaves_the_others_alone(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5), line(6, indicator="K2")])
    send(client_for(personas.reporter), report, row(total="7"))
    assert sorted(report.figures.values_list("value", flat=True)) == [6, 7]


def test_more_workers_trained_than_declared_asks_for_a_reason(personas, client_for):
    WorkforceFactory(organisation=personas.organisation, year=2024, people=100)
    report = ReportFactory(organisation=personas.organisation, lines=[line(120)])
    primary = client_for(personas.primary)
    page = primary.post(reverse("kpis:report_submit", args=[report.pk]))
    assert page.status_code == 422
    assert "declares" in page.content.decode()
    form = primary.get(reverse("kpis:report_edit", args=[report.pk])).content.decode()
    assert 'name="reason-workforce"' in form
    send(primary, report, row(total="120"), **{"reason-workforce": "Seasonal workers are not declared."})
    assert primary.post(reverse("kpis:report_submit", args=[report.pk])).status_code == 302
    report.refresh_from_db()
    assert report.status == "submitted"


def test_figures_of_the_year_to_date_do_not_fall_without_a_reason(personas):
    ApprovedReportFactory(organisation=personas.organisation, round=RoundFactory(period="Q2"), lines=[line(100)])
    report = ReportFactory(organisation=personas.organisation, round=RoundFactory(period="Q3"), lines=[line(90)])
    with pytest.raises(services.NotComplete, match="do not fall"):
        services.submit_report(report_id=report.pk, actor=personas.primary)


def test_an_empty_report_is_never_complete(personas):
    report = ReportFactory(organisation=personas.organisation, lines=[line(state="missing")])
    with pytest.raises(services.NotComplete, match="Nothing is filled in"):
        services.submit_report(report_id=report.pk, actor=personas.primary)


def test_a_change_of_more_than_half_is_shown_but_does_not_stop(personas, client_for):
    ApprovedReportFactory(organisation=personas.organisation, round=RoundFactory(year=2023), lines=[line(100)])
    report = ReportFactory(organisation=personas.organisation, lines=[line(151)])
    page = client_for(personas.primary).get(report.get_absolute_url()).content.decode()
    assert "more than half" in page
    assert services.submit_report(report_id=report.pk, actor=personas.primary).status == "submitted"


def test_last_years_rows_are_offered_without_their_numbers(personas, client_for):
    ApprovedReportFactory(
        organisation=personas.organisation, round=RoundFactory(year=2023), lines=[line(4321, region="DE21")]
    )
    report = ReportFactory(organisation=personas.organisation, status="not_started")
    page = client_for(personas.reporter).get(reverse("kpis:report_edit", args=[report.pk])).content.decode()
    assert "Oberbayern" in page
    assert "4,321" in page
    assert 'value="4321"' not in page


def test_a_closed_round_takes_no_figures_but_a_returned_report_can_be_corrected(personas):
    past = RoundFactory(opens=today() - timedelta(days=60), closes=today() - timedelta(days=1))
    report = ReportFactory(organisation=personas.organisation, round=past)
    with pytest.raises(Denied, match="closed"):
        services.save_figures(report_id=report.pk, lines=[line(1)], actor=personas.reporter)
    Report.objects.all().delete()
    report = SubmittedReportFactory(organisation=personas.organisation, round=past, lines=[line(1)])
    services.return_report(report_id=report.pk, actor=personas.office, note="Please add the regions.")
    services.save_figures(report_id=report.pk, lines=[line(2)], actor=personas.reporter)
    assert services.submit_report(report_id=report.pk, actor=personas.primary).status == "submitted"


def test_returning_needs_a_reason_and_tells_it(personas, client_for):
    report = SubmittedReportFactory(organisation=personas.organisation, lines=[line(5)])
    office = client_for(personas.office)
    assert office.post(reverse("kpis:report_return", args=[report.pk]), {"note": " "}).status_code == 422
    office.post(reverse("kpis:report_return", args=[report.pk]), {"note": "The age groups are missing."})
    page = client_for(personas.reporter).get(report.get_absolute_url()).content.decode()
    assert "The age groups are missing." in page
    assert Notification.objects.filter(event__verb="report.return").count() == 2


def test_the_office_cannot_approve_what_it_entered_itself(personas):
    round = RoundFactory()
    report = ReportFactory(organisation=personas.organisation, round=round, status="not_started")
    services.save_figures(report_id=report.pk, lines=[line(5)], actor=personas.office)
    report.refresh_from_db()
    assert report.entered_by_office
    services.submit_report(report_id=report.pk, actor=personas.primary)
    with pytest.raises(Denied, match="another person of the ASA Office"):
        services.approve_report(report_id=report.pk, actor=personas.office)
    colleague = StaffRoleFactory().user
    assert services.approve_report(report_id=report.pk, actor=colleague).status == "approved"


def test_nobody_approves_the_report_of_their_own_organisation(personas):
    RepresentationFactory(user=personas.office, organisation=personas.organisation)
    report = SubmittedReportFactory(organisation=personas.organisation, lines=[line(5)])
    with pytest.raises(Denied, match="You represent this organisation"):
        services.approve_report(report_id=report.pk, actor=personas.office)


def test_a_second_click_on_approve_is_harmless(personas, client_for):
    report = SubmittedReportFactory(organisation=personas.organisation, lines=[line(5)])
    office = client_for(personas.office)
    for _click in range(2):
        assert approve(office, report).status_code == 302
    assert events.of(report).filter(verb="report.approve").count() == 1
    page = office.get(report.get_absolute_url()).content.decode()
    assert "Nothing was changed" in page


def test_a_reopened_report_counts_as_it_was_until_the_new_revision_is_approved(personas):
    report = SubmittedReportFactory(organisation=personas.organisation, lines=[line(5)])
    services.approve_report(report_id=report.pk, actor=personas.office)
    new = services.reopen_report(report_id=report.pk, actor=personas.office, note="A plant was forgotten.")
    assert (new.revision, new.status, new.figures.get().value) == (2, "draft", 5)
    services.save_figures(report_id=new.pk, lines=[line(8)], actor=personas.reporter)
    jobs.run_waiting()
    assert CountedLine.objects.get().low == 5
    services.submit_report(report_id=new.pk, actor=personas.primary)
    services.approve_report(report_id=new.pk, actor=personas.office)
    jobs.run_waiting()
    assert CountedLine.objects.get().low == 8
    report.refresh_from_db()
    assert report.superseded_at is not None
    with pytest.raises(InvalidTransition):
        services.reopen_report(report_id=report.pk, actor=personas.office, note="Once more.")


def test_approvals_of_one_year_share_a_refresh(personas):
    for organisation in (personas.organisation, personas.other_organisation):
        report = SubmittedReportFactory(organisation=organisation, lines=[line(5)])
        services.approve_report(report_id=report.pk, actor=personas.office)
    assert Job.objects.filter(kind="kpis.refresh").count() == 1
    jobs.run_waiting()
    assert CountedLine.objects.count() == 2


def test_opening_a_round_fixes_who_is_expected_and_tells_them(personas):
    late = MemberFactory(legal_name="Late Joiner")
    late.memberships.all().delete()
    round = RoundFactory(status=Round.Status.PLANNED, year=2025)
    services.open_round(round_id=round.pk, actor=personas.office)
    assert not round.expected.filter(organisation=late).exists()
    assert round.reports.filter(organisation=personas.organisation, status="not_started").count() == 1
    told = set(Notification.objects.filter(event__verb="round.open").values_list("recipient__email", flat=True))
    assert {personas.primary.email, personas.reporter.email, personas.outsider.email} <= told
    assert personas.delegate.email not in told


def test_a_report_of_another_member_is_not_there_for_an_outsider(personas, client_for):
    report = ApprovedReportFactory(organisation=personas.organisation, lines=[line(5)])
    assert client_for(personas.outsider).get(report.get_absolute_url()).status_code == 404
    listed = client_for(personas.outsider).get(reverse("kpis:report_list")).content.decode()
    assert "Acme" not in listed


@pytest.mark.thorough
@pytest.mark.parametrize("count", [10, 60])
def test_lists_take_the_same_number_of_queries_however_long(personas, client_for, django_assert_max_num_queries, count):
    round = RoundFactory()
    for number in range(count):
        SubmittedReportFactory(round=round, lines=[line(5 + number)], expected=True)
    office = client_for(personas.office)
    with django_assert_max_num_queries(14):
        assert office.get(reverse("kpis:report_list")).status_code == 200
    with django_assert_max_num_queries(18):
        assert office.get(reverse("kpis:desk")).status_code == 200


def test_the_desk_says_who_is_missing_and_what_waits(personas, client_for):
    round = RoundFactory()
    WorkforceFactory(organisation=personas.organisation, people=300)
    WorkforceFactory(organisation=personas.other_organisation, people=100)
    ApprovedReportFactory(organisation=personas.organisation, round=round, lines=[line(5)], expected=True)
    SubmittedReportFactory(organisation=personas.other_organisation, round=round, lines=[line(7)], expected=True)
    page = client_for(personas.office).get(reverse("kpis:desk")).content.decode()
    assert "of 2 expected, 50\u00a0%" in page
    assert "300 of 400 people" in page
    assert "Other Training Ltd" in page


def test_a_round_cannot_close_before_it_opens(personas, client_for):
    said = {"year": 2030, "period": "Q1", "opens": "2030-04-10", "closes": "2030-04-01", "indicators": ["K1"]}
    page = client_for(personas.office).post(reverse("kpis:round_list"), said)
    assert page.status_code == 422
    assert not Round.objects.filter(year=2030).exists()


def test_commands_make_the_roll_up_and_find_it_right(capsys):
    ApprovedReportFactory(lines=[line(5)])
    call_command("rollup", "--json")
    call_command("audit_rollups", "--json")
    assert '"differences": 0' in capsys.readouterr().out.splitlines()[-1]
    Total.objects.filter(key="CZ").update(low=6)
    with pytest.raises(SystemExit) as stopped:
        call_command("audit_rollups", "--json")
    assert stopped.value.code == 1
    call_command("rollup", "--year", "2024")
    call_command("audit_rollups")


def test_the_nightly_audit_leaves_a_trace_of_a_difference(caplog):
    from kpis.tasks import audit_rollups

    report = ApprovedReportFactory(lines=[line(5)], approved_at=timezone.now())
    audit_rollups()
    assert "differs" in caplog.text
    assert report.figures.exists()


def test_figures_edited_in_two_windows_are_not_overwritten_unseen(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    reporter, primary = client_for(personas.reporter), client_for(personas.primary)
    address = reverse("kpis:report_edit", args=[report.pk])
    opened = reporter.get(address).context["seen"]
    assert primary.get(address).context["seen"] == opened
    assert send(reporter, report, row(total="300"), seen=opened).status_code == 302
    late = send(primary, report, row(total="7"), seen=opened)
    assert late.status_code == 422
    assert "Somebody else has saved these figures" in late.text
    assert 'value="7"' in late.text
    assert report.figures.get().value == 300
    # The same form sent twice is no conflict; saving once more is a decision.
    assert send(reporter, report, row(total="300"), seen=opened).status_code == 302
    assert send(primary, report, row(total="7"), seen=late.context["seen"]).status_code == 302
    assert report.figures.get().value == 7


def test_an_organisation_that_is_no_number_is_refused_at_its_row(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    page = send(client_for(personas.reporter), report, row(whose="others", others="x"))
    assert page.status_code == 422
    assert not report.figures.exists()


def test_no_row_that_was_sent_is_left_out_however_many_there_are(personas):
    report = ReportFactory(organisation=personas.organisation)
    data = {key: value for number in range(450) for key, value in row(number).items()}
    form = StepForm(
        report=report, definition=context_of(report).definitions["K1"], lines=[], data=data | {"rows": "450"}
    )
    assert len(form.rows) == 450
    assert len(StepForm(report=report, definition=form.definition, lines=[], data={"rows": "9" * 9}).rows) == 1


def test_opening_a_round_takes_as_many_queries_however_many_are_told(personas):
    def queries_with(more: int, year: int) -> int:
        for _n in range(more):
            RepresentationFactory(role=Representation.Role.PRIMARY)
        planned = RoundFactory(year=year, status=Round.Status.PLANNED)
        with CaptureQueriesContext(connection) as asked:
            services.open_round(round_id=planned.pk, actor=personas.office)
        told = Notification.objects.filter(event__in=events.of(planned))
        assert told.count() == Representation.objects.filter(role__in=["primary", "reporter"]).count()
        return len(asked)

    queries_with(0, 2020)  # reads what is kept for later, such as kinds of things
    assert queries_with(5, 2021) == queries_with(40, 2022)
