"""What beat and the worker do for every app: run jobs, deliver notices, sweep up what a lost message left."""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
from typing import Any

from celery import Task, shared_task
from celery.signals import after_task_publish, beat_init, worker_process_init, worker_ready, worker_shutting_down
from django.contrib.auth import get_user_model
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerDown

from core import digests, jobs, links, notifications, outbox, retention
from core.processes import end_with_parent

log = logging.getLogger("portal.tasks")
HEARTBEAT_KEY = "worker-heartbeat"  # of any worker
BEAT_KEY = "beat-heartbeat"
HEARTBEAT_SECONDS = 5
_stopping = threading.Event()


def publish(task: Task, *args: Any) -> bool:
    """Send a message without waiting for a broker that is away; the sweep does the work later."""
    try:
        task.apply_async(args, retry=False, ignore_result=True)
    except (BrokerDown, OSError) as problem:
        log.warning("the broker is away, the sweep will take it up: %s", problem)
        return False
    return True


@shared_task(name="core.run_waiting_jobs")
def run_waiting_jobs() -> int:
    return jobs.run_waiting()


@shared_task(name="core.deliver_notifications")
def deliver_notifications() -> int:
    return outbox.deliver_letters() + notifications.deliver_due() + digests.deliver_due()


@shared_task(name="core.sweep")
def sweep() -> None:
    """Every few seconds: nothing that was asked for stays undone because a message or a worker was lost."""
    outbox.reclaim()
    outbox.deliver_letters()
    notifications.deliver_due()
    digests.deliver_due()
    jobs.sweep()
    jobs.run_waiting()  # last: it may take long


@shared_task(name="core.ask_for_link_check")
def ask_for_link_check() -> None:
    """Once a week: does anybody answer where the pages lead?"""
    jobs.enqueue(links.KIND, actor=get_user_model().objects.system(), lane="links", key="weekly")


@shared_task(name="core.ask_for_digests")
def ask_for_digests() -> bool:
    """Every few minutes; only the first time after the hour of the digest does something."""
    return digests.ask_for_digests()


jobs.handler(digests.KIND)(digests.gather)


@shared_task(name="core.apply_retention")
def apply_retention() -> dict[str, dict[str, int]]:
    """Every night. A night without is made up for by the next."""
    return retention.apply()


@worker_process_init.connect
def end_with_the_worker(**kwargs: Any) -> None:
    """A process of the pool, left behind by a worker that was killed, would work on unseen."""
    end_with_parent(signal.SIGKILL)


def own_heartbeat_key() -> str:
    """That of the worker on this host, where several hosts share a cache."""
    return f"{HEARTBEAT_KEY}-{socket.gethostname()}"


def _sign_of_life(*keys: str) -> None:
    try:
        cache.set_many(dict.fromkeys(keys, time.time()), 6 * HEARTBEAT_SECONDS)
    except Exception as problem:  # the cache may be away for a while; the process itself is well
        log.warning("heartbeat not written: %s", problem)


def _beat_heart() -> None:
    while True:
        _sign_of_life(HEARTBEAT_KEY, own_heartbeat_key())
        if _stopping.wait(HEARTBEAT_SECONDS):
            return


@worker_ready.connect
def start_heartbeat(**kwargs: Any) -> None:
    """In the worker's main process, so that it beats on while every pool process is busy with a long job."""
    threading.Thread(target=_beat_heart, daemon=True).start()
    publish(sweep)  # what an earlier worker left behind


@beat_init.connect
def watch_beat(**kwargs: Any) -> None:
    """Beat is alive when what it sends arrives at the broker; it sends the sweep every few seconds."""
    after_task_publish.connect(_beat_published)


def _beat_published(**kwargs: Any) -> None:
    _sign_of_life(BEAT_KEY)


@worker_shutting_down.connect
def stop_heartbeat(**kwargs: Any) -> None:
    _stopping.set()
    cache.delete_many([HEARTBEAT_KEY, own_heartbeat_key()])
