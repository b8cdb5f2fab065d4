"""Is the portal alive (healthz), and can it do its work (readyz)? JSON for supervisors and load balancers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.tasks import HEARTBEAT_KEY


class NotReady(Exception):
    """A part is missing; the text names what is wrong without telling an address or a secret."""


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker() -> None:
    if not settings.REDIS_URL:
        folder = Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]))
        if folder.is_dir() and not os.access(folder, os.W_OK):
            raise NotReady("the folder of the broker cannot be written")
        return
    with current_app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, interval_start=0, timeout=2)


def worker() -> None:
    if cache.get(HEARTBEAT_KEY) is None:
        raise NotReady("no worker has given a sign of life")


PARTS: dict[str, Callable[[], None]] = {"database": database, "broker": broker, "worker": worker}


def report() -> dict[str, str]:
    """{"database": "ok", "broker": "ok", "worker": "no worker has given a sign of life"}."""
    told = {}
    for name, look in PARTS.items():
        try:
            look()
        except NotReady as problem:
            told[name] = str(problem)
        except Exception as problem:  # whatever a driver raises when its server is away
            told[name] = f"not reachable ({type(problem).__name__})"
        else:
            told[name] = "ok"
    return told


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers. Looks at nothing else, so that a lost database restarts nobody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: database, broker and a worker are there; 503 until all are."""
    parts = report()
    ready = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if ready else "not ready", **parts}, status=200 if ready else 503)
