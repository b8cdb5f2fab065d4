"""Is this container's part of the portal alive? For the health checks of an orchestrator: exit code 0 or 1."""

from __future__ import annotations

from argparse import ArgumentParser
from http.client import HTTPException
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from asa_portal.running.asking import ask
from core.tasks import BEAT_KEY, own_heartbeat_key


class Command(BaseCommand):
    help = "Say whether the web server, the worker or the beat of this container is alive."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", choices=["web", "worker", "beat"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["part"] == "web":
            try:
                status, body = ask("127.0.0.1", settings.PORT, reverse("core:healthz"))
            except (OSError, HTTPException) as problem:
                raise CommandError(f"The web server does not answer: {problem}")
            if status != 200:
                raise CommandError(f"The web server answers {status}: {body}")
        elif cache.get(own_heartbeat_key() if options["part"] == "worker" else BEAT_KEY) is None:
            raise CommandError(f"The {options['part']} has given no sign of life.")
        self.stdout.write("ok")
