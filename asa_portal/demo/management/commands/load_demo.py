"""Loads the demo partnership, once; --fresh empties the portal first."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from asa_portal.demo import loader


class Command(BaseCommand):
    help = "Load the fictional demo partnership (demo mode only). Does nothing where it is loaded already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="delete EVERYTHING in the portal first")
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This portal is not in demo mode (PORTAL_DEMO=1): demo data would mix with real data.")
        if options["fresh"]:
            call_command("flush", interactive=False, verbosity=0)
            cache.clear()  # what it knows of jobs is about rows whose numbers are given again
            call_command("load_reference", verbosity=0)
        counts = loader.load()
        if options["json"]:
            self.stdout.write(json.dumps({"loaded": bool(counts), **counts}))
        elif counts:
            self.stdout.write("Demo data loaded: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
        else:
            self.stdout.write("Demo data is there already.")
