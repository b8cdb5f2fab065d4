"""Forget what the rules say, as beat does every night; or say what would go."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import retention


class Command(BaseCommand):
    help = "Apply the retention rules: delete or anonymise what has been kept long enough."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object: {rule: {due, forgotten, announced}}")

    def handle(self, *args: Any, **options: Any) -> None:
        result = retention.apply(dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        for rule in retention.rules():
            told = result[rule.key]
            days = f"{rule.days} days" if rule.is_on else "switched off"
            self.stdout.write(
                f"{rule.key} ({days}): {told['due']} due, {told['forgotten']} forgotten, {told['announced']} announced"
            )
