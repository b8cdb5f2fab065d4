"""The whole portal in one foreground command: prepares what is missing, then web server, worker and beat."""

from __future__ import annotations

import fcntl
import socket
import time
from argparse import ArgumentParser
from http.client import HTTPException
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from asa_portal.running.asking import ask, reachable
from asa_portal.running.preparation import prepare
from asa_portal.running.supervisor import Supervisor, parts
from core.health import report

SLOW = 30.0  # seconds after which the command says what it is still waiting for


def port_is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Command(BaseCommand):
    help = "Run the portal: web server, worker and beat. Ctrl-C ends all of them."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--web-workers", type=int, default=2, help="processes of the web server")
        parser.add_argument("--threads", type=int, default=4, help="requests that one such process answers at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], settings.PORT
        with self._only_one():
            if not port_is_free(host, port):
                raise CommandError(
                    f"Port {port} is in use. Stop what listens there, or choose another: PORT=8080 make run"
                )
            prepare(self.say)
            self.asked_at, self.ready = time.monotonic(), False
            Supervisor(
                parts(
                    host=host,
                    port=port,
                    web_workers=options["web_workers"],
                    threads=options["threads"],
                    worker_processes=settings.CELERY_WORKER_CONCURRENCY,
                ),
                self.say,
            ).run(lambda: self.announce(host, port))
        self.say("The portal has ended.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _only_one(self) -> IO[str]:
        """Two portals on one folder would do each job's housekeeping twice. The lock ends with the process."""
        lock = (settings.HOME / "running.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise CommandError(
                f"A portal runs already on {settings.HOME}. Another needs a folder of its own: PORTAL_HOME."
            )
        return lock

    def announce(self, host: str, port: int) -> None:
        """Say once that all parts answer, and with which accounts one may try them."""
        if self.ready:
            return
        told = missing() or self._ask(host, port)
        if not told:
            self.ready = True
            self.say(f"Portal ready at http://{reachable(host)}:{port}")
            if settings.DEMO:
                call_command("demo_accounts", stdout=self.stdout)
                self.stdout.flush()
        elif time.monotonic() - self.asked_at > SLOW:
            self.asked_at = time.monotonic()
            self.say(f"Still waiting: {told}")

    def _ask(self, host: str, port: int) -> str:
        """What /readyz says is missing; empty when it says that all is there."""
        try:
            status, body = ask(host, port, reverse("core:readyz"))
        except (OSError, HTTPException) as problem:
            return f"web server: {problem}"
        return "" if status == 200 else body


def missing() -> str:
    """What is not there yet, seen from here: asking the web server too early would fill its log."""
    return ", ".join(f"{part}: {state}" for part, state in report().items() if state != "ok")
