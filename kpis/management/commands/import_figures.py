"""Loads figures from a file, as the Office does on its page."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis.history.fields import FIELDS
from kpis.services.history import Outcome, import_figures
from members.models import User


class Command(BaseCommand):
    help = (
        "Import figures from a .csv, .xlsx, .xls or .ods file with the columns "
        + ", ".join(one.name for one in FIELDS)
        + ". All or nothing: with an error in any row nothing is written, all errors are listed by row and column, and "
        "the command ends with 1. Rounds that are missing are made, closed; figures that replace approved ones make a "
        "new revision of the report. The same file again changes nothing. Where a check asks for a reason, the note "
        "is it; a report without one is never approved at once but waits for a person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--approve", action="store_true", help="approve as the portal itself: the figures count")
        parser.add_argument("--json", action="store_true", help="print one line of JSON: counts, errors, warnings")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise CommandError(f"{path}: {problem.strerror}") from problem
        outcome = import_figures(data=data, name=path.name, actor=User.objects.system(), approve=options["approve"])
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
        state = "approved" if outcome.approved else "waiting for approval"
        if outcome.waiting:
            state += f" but for {outcome.waiting} that wait for a person: see the warnings for the reasons to give"
        self.stdout.write(
            f"{outcome.rows} rows: {outcome.new} new, {outcome.changed} changed, {outcome.unchanged} unchanged; "
            f"{outcome.reports} reports written, {state}."
        )
