"""Compares the roll-up with a full recomputation."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kpis.refresh import audit


class Command(BaseCommand):
    help = "Recompute all figures beside the roll-up and compare; ends with 1 when there is any difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        result = audit()
        if options["json"]:
            self.stdout.write(json.dumps(result, default=str))
        else:
            self.stdout.write(f"{result['differences']} differences {result['first'] or ''}")
        if result["differences"]:
            sys.exit(1)
