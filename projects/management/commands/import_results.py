"""Records results of projects from a file, as the Office does on its page."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.models import User
from projects.imports.fields import FIELDS
from projects.services.imports import Outcome, import_results


class Command(BaseCommand):
    help = (
        "Record results of projects from a .csv, .xlsx, .xls or .ods file with the columns "
        + ", ".join(one.name for one in FIELDS)
        + ". All or nothing: with an error in any row nothing is written, all errors are listed by row and column, and "
        "the command ends with 1. The same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="judge every row, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one line of JSON: counts, errors, warnings")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise CommandError(f"{path}: {problem.strerror}") from problem
        outcome = import_results(data=data, name=path.name, actor=User.objects.system(), dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(outcome), ensure_ascii=False))
        else:
            self._tell(outcome)
        if outcome.errors:
            sys.exit(1)

    def _tell(self, outcome: Outcome) -> None:
        for kind, messages in (("warning", outcome.warnings), ("error", outcome.errors)):
            for one in messages:
                place = f"row {one['row']}, {one['column']}: " if one["row"] else ""
                self.stderr.write(f"{kind}: {place}{one['message']}")
        if outcome.errors:
            self.stderr.write(f"{len(outcome.errors)} errors in {outcome.rows} rows: nothing was written.")
            return
        self.stdout.write(
            f"{outcome.rows} rows: {outcome.new} new, {outcome.changed} changed, {outcome.unchanged} unchanged; "
            f"{outcome.written} written."
        )
