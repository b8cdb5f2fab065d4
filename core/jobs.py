"""Long work that survives a killed worker and a lost message.

A job is a row. Whoever runs it claims the row by compare-and-set and gives signs of life while it works; the sweep
takes over a job whose runner fell silent. A handler does its writes in one transaction that ends with
`run.finish(result)`: the work and its end are committed together or not at all, so a worker killed at any moment
leaves nothing half done and nothing to do twice. A runner that was thought dead and wakes up again finds its attempt
superseded and commits nothing. A handler that writes in several transactions calls `run.fence()` in each, and finds
out what is left to do when it runs again.

Progress, signs of life and the wish to cancel are in the cache, not in the row: on SQLite a job that writes holds the
only write lock, so nobody could tell it anything through the database before it is over.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

log = logging.getLogger("portal.jobs")
Handler = Callable[["Run"], "dict[str, Any] | None"]
_handlers: dict[str, Handler] = {}
ATTEMPTS = 5


class Cancelled(Exception):
    """Somebody asked the job to stop; its transaction is rolled back."""


class Superseded(Exception):
    """Another runner has taken the job over; this one must leave no trace."""


class JobFailed(Exception):
    """The job cannot succeed, and says why in words for the person who started it."""


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Decorator: @handler("roster.apply") def apply(run): … An app's tasks.py holds these."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


@transaction.atomic
def enqueue(kind: str, *, actor: User, lane: str = "", key: str = "", **payload: Any) -> Job:
    """Queue work, in the caller's transaction. `lane`: one at a time. `key`: merged with one that waits."""
    if kind not in _handlers:
        raise LookupError(f"No handler for jobs of kind {kind}")
    while True:
        # Locked, so that nobody starts it before this transaction has committed what the job is to see.
        if key and (same := Job.objects.waiting().select_for_update().filter(kind=kind, key=key).first()):
            return same
        try:
            with transaction.atomic():
                job = Job.objects.create(kind=kind, lane=lane, key=key, payload=payload, created_by=actor)
        except IntegrityError:  # somebody queued the same in this moment
            continue
        transaction.on_commit(ask_for_a_runner, robust=True)
        return job


def ask_for_a_runner() -> None:
    """Wake the worker for whatever waits. With the broker down the sweep finds the rows."""
    from core.tasks import publish, run_waiting_jobs

    publish(run_waiting_jobs)


def _alive_key(job: Job) -> str:
    return f"job-{job.pk}-{job.attempt}-alive"


def _tell(key: str, value: Any, seconds: int) -> None:
    """The cache may be away for a while; the work goes on, since only its commit counts."""
    try:
        cache.set(key, value, seconds)
    except Exception as problem:
        log.warning("%s not written: %s", key, problem)


def _asked_to_cancel(job: Job) -> bool:
    try:
        return bool(cache.get(f"job-{job.pk}-cancel"))
    except Exception as problem:
        log.warning("the wish to cancel %s cannot be read: %s", job, problem)
        return False


class Run:
    """One attempt at a job, as its handler sees it."""

    def __init__(self, job: Job) -> None:
        self.job, self.payload, self.attempt = job, job.payload, job.attempt
        self._stop = threading.Event()

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Tell how far the work is (rows, lines …); raises Cancelled when somebody asked for that."""
        _tell(f"job-{self.job.pk}-progress", {"done": done, "total": total, "message": message}, 86_400)
        if _asked_to_cancel(self.job):
            raise Cancelled

    def fence(self) -> Job:
        """Inside the transaction that writes the result: is this attempt still the one? Else raises Superseded."""
        job = Job.objects.select_for_update().get(pk=self.job.pk)
        if job.state != Job.State.RUNNING or job.attempt != self.attempt:
            raise Superseded
        return job

    def finish(self, result: dict[str, Any] | None = None) -> None:
        """As the last word of the transaction that writes: the job is done if, and only if, that commits."""
        self.fence()
        Job.objects.filter(pk=self.job.pk).update(state=Job.State.DONE, result=result or {}, finished_at=timezone.now())

    def __enter__(self) -> Run:
        self._alive()
        self._thread = threading.Thread(target=self._breathe, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _alive(self) -> None:
        _tell(_alive_key(self.job), True, settings.JOB_LEASE_SECONDS)

    def _breathe(self) -> None:
        while not self._stop.wait(settings.JOB_LEASE_SECONDS / 5):
            self._alive()


def claim(job_id: int) -> Job | None:
    """Make the job ours, if it waits and its lane is free."""
    try:
        with transaction.atomic():
            mine = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
                state=Job.State.RUNNING, attempt=F("attempt") + 1, started_at=timezone.now()
            )
    except IntegrityError:  # another job of the lane is running; its end calls for the next
        return None
    return Job.objects.get(pk=job_id) if mine else None


def run(job_id: int) -> bool:
    """Run one job here and now, if it can be claimed; returns whether it ran."""
    job = claim(job_id)
    if job is None:
        return False
    with Run(job) as attempt:
        try:
            result = _handlers[job.kind](attempt)
        except Cancelled:
            _finish(job, Job.State.CANCELLED)
        except Superseded:
            log.warning("%s was taken over by another runner", job)
        except JobFailed as problem:
            _finish(job, Job.State.FAILED, error=str(problem))
        except OperationalError as problem:  # the database was busy or away: another attempt may succeed
            log.warning("%s, attempt %s: %s", job, job.attempt, problem)
            _requeue_or_give_up(job, str(problem))
        except Exception:
            log.exception("%s failed", job)
            _finish(
                job,
                Job.State.FAILED,
                error=_("The portal itself failed and changed nothing. Please tell the ASA Office: job %(id)s.")
                % {"id": job.pk},
            )
        else:
            _finish(job, Job.State.DONE, result=result or {})
    return True


def run_now(job: Job) -> Job:
    """For commands: run the job in this process and answer with its row. Needs no worker; waits while another job of
    the lane, or another runner of this one, is at work, and takes over from one that died."""
    while not job.is_over:
        if not run(job.pk):
            sweep()
            time.sleep(0.2)
        job.refresh_from_db()
    return job


def _finish(job: Job, state: str, *, error: str = "", result: dict[str, Any] | None = None) -> None:
    Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING).update(
        state=state, error=error, result=result or {}, finished_at=timezone.now()
    )
    if job.lane:
        ask_for_a_runner()


def _requeue_or_give_up(job: Job, error: str) -> None:
    if job.attempt >= ATTEMPTS:
        _finish(
            job, Job.State.FAILED, error=_("Given up after %(n)s attempts: %(why)s") % {"n": job.attempt, "why": error}
        )
        return
    try:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING).update(state=Job.State.QUEUED)
    except IntegrityError:  # the same work waits already
        _finish(job, Job.State.CANCELLED, error=_("Merged with a later request for the same work."))


def run_waiting() -> int:
    """Run everything that waits, oldest first; returns how many ran. Safe to call from several workers at once."""
    count = 0
    for pk in Job.objects.waiting().order_by("pk").values_list("pk", flat=True):
        count += run(pk)
    return count


def sweep() -> int:
    """Take back jobs whose runner fell silent; returns how many. Called by beat and when a worker starts."""
    silent = 0
    recent = timezone.now() - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    for job in Job.objects.running().filter(started_at__lt=recent):
        if cache.get(_alive_key(job)) is None:
            _requeue_or_give_up(job, _("the worker was lost"))
            silent += 1
    return silent


def ask_to_cancel(job: Job) -> None:
    """A waiting job ends at once; a running one when it next tells its progress."""
    cache.set(f"job-{job.pk}-cancel", True, 86_400)
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, finished_at=timezone.now())


def progress_of(job: Job) -> dict[str, Any]:
    """{"done", "total", "message", "percent"}; zeros before the first word."""
    known = cache.get(f"job-{job.pk}-progress") or {"done": 0, "total": 0, "message": ""}
    percent = (
        100 if job.state == Job.State.DONE else round(100 * known["done"] / known["total"]) if known["total"] else 0
    )
    return {**known, "percent": min(percent, 100)}
