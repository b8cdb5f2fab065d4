"""Writes the totals of a year, as the dashboard shows them to insiders."""

from __future__ import annotations

import csv
import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis.selectors.export import BY, COLUMNS, COVERED_BY, coverage_rows, total_rows


class Command(BaseCommand):
    help = "Totals of a year, by region, member type, organisation or initiative, as CSV or as a list of JSON objects."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--by", choices=BY, default="region")
        parser.add_argument("--format", choices=("csv", "json"), default="csv")
        parser.add_argument(
            "--coverage",
            action="store_true",
            help="K6 instead: member organisations in the register, by region or member type",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._write(options)
            self.stdout.flush()
        except BrokenPipeError:  # whoever reads has enough ("| head"); what is still buffered goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())

    def _rows(self, year: int, by: str, *, coverage: bool) -> Iterator[dict[str, Any]]:
        if not coverage:
            return total_rows(year, by)
        if by not in COVERED_BY:
            raise CommandError(f"K6 is counted by {' or '.join(COVERED_BY)}, not by {by}.")
        return coverage_rows(year, by)

    def _write(self, options: dict[str, Any]) -> None:
        rows = self._rows(options["year"], options["by"], coverage=options["coverage"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(list(rows)))
            return
        writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
