"""The life of an import when something comes between: a lost worker, a second import, a stop, a changed record."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone

from core import jobs
from core.imports import deciding, services
from core.imports.models import Import, ImportRow
from core.models import Event, Job
from core.workflow import InvalidTransition
from members.models import Membership, Organisation
from members.roster import writing
from tests.factories.imports import checked, checking, run, uploaded
from tests.factories.members import MemberFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db
TWO = "name,country\nFirst Works,CZ\nSecond Plants,DE\n"


def confirmed(actor: Any, text: str = TWO) -> Import:
    batch = checked(actor, text)
    return services.confirm(import_id=batch.pk, actor=actor)


def lose_the_worker(batch: Import) -> None:
    """Its runner claimed the job, then fell silent for longer than the lease."""
    assert jobs.claim(batch.job.pk)
    cache.delete(f"job-{batch.job.pk}-alive")
    Job.objects.filter(pk=batch.job.pk).update(started_at=timezone.now() - timezone.timedelta(hours=1))


def written() -> int:
    return Organisation.objects.filter(legal_name__in=["First Works", "Second Plants"]).count()


def test_a_check_whose_worker_was_lost_is_taken_up_by_another(personas: Personas) -> None:
    batch = checking(personas.office, TWO)
    lose_the_worker(batch)
    assert jobs.sweep() == 1
    jobs.run_waiting()
    batch.refresh_from_db()
    assert (batch.status, batch.rows.count()) == ("checked", 2)
    assert Job.objects.get(pk=batch.job.pk).attempt == 2


def test_a_writing_whose_worker_was_lost_is_taken_up_and_writes_once(personas: Personas) -> None:
    batch = confirmed(personas.office)
    lose_the_worker(batch)
    assert written() == 0
    jobs.sweep()
    jobs.run_waiting()
    batch.refresh_from_db()
    assert (batch.status, written()) == ("applied", 2)


def test_a_worker_that_dies_in_the_middle_leaves_nothing(personas: Personas, monkeypatch: Any) -> None:
    batch = confirmed(personas.office)
    whole = writing._create
    monkeypatch.setattr(writing, "_BATCH", 1)
    seen = []

    def die_at_the_second(*args: Any) -> dict[int, int]:
        seen.append(args)
        if len(seen) == 2:
            raise OperationalError("the server is gone")
        return whole(*args)

    monkeypatch.setattr(writing, "_create", die_at_the_second)
    jobs.run(batch.job.pk)
    batch.refresh_from_db()
    assert (batch.status, written(), Membership.objects.filter(organisation__legal_name="First Works").count()) == (
        "applying",
        0,
        0,
    )
    jobs.run_waiting()  # the attempt after it
    batch.refresh_from_db()
    assert (batch.status, written()) == ("applied", 2)
    assert Event.objects.filter(verb="roster.apply").count() == 1


def test_a_runner_that_was_given_up_and_wakes_again_writes_nothing(personas: Personas) -> None:
    batch = confirmed(personas.office)
    stale = jobs.claim(batch.job.pk)
    assert stale is not None
    lost = jobs.Run(stale)
    Job.objects.filter(pk=stale.pk).update(attempt=stale.attempt + 1)  # another has it now
    with pytest.raises(jobs.Superseded):
        jobs._handlers["import.apply"](lost)
    batch.refresh_from_db()
    assert (batch.status, written()) == ("applying", 0)


def test_a_stop_in_the_middle_of_the_writing_keeps_nothing_and_the_preview_is_there_again(personas: Personas) -> None:
    batch = confirmed(personas.office)
    cache.set(f"job-{batch.job.pk}-cancel", True, 60)
    batch = run(batch)
    assert (batch.status, written()) == ("checked", 0)
    assert batch.rows.count() == 2
    services.confirm(import_id=batch.pk, actor=personas.office)
    assert run(batch).status == "applied"


def test_a_bug_in_the_writing_fails_the_import_with_a_sentence_and_changes_nothing(
    personas: Personas, monkeypatch: Any
) -> None:
    batch = confirmed(personas.office)

    def broken(*args: Any) -> dict[int, int]:
        raise RuntimeError("boom")

    monkeypatch.setattr(writing, "_create", broken)
    batch = run(batch)
    assert batch.status == "failed"
    assert "Nothing was written" in batch.error
    assert written() == 0
    monkeypatch.undo()
    services.start_check(import_id=batch.pk, actor=personas.office)
    assert run(batch).status == "checked"


def test_two_imports_of_one_file_write_each_organisation_once(personas: Personas) -> None:
    first, second = confirmed(personas.office), confirmed(personas.administrator)
    assert jobs.claim(first.job.pk)
    assert not jobs.run(second.job.pk)  # one at a time
    Job.objects.filter(pk=first.job.pk).update(state=Job.State.QUEUED)
    jobs.run_waiting()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("applied", "applied")
    assert (first.counts["applied"], second.counts["applied"]) == (2, 0)
    assert written() == 2


def test_a_record_that_changed_since_the_preview_stops_the_import_instead_of_being_overwritten_unseen(
    personas: Personas,
) -> None:
    acme = MemberFactory(legal_name="First Works", website="https://old.example")
    batch = checked(personas.office, "name,country,web\nFirst Works,CZ,new.example\nSecond Plants,DE,\n")
    services.confirm(import_id=batch.pk, actor=personas.office)
    acme.website = "https://meanwhile.example"
    acme.save()
    batch = run(batch)
    acme.refresh_from_db()
    assert batch.status == "failed"
    assert "Row 2 would now be handled in another way" in batch.error
    assert acme.website == "https://meanwhile.example"
    assert not Organisation.objects.filter(legal_name="Second Plants").exists()


def test_an_import_whose_job_was_given_up_can_be_started_again(personas: Personas) -> None:
    batch = confirmed(personas.office)
    Job.objects.filter(pk=batch.job.pk).update(state=Job.State.FAILED, error="given up")
    batch = Import.objects.get(pk=batch.pk)
    assert batch.has_stalled
    services.confirm(import_id=batch.pk, actor=personas.office)
    assert run(batch).status == "applied"


def test_a_step_out_of_turn_changes_nothing(personas: Personas) -> None:
    batch = uploaded(personas.office, TWO)
    for act in (services.confirm, services.stop):
        with pytest.raises(InvalidTransition):
            act(import_id=batch.pk, actor=personas.office)
    row = ImportRow.objects.create(batch=batch, number=2, outcome="doubtful")
    with pytest.raises(InvalidTransition):
        deciding.decide_row(row_id=row.pk, choice="new", actor=personas.office)


def test_who_may_not_run_imports_may_not_take_any_step(personas: Personas) -> None:
    from core.permissions import Denied

    batch = checked(personas.office, TWO)
    with pytest.raises(Denied):
        services.start_import(kind_key="roster", file_name="x.csv", data=TWO.encode(), actor=personas.primary)
    for act in (services.confirm, services.discard, services.start_check):
        with pytest.raises(Denied):
            act(import_id=batch.pk, actor=personas.primary)
    assert not Import.objects.visible_to(personas.primary).exists()
    assert Import.objects.visible_to(personas.administrator).exists()
