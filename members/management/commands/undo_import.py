"""Undo an import, through the same code as the pages."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import jobs
from core.imports import services
from core.imports.models import Import, ImportRow
from core.models import Job
from core.workflow import InvalidTransition
from members.models import User


class Command(BaseCommand):
    help = (
        "Takes back what an import wrote. A record that somebody has changed or used since is kept, and listed with "
        "the reason. Undoing an import again changes nothing and tells the same."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the number of the import")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            batch = self.undo(options["id"])
        except (jobs.JobFailed, InvalidTransition, services.NotOnRecord) as problem:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(problem)}))
            raise CommandError(str(problem)) from problem
        result = {name: batch.counts[name] for name in ("reversed", "kept", "failed")}
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        for row in batch.rows.filter(result__in=[ImportRow.Result.KEPT, ImportRow.Result.FAILED]):
            self.stdout.write(f"row {row.number}, {row.label}: {row.get_result_display()}. {row.note}")
        self.stdout.write(", ".join(f"{name} {count}" for name, count in result.items()))

    def undo(self, import_id: int) -> Import:
        batch = Import.objects.select_related("job").filter(pk=import_id).first()
        if batch is None:
            raise jobs.JobFailed(f"There is no import {import_id}.")
        if batch.status == Import.Status.UNDONE:
            return batch
        if batch.status != Import.Status.UNDOING or batch.has_stalled:
            batch = services.start_undo(import_id=import_id, actor=User.objects.system())
        assert batch.job is not None  # noqa: S101 (an import that is being undone has one)
        job = jobs.run_now(batch.job)
        if job.state != Job.State.DONE:
            raise jobs.JobFailed(job.error or "Undoing was stopped.")
        batch.refresh_from_db()
        return batch
