"""Long work: run once, whoever dies."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from core import jobs, tasks
from core.models import Job, Letter
from members.models import User
from tests.core import handlers

pytestmark = pytest.mark.django_db


def enqueue(kind: str = "tests.write", **options: Any) -> Job:
    return jobs.enqueue(kind, actor=User.objects.system(), **{"count": 1, **options})


def nothing() -> None: ...


def fall_silent(job: Job) -> None:
    """As when the runner of the job was killed a while ago."""
    Job.objects.filter(pk=job.pk).update(started_at=timezone.now() - timedelta(hours=1))
    cache.clear()


def test_a_job_runs_and_keeps_its_result() -> None:
    job = enqueue(count=3)
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.attempt, job.is_over) == ("done", {"written": 3}, 1, True)
    assert job.started_at <= job.finished_at
    assert jobs.progress_of(job) == {"done": 3, "total": 3, "message": "writing", "percent": 100}


def test_a_job_of_unknown_kind_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(LookupError):
        enqueue("tests.no_such_kind")


def test_a_job_that_cannot_succeed_says_why_and_leaves_nothing() -> None:
    job = enqueue("tests.fail")
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The file has no header.")
    assert not Letter.objects.exists()


def test_a_fault_of_the_portal_is_told_in_words_and_leaves_nothing() -> None:
    job = enqueue("tests.break")
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "failed"
    assert f"job {job.pk}" in job.error
    assert not Letter.objects.exists()


def test_a_busy_database_means_another_attempt() -> None:
    job = enqueue("tests.busy", until=3)
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "queued"
    jobs.run_waiting()
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"attempt": 3})


def test_attempts_come_to_an_end() -> None:
    job = enqueue("tests.busy", until=99)
    for _attempt in range(jobs.ATTEMPTS + 3):
        jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("failed", jobs.ATTEMPTS)
    assert "database is locked" in job.error


def test_a_waiting_job_that_is_cancelled_never_runs() -> None:
    job = enqueue()
    jobs.ask_to_cancel(job)
    assert jobs.run_waiting() == 0
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_running_job_that_is_cancelled_stops_and_leaves_nothing() -> None:
    job = enqueue(count=100, cancelled_after=5)
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert jobs.progress_of(job)["done"] == 6
    assert not Letter.objects.exists()


def test_two_waiting_requests_for_the_same_work_are_one() -> None:
    first = enqueue(key="2024")
    assert enqueue(key="2024") == first
    assert enqueue(key="2025") != first
    jobs.claim(first.pk)
    assert enqueue(key="2024") != first  # what runs already may not see what was just written


def test_jobs_of_one_lane_run_one_after_the_other() -> None:
    first, second, elsewhere = enqueue(lane="roster"), enqueue(lane="roster"), enqueue(lane="figures")
    assert jobs.claim(first.pk)
    assert jobs.claim(second.pk) is None
    assert jobs.claim(elsewhere.pk)
    Job.objects.filter(pk=first.pk).update(state=Job.State.DONE)
    assert jobs.claim(second.pk)


def test_a_job_whose_runner_fell_silent_is_taken_over() -> None:
    job = jobs.claim(enqueue().pk)
    assert job is not None
    fall_silent(job)
    assert jobs.sweep() == 1
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("done", 2)


def test_a_job_whose_runner_lives_is_left_alone() -> None:
    job = jobs.claim(enqueue().pk)
    assert job is not None
    with jobs.Run(job):
        Job.objects.filter(pk=job.pk).update(started_at=timezone.now() - timedelta(hours=1))
        assert jobs.sweep() == 0


def test_signs_of_life_of_a_superseded_runner_do_not_stand_for_the_next() -> None:
    first = jobs.claim(enqueue().pk)
    assert first is not None
    with jobs.Run(first):
        Job.objects.filter(pk=first.pk).update(state=Job.State.QUEUED)
        second = jobs.claim(first.pk)
        assert second is not None
        Job.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(hours=1))
        assert jobs.sweep() == 1


def test_a_runner_that_was_thought_dead_commits_nothing() -> None:
    job = jobs.claim(enqueue().pk)
    assert job is not None
    with jobs.Run(job) as attempt:
        fall_silent(job)
        jobs.sweep()
        jobs.run_waiting()  # the other runner does the work
        with pytest.raises(jobs.Superseded):
            handlers.write(attempt)
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_right_after_the_commit_leaves_nothing_to_do_twice() -> None:
    job = enqueue("tests.write_and_lose_power")
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    fall_silent(job)
    assert jobs.sweep() == 0
    assert jobs.run_waiting() == 0
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"written": 1})
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_writes_hears_at_once_that_it_is_to_stop() -> None:
    """On SQLite it holds the only write lock until it ends."""
    job = enqueue(count=200, pause=0.1)
    runner = threading.Thread(target=lambda: (jobs.run(job.pk), connection.close()))
    runner.start()
    while not jobs.progress_of(job)["done"]:
        time.sleep(0.05)
    begin = time.monotonic()
    jobs.ask_to_cancel(job)
    runner.join()
    assert time.monotonic() - begin < 5
    job.refresh_from_db()
    assert (job.state, Letter.objects.count()) == ("cancelled", 0)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_many_workers_reach_for_runs_once() -> None:
    job = enqueue(count=2, pause=0.05)
    start = threading.Barrier(4)

    def reach() -> None:
        start.wait()
        jobs.run(job.pk)
        connection.close()

    threads = [threading.Thread(target=reach) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job.refresh_from_db()
    assert (job.state, job.attempt, Letter.objects.count()) == ("done", 1, 2)


@pytest.mark.django_db(transaction=True)
def test_the_same_work_asked_for_by_many_at_once_waits_once() -> None:
    User.objects.system()
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        enqueue(key="2024")
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Job.objects.count() == 1


def test_a_command_runs_its_job_itself() -> None:
    job = jobs.run_now(enqueue(count=2))
    assert (job.state, job.result) == ("done", {"written": 2})


def test_a_command_waits_for_another_job_of_its_lane(settings: Any) -> None:
    settings.JOB_LEASE_SECONDS = 0
    left_behind = jobs.claim(enqueue(lane="roster").pk)  # its runner was killed
    assert left_behind is not None
    cache.clear()
    job = jobs.run_now(enqueue(lane="roster"))
    assert job.state == "done"


def test_a_broker_that_is_away_is_no_reason_to_fail_or_to_wait(settings: Any) -> None:
    away = Celery("away", broker="redis://127.0.0.1:1/0", set_as_current=False)
    away.conf.broker_transport_options = settings.REDIS_BROKER

    def seconds() -> float:
        started = time.monotonic()
        assert tasks.publish(away.task(nothing)) is False
        return time.monotonic() - started

    # A publisher that waits does so each time; a machine that is busy does not.
    assert any(seconds() < 1 for _attempt in range(5))
