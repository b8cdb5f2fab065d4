"""The worker is killed while it invites people of a roster: everybody is invited in the end, and nobody twice."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from core import jobs, tasks
from core.models import Job, Letter
from members.models import Invitation
from members.roster.contacts import contacts_of
from members.roster.inviting import ask_to_invite
from tests.core import handlers
from tests.factories.imports import applied
from tests.factories.members import StaffRoleFactory
from tests.processes import wait_until, worker

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
PEOPLE = 300


@pytest.mark.thorough
def test_a_worker_killed_in_the_middle_of_inviting_writes_to_everybody_once(tmp_path: Path) -> None:
    office = StaffRoleFactory().user
    lines = (f"Works Number {n} of Somewhere,CZ,works{n}@contact.example\n" for n in range(PEOPLE))
    batch = applied(office, "name,country,contact email\n" + "".join(lines))
    job = ask_to_invite(import_id=batch.pk, contacts=contacts_of(batch), actor=office)
    assert job is not None
    log = tmp_path / "worker.log"
    with worker(log, include=handlers.__name__) as first:
        while not Invitation.objects.exists():
            time.sleep(0.01)
        os.kill(first.pid, signal.SIGKILL)
    assert 0 < Letter.objects.count() < PEOPLE

    def is_done() -> bool:
        tasks.publish(tasks.sweep)
        job.refresh_from_db()
        return job.state == Job.State.DONE

    with worker(log, include=handlers.__name__):
        wait_until(is_done, what="the next worker to write the others")
    assert (job.attempt, job.result["sent"]) == (2, PEOPLE)
    assert Letter.objects.values("to").distinct().count() == Letter.objects.count() == PEOPLE
    assert jobs.progress_of(job)["percent"] == 100
