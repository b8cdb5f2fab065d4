"""Makes the roll-up of the figures anew, in this process."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.models import Job
from kpis.models import CountedLine, Total
from kpis.refresh import rebuild_now


class Command(BaseCommand):
    help = "Rebuild the roll-up from approved figures: of one year, or of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--year", type=int, help="only this year")
        scope.add_argument("--full", action="store_true", help="all years (also without options)")
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        job = rebuild_now(options["year"])
        if job.state == Job.State.QUEUED:
            raise CommandError(f"Another roll-up is under way; this one waits for its turn as job {job.pk}.")
        if job.state != Job.State.DONE:
            raise CommandError(job.error or f"Job {job.pk} ended as {job.state}.")
        result = {"year": options["year"], "lines": CountedLine.objects.count(), "cells": Total.objects.count()}
        self.stdout.write(
            json.dumps(result) if options["json"] else f"{result['lines']} lines, {result['cells']} cells"
        )
