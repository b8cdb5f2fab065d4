"""Import a roster of members from a spreadsheet, through the same code as the pages."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import jobs
from core.imports import deciding, services
from core.imports.models import Import, ImportRow
from core.models import Job, MemberType
from core.spreadsheets.errors import UnreadableFile
from core.workflow import InvalidTransition
from members.models import User
from members.roster.fields import FIELDS


class Command(BaseCommand):
    help = (
        "Checks a roster (.xlsx, .xls, .ods, .csv) and says per row what would happen; with --apply also writes it. "
        "Rows that look like an organisation on record without certainly being it are left out unless --doubtful says "
        "otherwise, and so are rows with errors under --skip-errors; without it one error stops the writing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the spreadsheet")
        parser.add_argument("--sheet", default="", help="the sheet to read; default: the one that looks like a roster")
        parser.add_argument("--mapping", default="", help='JSON, or a file of it: {"header of the column": "field"}')
        parser.add_argument(
            "--member-type", default="OTH", metavar="CODE", help="for rows that name no member type (default OTH)"
        )
        parser.add_argument("--apply", action="store_true", help="write; without it this is a dry run")
        parser.add_argument("--skip-errors", action="store_true", help="leave out rows with errors, write the others")
        parser.add_argument(
            "--doubtful",
            choices=("skip", "new", "same"),
            default="skip",
            help="rows that need a person's decision: leave out (default), take as new, take as the one they resemble",
        )
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self.batch: Import | None = None
        try:
            batch = self.run(options)
        except (UnreadableFile, jobs.JobFailed, InvalidTransition, ValueError, OSError) as problem:
            if options["json"]:
                self.stdout.write(json.dumps(self.result(self.batch) | {"error": str(problem)}))
            raise CommandError(str(problem)) from problem
        self.report(batch, options)

    def run(self, options: dict[str, Any]) -> Import:
        actor = User.objects.system()
        path = Path(options["file"])
        if not MemberType.objects.filter(code=options["member_type"]).exists():
            known = ", ".join(MemberType.objects.values_list("code", flat=True))
            raise ValueError(f"No member type {options['member_type']}; there are {known}.")
        if problem := services.upload_too_large(path.stat().st_size):
            raise UnreadableFile(problem)
        batch = services.start_import(
            kind_key="roster", file_name=path.name, data=path.read_bytes(), actor=actor, sheet=options["sheet"]
        )
        services.map_columns(
            import_id=batch.pk,
            mapping=self.mapping(batch, options["mapping"]),
            options={"member_type": options["member_type"]},
            actor=actor,
        )
        self.batch = batch = self.wait_for(services.start_check(import_id=batch.pk, actor=actor))
        if options["apply"]:
            if options["doubtful"] != ImportRow.Decision.SKIP:
                deciding.decide_all(import_id=batch.pk, choice=options["doubtful"], actor=actor)
            services.confirm(import_id=batch.pk, actor=actor, skip_errors=options["skip_errors"])
            batch = self.wait_for(batch)
        return batch

    def mapping(self, batch: Import, text: str) -> dict[int, str]:
        mapping = {int(position): name for position, name in batch.mapping.items()}
        if not text:
            return mapping
        wish: dict[str, str] = json.loads(Path(text).read_text() if Path(text).is_file() else text)
        names = {field.name for field in FIELDS}
        for header, name in wish.items():
            if header not in batch.columns:
                raise ValueError(f"The file has no column “{header}”; it has {', '.join(batch.columns)}.")
            if name and name not in names:
                raise ValueError(f"There is no field {name}; there are {', '.join(sorted(names))}.")
            mapping = {position: known for position, known in mapping.items() if known != name}
            mapping[batch.columns.index(header)] = name
        return mapping

    def wait_for(self, batch: Import) -> Import:
        """Run the job of the import here. If another import is under way, this one waits for its turn."""
        batch.refresh_from_db()
        job = batch.job
        while job and not job.is_over:
            jobs.run_now(job)
            if not job.is_over:
                time.sleep(0.5)
        if job and job.state != Job.State.DONE:
            raise jobs.JobFailed(job.error or "The import was stopped.")
        batch.refresh_from_db()
        return batch

    def result(self, batch: Import | None) -> dict[str, Any]:
        """Empty before the check is through."""
        if batch is None:
            return {}
        counts = batch.counts
        return {
            "import": batch.pk,
            "rows": counts["rows"],
            "new": counts["new"],
            "changed": counts["changed"],
            "unchanged": counts["unchanged"],
            "duplicates": counts["doubtful"],
            "errors": counts["errors"],
            "applied": counts["applied"],
            "seconds": counts["seconds"],
            "memory_mb": counts["memory_mb"],
        }

    def report(self, batch: Import, options: dict[str, Any]) -> None:
        result = self.result(batch)
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        for row in batch.rows.filter(outcome__in=[ImportRow.Outcome.ERROR, ImportRow.Outcome.DOUBTFUL]):
            why = "; ".join(row.errors.values()) or "; ".join(
                f"{one['label']}: {one['reason']}" for one in row.evidence
            )
            self.stdout.write(f"row {row.number}, {row.label}: {why}")
        self.stdout.write(", ".join(f"{name} {value}" for name, value in result.items()))
