"""Approvals and roll-ups at once, twice and half way: the audit finds nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from core import jobs
from core.models import Job
from core.workflow import InvalidTransition
from kpis import rollup, services
from kpis.models import CountedLine, Report, Total
from kpis.refresh import audit, rebuild_now
from kpis.tasks import refresh
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory


def together(*acts):
    """Each act in a thread and a connection of its own; their results, exceptions among them."""

    def run(act):
        try:
            return act()
        except Exception as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db
def test_a_roll_up_killed_half_way_leaves_what_was_there():
    ApprovedReportFactory(lines=[line(10)])
    rollup.rebuild()
    ApprovedReportFactory(lines=[line(5)])

    @transaction.atomic
    def killed():
        rollup.rebuild()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert Total.objects.get(by="region", key="ALL", breakdown="").low == 10


@pytest.mark.django_db
def test_a_runner_that_was_taken_over_writes_nothing():
    office = StaffRoleFactory().user
    ApprovedReportFactory(lines=[line(10)])
    job = jobs.enqueue("kpis.refresh", actor=office, year=2024)
    stale = jobs.Run(jobs.claim(job.pk))
    Job.objects.filter(pk=job.pk).update(attempt=2)  # another runner has taken it over
    with pytest.raises(jobs.Superseded):
        refresh(stale)
    assert not Total.objects.exists()


@pytest.mark.django_db
def test_an_audit_does_the_refreshes_that_wait_first():
    office = StaffRoleFactory().user
    report = SubmittedReportFactory(lines=[line(10)])
    services.approve_report(report_id=report.pk, actor=office)
    assert audit() == {
        "differences": 0,
        "tables": {"counted": 0, "organisation": 0, "total": 0, "period": 0},
        "first": None,
        "pending": 0,
    }
    assert CountedLine.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_and_a_full_rebuild_between_them():
    offices = [StaffRoleFactory().user for _n in range(2)]
    employer = MemberFactory()
    round = RoundFactory()
    reports = [
        SubmittedReportFactory(round=round, lines=[line(10 + n, whose="others", others=employer)]) for n in range(4)
    ]

    def approve(report: Report, actor):
        return lambda: services.approve_report(report_id=report.pk, actor=actor)

    results = together(
        approve(reports[0], offices[0]),
        approve(reports[1], offices[1]),
        rebuild_now,
        jobs.run_waiting,
        approve(reports[2], offices[0]),
        jobs.run_waiting,
        approve(reports[3], offices[1]),
    )
    assert not [one for one in results if isinstance(one, Exception)]
    assert audit()["differences"] == 0
    whole = Total.objects.get(by="region", key="ALL", indicator__code="K1", breakdown="")
    assert (whole.gross, whole.low, whole.high, whole.reporters) == (46, 0, 46, 4)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_one_report_at_once_one_is_told():
    offices = [StaffRoleFactory().user for _n in range(2)]
    report = SubmittedReportFactory(lines=[line(10)])
    results = together(*(lambda who=who: services.approve_report(report_id=report.pk, actor=who) for who in offices))
    assert sorted(type(one).__name__ for one in results) == sorted(["Report", InvalidTransition.__name__])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_rebuilds_at_once_are_one_after_the_other():
    for number in range(5):
        ApprovedReportFactory(lines=[line(10 + number)])
    assert together(rollup.rebuild, rollup.rebuild, rollup.rebuild) == [[], [], []]
    assert not any(rollup.differences().values())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_one_round_at_once_one_is_told():
    offices = [StaffRoleFactory().user for _n in range(2)]
    round = RoundFactory(status="planned")
    for _n in range(3):
        MemberFactory()
    results = together(*(lambda who=who: services.open_round(round_id=round.pk, actor=who) for who in offices))
    assert sorted(type(one).__name__ for one in results) == sorted(["Round", InvalidTransition.__name__])
    assert (round.expected.count(), Report.objects.count()) == (3, 3)
