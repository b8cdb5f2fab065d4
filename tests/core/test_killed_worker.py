"""A worker that is killed in the middle loses no job and does none twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import monotonic

import pytest

from core import jobs, tasks
from core.models import Job, Letter
from members.models import User
from tests.core import handlers
from tests.processes import children, is_alive, wait_until, worker

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


class Sweeps:
    """Asks for a sweep now and then, as beat does: ten in a second would only stand in the way of the job."""

    def __init__(self) -> None:
        self.asked = 0.0

    def state_of(self, job: Job) -> str:
        if monotonic() - self.asked > 3:  # longer than the lease of the tests
            tasks.publish(tasks.sweep)
            self.asked = monotonic()
        job.refresh_from_db()
        return job.state


def test_a_killed_worker_loses_no_job_and_the_next_does_it_once(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    job = jobs.enqueue("tests.write", actor=User.objects.system(), count=20, pause=0.1)
    with worker(log, include=handlers.__name__) as first:
        wait_until(lambda: jobs.progress_of(job)["done"] >= 3, what="the job to be half way")
        below = children(first.pid)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        assert below
        wait_until(lambda: not any(is_alive(pid) for pid in below), seconds=5, what="the pool to end with the worker")
    assert not Letter.objects.exists()
    with worker(log, include=handlers.__name__) as second:
        sweeps = Sweeps()
        wait_until(lambda: sweeps.state_of(job) == Job.State.DONE, what="the next worker to take the job over")
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=20) == 0
    assert (job.attempt, job.result, Letter.objects.count()) == (2, {"written": 20}, 20)


def test_work_whose_message_was_lost_is_found(tmp_path: Path) -> None:
    """The row was written while the broker was away: no message says so."""
    system = User.objects.system()
    job = Job.objects.create(kind="tests.write", payload={"count": 1}, created_by=system)
    with worker(tmp_path / "worker.log", include=handlers.__name__):
        wait_until(lambda: Job.objects.get(pk=job.pk).is_over, what="the worker to find the job")
    assert Letter.objects.count() == 1
