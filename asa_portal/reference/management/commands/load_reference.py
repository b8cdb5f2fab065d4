"""Loads the data that every portal starts from; running it again adds what is missing and changes nothing else."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from asa_portal.reference import LOADERS


class Command(BaseCommand):
    help = "Load the reference data: committees, catalogues, countries, regions, indicators, projects, the ambition."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        counts = {name: load() for name, load in LOADERS.items()}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        elif options["verbosity"]:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
