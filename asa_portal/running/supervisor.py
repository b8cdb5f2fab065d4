"""Web server, worker and beat as one: started together, started again when one dies, ended together.

The parts stay in the process group of whoever started the portal. Each asks the kernel to be told when its parent dies,
so not even `kill -9` leaves one behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from core.processes import end_with_parent

PATIENCE = 10.0  # seconds that a part has to end by itself: a job that runs longer is taken over at the next start
STEADY = 60.0  # a part that ran for so long starts again at once when it dies
LONGEST_PAUSE = 30.0


@dataclass
class Part:
    """One process of the portal."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default=0.0)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own command lines
            self.command, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent
        )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def put_off(self) -> float:
        """After a death: when to start again. A part that keeps dying waits longer each time."""
        now = time.monotonic()
        self.failures = 0 if now - self.started > STEADY else self.failures + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2.0 ** (self.failures - 1)) if self.failures else 0.0
        self.process, self.due = None, now + pause
        return pause


class Supervisor:
    def __init__(self, parts: list[Part], say: Callable[[str], None]) -> None:
        self.parts, self.say = parts, say
        self._asked = 0

    def run(self, each_turn: Callable[[], None]) -> None:
        """Until SIGINT or SIGTERM. `each_turn` is called a few times a second."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            while not self._asked:
                for part in self.parts:
                    self._look_after(part)
                each_turn()
                time.sleep(0.2)
        finally:
            self._end_all()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1

    def _look_after(self, part: Part) -> None:
        if part.process is None:
            if time.monotonic() >= part.due:
                part.start()
        elif (code := part.process.poll()) is not None:
            pause = part.put_off()
            self.say(f"The {part.name} ended ({_how(code)}) and is started again{f' in {pause:g} s' if pause else ''}.")

    def _end_all(self) -> None:
        """Ask, wait, insist. Asking twice (Ctrl-C again) skips the waiting."""
        for part in self.parts:
            if part.process and part.is_alive():
                part.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while any(part.is_alive() for part in self.parts) and time.monotonic() < deadline and self._asked < 2:
            time.sleep(0.05)
        for part in self.parts:
            if part.process and part.is_alive():
                part.process.kill()
        for part in self.parts:
            if part.process:
                part.process.wait()


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"


def parts(*, host: str, port: int, web_workers: int, threads: int, worker_processes: int) -> list[Part]:
    """The three processes of the portal, run by the Python that runs this one."""
    os.environ["PORTAL_SUPERVISED"] = "1"
    server = "granian asa_portal.wsgi:application --interface wsgi --no-ws --log-level warning"
    server += " --respawn-failed-workers --workers-kill-timeout 5"
    server += f" --host {host} --port {port} --workers {web_workers} --blocking-threads {threads}"
    # Gossip and mingle serve workers that know each other; these share nothing but the database.
    worker = "celery --quiet -A asa_portal worker --loglevel WARNING --without-gossip --without-mingle"
    worker += f" --without-heartbeat --concurrency {worker_processes}"
    # No pid file: one that a killed beat left behind would stop the next.
    beat = "celery --quiet -A asa_portal beat --loglevel WARNING --pidfile="
    commands = {"web server": server, "worker": worker, "beat": beat}
    return [Part(name, [sys.executable, "-m", *command.split()]) for name, command in commands.items()]
