"""The worker is killed while it writes a roster: all or nothing, and the next worker takes it up."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from django.conf import settings

from core import jobs, tasks
from core.imports import services
from core.imports.models import Import
from members.models import Organisation, User
from tests.core import handlers
from tests.processes import wait_until, worker

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
ROSTER = settings.BASE_DIR / "tests" / "data" / "education-providers-eu.csv"


def confirmed_import() -> Import:
    """Checked in this process and confirmed: the writing waits for a worker."""
    system = User.objects.system()
    batch = services.start_import(kind_key="roster", file_name=ROSTER.name, data=ROSTER.read_bytes(), actor=system)
    mapping = {int(position): name for position, name in batch.mapping.items()}
    services.map_columns(import_id=batch.pk, mapping=mapping, options={"member_type": "EDU-HE"}, actor=system)
    jobs.run_now(services.start_check(import_id=batch.pk, actor=system).job)
    return services.confirm(import_id=batch.pk, actor=system, skip_errors=True)


@pytest.mark.thorough
def test_a_worker_killed_in_the_middle_of_an_import_leaves_nothing_and_the_next_finishes_it(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    batch = confirmed_import()
    assert batch.job is not None
    with worker(log, include=handlers.__name__) as first:
        while not jobs.progress_of(batch.job)["done"]:
            time.sleep(0.01)
        os.kill(first.pid, signal.SIGKILL)
    assert not Organisation.objects.exists()
    batch.refresh_from_db()
    assert batch.status == Import.Status.APPLYING

    def is_applied() -> bool:
        tasks.publish(tasks.sweep)
        return Import.objects.get(pk=batch.pk).status == Import.Status.APPLIED

    with worker(log, include=handlers.__name__):
        wait_until(is_applied, what="the next worker to write the roster")
    batch.refresh_from_db()
    assert batch.job.attempt == 2
    assert Organisation.objects.count() == batch.counts["applied"] == batch.counts["new"] > 700
