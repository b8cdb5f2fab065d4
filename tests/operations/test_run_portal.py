"""The one command that runs the portal, with everything real."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.processes import children, is_alive, process, processes, wait_until

pytestmark = pytest.mark.portal


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Portal:
    """A portal of its own: an empty folder with a space in its name, SQLite, a free port."""

    def __init__(self, folder: Path) -> None:
        self.log, self.port = folder / "portal.log", free_port()
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "asa_portal.settings",
            "PORTAL_HOME": str(folder / "a home"),
            "PORT": str(self.port),
            "PORTAL_DEMO": "0",
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }

    def start(self) -> subprocess.Popen[bytes]:
        self.told = len(self.log.read_text()) if self.log.exists() else 0
        self._context = process("manage.py", "run_portal", env=self.env, log=self.log)
        self.main = self._context.__enter__()
        return self.main

    def says(self, text: str) -> bool:
        return text in self.log.read_text()[self.told :]

    def until_ready(self) -> None:
        wait_until(lambda: self.says(f"Portal ready at http://127.0.0.1:{self.port}"), seconds=90, what="the portal")

    def get(self, path: str) -> tuple[int, dict[str, str]]:
        """Status and JSON of the answer; (0, {}) when nobody answers."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request("GET", path)
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return 0, {}

    def child(self, name: str) -> int:
        """The process of one part, right below the command; 0 while there is none."""
        return next((pid for pid, above, words in processes() if above == self.main.pid and name in words), 0)

    def close(self) -> None:
        self._context.__exit__(None, None, None)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    made = Portal(tmp_path)
    made.start()
    yield made
    made.close()


def test_the_portal_starts_heals_itself_and_ends_without_a_trace(portal: Portal) -> None:
    portal.until_ready()
    assert portal.get("/readyz") == (200, {"status": "ok", "database": "ok", "broker": "ok", "worker": "ok"})

    second = subprocess.run(
        [sys.executable, "manage.py", "run_portal"],
        env=portal.env,
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
    )
    assert second.returncode != 0
    assert "runs already on" in second.stderr
    elsewhere = {**portal.env, "PORTAL_HOME": portal.env["PORTAL_HOME"] + " 2"}
    third = subprocess.run(
        [sys.executable, "manage.py", "run_portal"],
        env=elsewhere,
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
    )
    assert third.returncode != 0
    assert f"Port {portal.port} is in use" in third.stderr

    for name in ("worker", "beat", "granian"):
        killed = portal.child(name)
        os.kill(killed, signal.SIGKILL)
        # Not just any: until it is reaped, the one that dies is still in the table of processes.
        wait_until(lambda name=name, killed=killed: portal.child(name) not in (0, killed), what=f"another {name}")
    wait_until(lambda: portal.get("/healthz")[0] == 200, what="the web server")

    everybody = children(portal.main.pid)
    assert len(everybody) >= 5
    portal.main.send_signal(signal.SIGTERM)
    assert portal.main.wait(timeout=30) == 0
    wait_until(lambda: not any(is_alive(pid) for pid in everybody), seconds=5, what="all to end")

    # Killed itself, it leaves nothing behind that would stop the next start, which keeps the data and takes seconds.
    portal.start()
    portal.until_ready()
    everybody = children(portal.main.pid)
    portal.main.kill()
    portal.main.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in everybody), seconds=30, what="all to end")
    portal.start()
    portal.until_ready()
    portal.main.send_signal(signal.SIGINT)
    assert portal.main.wait(timeout=30) == 0
