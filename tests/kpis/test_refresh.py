"""A refresh makes anew what a report can change, and nothing else; killed at any point it forgets nothing."""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.utils import timezone

from core import jobs
from core.models import Job, Notification
from kpis import rollup, services
from kpis.models import CountedLine, OrganisationTotal, RefreshRequest, Report, RollUpAudit, Total
from kpis.refresh import KIND, ask_for_refresh, audit, rebuild_now
from kpis.scope import Scope
from kpis.tasks import audit_rollups
from members.models import User
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.kpis import oracle
from tests.kpis.test_at_once import together
from tests.kpis.test_counting import stored_totals
from tests.kpis.test_settlements import new_revision
from tests.variants import telling

WELL = {"counted": [], "organisation": [], "total": [], "period": []}


def ids(rows) -> set[int]:
    return set(rows.values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_refresh_leaves_alone_what_the_report_cannot_change(personas):
    mine = ApprovedReportFactory(lines=[line(100, region="CZ08"), line(8, indicator="K2")])
    far = ApprovedReportFactory(lines=[line(50, region="DE21"), line(4, indicator="K3")])
    ApprovedReportFactory(round=RoundFactory(year=2023), organisation=mine.organisation, lines=[line(90)])
    rollup.rebuild()
    elsewhere = Total.objects.filter(key__in=["DE", "DE2", "DE21"]) | Total.objects.exclude(year=2024)
    of_others = OrganisationTotal.objects.exclude(organisation=mine.organisation, year=2024)
    only_theirs = Total.objects.filter(indicator__code="K3")
    before = ids(elsewhere), ids(of_others), ids(only_theirs)
    report = new_revision(mine, line(70, region="CZ07"), line(8, indicator="K2"))
    services.approve_report(report_id=report.pk, actor=personas.office)
    assert jobs.run_waiting() == 1
    assert (ids(elsewhere), ids(of_others), ids(only_theirs)) == before
    assert not Total.objects.filter(key="CZ08").exists()
    assert Total.objects.get(by="region", key="ALL", year=2024, indicator__code="K1", breakdown="").low == 120
    assert far.counted_lines.count() == 2
    assert rollup.differences() == WELL


@pytest.mark.django_db
def test_a_rebuild_mends_what_is_wrong_gone_or_too_much_and_leaves_the_rest_alone():
    ApprovedReportFactory(lines=[line(100, region="CZ08"), line(8, indicator="K2")])
    ApprovedReportFactory(round=RoundFactory(year=2023), lines=[line(50, region="DE21")])
    rollup.rebuild()
    before, good, tables = stored_totals(), Total.objects.filter(key="DE21"), (Total, OrganisationTotal, CountedLine)
    untouched, sizes = ids(good), [table.objects.count() for table in tables]
    Total.objects.filter(key="CZ08").update(low=7)
    Total.objects.filter(key="ALL", year=2024, indicator__code="K2").delete()
    Total.objects.create(**{**Total.objects.filter(key="DE").values().first(), "id": None, "key": "FR", "region": "FR"})
    OrganisationTotal.objects.filter(region="DE2").update(high=1)
    CountedLine.objects.filter(region="CZ08").update(others=MemberFactory())
    rollup.rebuild(Scope(year=2023))
    assert Total.objects.get(key="CZ08", breakdown="", indicator__code="K1").low == 7, "another year was not asked for"
    assert not OrganisationTotal.objects.filter(high=1).exists()
    rollup.rebuild()
    assert stored_totals() == before
    assert [table.objects.count() for table in tables] == sizes
    assert ids(good) == untouched
    assert rollup.differences() == WELL


@pytest.mark.django_db
def test_a_claim_of_another_reporter_is_counted_anew_with_its_cells(personas):
    employer = MemberFactory()
    one = ApprovedReportFactory(lines=[line(30, whose="others", others=employer, region="CZ08")])
    rollup.rebuild()
    two = SubmittedReportFactory(lines=[line(20, whose="others", others=employer, region="CZ")])
    services.approve_report(report_id=two.pk, actor=personas.office)
    jobs.run_waiting()
    assert CountedLine.objects.get(report=one).status == "contested"
    assert Total.objects.get(by="region", key="CZ08", breakdown="").low == 0
    own = SubmittedReportFactory(organisation=employer, lines=[line(44)])
    services.approve_report(report_id=own.pk, actor=personas.office)
    jobs.run_waiting()
    assert set(CountedLine.objects.filter(whose="others").values_list("status", flat=True)) == {"also_reported"}
    assert stored_totals() == oracle.expected_totals()
    assert rollup.differences() == WELL


@pytest.mark.django_db
def test_a_new_member_type_leaves_nothing_in_the_cells_of_the_old_one(personas):
    report = ApprovedReportFactory(organisation=MemberFactory(type="IND-SUP"), lines=[line(30)])
    rollup.rebuild()
    member = report.organisation
    member.member_type = MemberFactory(type="REG").member_type
    member.save(update_fields=["member_type"])
    services.approve_report(report_id=new_revision(report, line(30)).pk, actor=personas.office)
    jobs.run_waiting()
    assert set(Total.objects.filter(by="member_type").values_list("key", flat=True)) == {"REG"}
    assert rollup.differences() == WELL


@pytest.mark.django_db
def test_several_approvals_are_one_refresh(personas):
    reports = [SubmittedReportFactory(lines=[line(10 + n)]) for n in range(4)]
    for report in reports:
        services.approve_report(report_id=report.pk, actor=personas.office)
    assert RefreshRequest.objects.count() == 4
    assert jobs.run_waiting() == 1
    assert not RefreshRequest.objects.exists()
    assert Total.objects.get(by="region", key="ALL", breakdown="").low == 46


@pytest.mark.django_db
def test_a_refresh_that_failed_is_made_up_for_by_the_next(personas):
    one = SubmittedReportFactory(lines=[line(10)])
    services.approve_report(report_id=one.pk, actor=personas.office)
    Job.objects.filter(kind=KIND).update(state=Job.State.FAILED)
    two = SubmittedReportFactory(lines=[line(5)])
    services.approve_report(report_id=two.pk, actor=personas.office)
    jobs.run_waiting()
    assert Total.objects.get(by="region", key="ALL", breakdown="").low == 15


@pytest.mark.django_db
def test_a_refresh_takes_the_same_queries_however_much_is_there(personas, django_assert_max_num_queries):
    employer = MemberFactory()
    for n in range(12):
        ApprovedReportFactory(lines=[line(10 + n), line(3, whose="others", others=employer), line(2, indicator="K3")])
    rollup.rebuild()
    report = new_revision(Report.objects.first(), line(7), line(3, whose="others", others=employer))
    services.approve_report(report_id=report.pk, actor=personas.office)
    with django_assert_max_num_queries(50):
        assert jobs.run_waiting() == 1
    assert rollup.differences() == WELL


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", telling([1, 4, 9, 14, 20, 27], 2))
def test_a_refresh_killed_at_any_statement_leaves_what_was_there_and_is_done_by_the_next_runner(statement):
    office = StaffRoleFactory().user
    employer = MemberFactory()
    ApprovedReportFactory(lines=[line(30, whose="others", others=employer)])
    rebuild_now()
    before = stored_totals()
    report = SubmittedReportFactory(lines=[line(20, whose="others", others=employer)])
    services.approve_report(report_id=report.pk, actor=office)
    job = Job.objects.waiting().get(kind=KIND)
    connections.close_all()
    if not (child := os.fork()):
        die_at(statement, job.pk)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert stored_totals() == before
    cache.clear()  # the signs of life of the one that was killed
    Job.objects.filter(pk=job.pk).update(started_at=timezone.now() - timedelta(days=1))
    assert jobs.sweep() == 1
    jobs.run_waiting()
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE
    assert stored_totals() == oracle.expected_totals()
    assert audit()["differences"] == 0


def die_at(statement: int, job: int) -> None:
    """In a process of its own: begin the job, and be killed at that statement of its transaction."""
    seen = 0

    def count(execute, sql, params, many, context):
        nonlocal seen
        if connection.in_atomic_block and "core_job" not in sql:
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(count):
            jobs.run(job)
    finally:
        sys.stderr.write("the job ended before it could be killed")
        os._exit(1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_approvals_refreshes_and_a_full_rebuild_at_once_end_in_the_right_figures():
    offices = [StaffRoleFactory().user for _n in range(2)]
    employers = [MemberFactory() for _n in range(2)]
    round = RoundFactory()
    for employer in employers:
        ApprovedReportFactory(round=round, lines=[line(9, whose="others", others=employer)])
    rebuild_now()
    reports = [
        SubmittedReportFactory(
            organisation=employers[n] if n < 2 else MemberFactory(),
            round=round,
            lines=[line(10 + n), line(5, whose="others", others=employers[1 - n % 2], region="CZ08")],
        )
        for n in range(6)
    ]

    def approve(number: int):
        return lambda: services.approve_report(report_id=reports[number].pk, actor=offices[number % 2])

    results = together(
        approve(0), jobs.run_waiting, approve(1), rebuild_now, approve(2), jobs.run_waiting, approve(3), rebuild_now,
        approve(4), jobs.run_waiting, approve(5), audit,
    )  # fmt: skip
    assert not [one for one in results if isinstance(one, Exception)]
    jobs.run_waiting()
    assert not RefreshRequest.objects.exists()
    assert stored_totals() == oracle.expected_totals()
    assert audit()["differences"] == 0


@pytest.mark.django_db
def test_the_first_difference_is_told_to_the_office_and_the_administrators_once(personas):
    ApprovedReportFactory(lines=[line(10)])
    rollup.rebuild()
    audit_rollups()
    assert RollUpAudit.objects.get().differences == 0
    assert not Notification.objects.exists()
    OrganisationTotal.objects.filter(region="ALL").update(low=11)
    audit_rollups()
    told = Notification.objects.filter(event__verb="rollup.differ")
    assert {one.recipient for one in told} == {personas.office, personas.administrator}
    audit_rollups()  # the same fault, a night later
    assert told.all().count() == 2
    rebuild_now()
    audit_rollups()
    OrganisationTotal.objects.filter(region="ALL").update(low=12)
    audit_rollups()
    assert told.all().count() == 4


@pytest.mark.django_db
def test_what_was_asked_for_is_asked_for_only_with_the_act(personas):
    with transaction.atomic():
        ask_for_refresh(year=2024, organisation=personas.organisation.pk, actor=User.objects.system())
        transaction.set_rollback(True)
    assert not RefreshRequest.objects.exists()
    assert not Job.objects.exists()
