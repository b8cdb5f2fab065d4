"""Two people, one import, the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from core import jobs
from core.imports import deciding, services
from core.imports.models import Import, ImportRow
from core.models import Event, Job
from core.workflow import InvalidTransition
from members.models import Organisation
from tests.factories.imports import checked, checking, uploaded
from tests.personas import Personas

pytestmark = pytest.mark.django_db(transaction=True)
TWO = "name,country\nFirst Works,CZ\nSecond Plants,DE\n"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads with connections of their own; results, or the exceptions they ended in."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_confirmations_at_once_make_one_job(personas: Personas) -> None:
    batch = checked(personas.office, TWO)
    results = at_once(
        lambda: services.confirm(import_id=batch.pk, actor=personas.office),
        lambda: services.confirm(import_id=batch.pk, actor=personas.administrator),
    )
    assert sum(isinstance(result, InvalidTransition) for result in results) == 1
    assert Job.objects.filter(kind="import.apply").count() == 1
    assert Event.objects.filter(verb="import.confirm").count() == 1


def test_confirming_and_discarding_at_once_end_in_one_of_both(personas: Personas) -> None:
    batch = checked(personas.office, TWO)
    results = at_once(
        lambda: services.confirm(import_id=batch.pk, actor=personas.office),
        lambda: services.discard(import_id=batch.pk, actor=personas.administrator),
    )
    assert sum(isinstance(result, Exception) for result in results) == 1
    batch.refresh_from_db()
    assert (batch.status == "cancelled") == (not Job.objects.filter(kind="import.apply").exists())


def test_two_workers_at_one_job_write_once(personas: Personas) -> None:
    batch = checked(personas.office, TWO)
    services.confirm(import_id=batch.pk, actor=personas.office)
    job = Import.objects.get(pk=batch.pk).job
    assert job is not None
    results = at_once(lambda: jobs.run(job.pk), lambda: jobs.run(job.pk))
    assert sorted(results) == [False, True]
    assert Organisation.objects.filter(legal_name="First Works").count() == 1


def test_two_files_at_two_workers_go_one_after_the_other(personas: Personas) -> None:
    first, second = checking(personas.office, TWO), checking(personas.office, TWO.replace("First", "Third"))
    at_once(jobs.run_waiting, jobs.run_waiting)
    jobs.run_waiting()
    assert set(Import.objects.filter(pk__in=[first.pk, second.pk]).values_list("status", flat=True)) == {"checked"}


def test_one_file_uploaded_in_two_windows_is_kept_whole(personas: Personas) -> None:
    results = at_once(lambda: uploaded(personas.office, TWO), lambda: uploaded(personas.office, TWO))
    assert not any(isinstance(result, Exception) for result in results)
    assert 1 <= Import.objects.count() <= 2


def test_a_decision_that_comes_while_somebody_confirms_is_not_written_unseen(personas: Personas) -> None:
    batch = checked(personas.office, TWO)
    row = batch.rows.order_by("number")[0]
    ImportRow.objects.filter(pk=row.pk).update(outcome=ImportRow.Outcome.DOUBTFUL)

    def decide() -> Any:
        return at_once(lambda: deciding.decide_row(row_id=row.pk, choice="skip", actor=personas.administrator))[0]

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.confirm(import_id=batch.pk, actor=personas.office)
            late = pool.submit(decide)
            with pytest.raises(TimeoutError):  # it waits for the confirmation
                late.result(timeout=1)
        assert isinstance(late.result(timeout=60), InvalidTransition)
    row.refresh_from_db()
    assert row.decision == ""
