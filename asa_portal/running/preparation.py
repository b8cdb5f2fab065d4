"""What has to be in place before the portal serves: schema, reference data, demo data the first time, static files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import call_command

from core.tasks import HEARTBEAT_KEY
from members.models import Organisation


def prepare(say: Callable[[str], None]) -> None:
    """Safe to run again: it does what is missing, and a second start takes seconds."""
    say("Database …")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference", verbosity=0)
    if settings.DEMO and not Organisation.objects.exists():
        say("Demo data …")
        call_command("load_demo", verbosity=0)
    collect_static(say)
    cache.delete(HEARTBEAT_KEY)  # that of a worker which was killed would say "ready" too early


def _fingerprint() -> str:
    """Changes when any source of the static files does."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["*~", ".*"]):
            about = Path(storage.path(path)).stat()
            seen.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def collect_static(say: Callable[[str], None]) -> None:
    """Collecting names and compresses every file by its content: seconds that only a change is worth."""
    stamp = Path(settings.STATIC_ROOT) / "collected-from.txt"
    fingerprint = _fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    say("Static files …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)
