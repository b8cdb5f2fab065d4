"""Real processes of the portal beside the tests, on the same database, broker and cache."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection


def wait_until(true: Callable[[], Any], *, seconds: float = 60, what: str = "it") -> Any:
    """The answer of `true` as soon as it is one."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.1)
    return answer


def database_url() -> str:
    """That of the test database, as a process of its own would be given it."""
    about = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{about['NAME']}"
    password = f":{about['PASSWORD']}" if about["PASSWORD"] else ""
    return f"postgres://{about['USER']}{password}@{about['HOST']}:{about['PORT'] or 5432}/{about['NAME']}"


def environment(**more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "asa_portal.settings",
        "PORTAL_HOME": str(settings.HOME),
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "JOB_LEASE_SECONDS": "2",
        **more,
    }


def processes() -> list[tuple[int, int, list[str]]]:
    """(process, its parent, the words of its command line) of all processes."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_text(errors="replace").split("\0")
        except OSError:  # it ended while we read
            continue
        found.append((int(folder.name), parent, words))
    return found


def children(pid: int) -> list[int]:
    """The processes below one, at any depth."""
    found = []
    parents = {one: above for one, above, _words in processes()}
    for child in parents:
        above = parents.get(child, 0)
        while above > 1 and above != pid:
            above = parents.get(above, 0)
        if above == pid:
            found.append(child)
    return found


def is_alive(pid: int) -> bool:
    """Whether it runs; one that ended and was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def process(*arguments: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        running = subprocess.Popen(
            [sys.executable, *arguments], env=env, stdout=output, stderr=output, cwd=settings.BASE_DIR
        )
        try:
            yield running
        finally:
            below = children(running.pid)
            running.kill()
            running.wait()
            for pid in below:
                if is_alive(pid):
                    os.kill(pid, signal.SIGKILL)


def worker(log: Path, *, include: str, **more: str) -> Any:
    """A Celery worker as the portal runs it, which also knows the jobs of `include`."""
    command = "celery -A asa_portal worker --loglevel INFO --without-gossip --without-mingle --without-heartbeat"
    return process("-m", *command.split(), "--concurrency", "1", "--include", include, env=environment(**more), log=log)
