"""Jobs of the tests. A real worker learns of them by `celery worker --include tests.core.handlers`."""

from __future__ import annotations

import time
from typing import Any

from django.db import OperationalError, transaction

from core.jobs import JobFailed, Run, ask_to_cancel, handler
from core.models import Letter


@handler("tests.write")
def write(run: Run) -> None:
    """Writes `count` letters, `pause` seconds each, and its own end, in one transaction."""
    count = run.payload["count"]
    with transaction.atomic():
        for number in range(count):
            Letter.objects.create(to="nobody@example.test", subject=f"{number}", email_state=Letter.Email.NONE)
            if number == run.payload.get("cancelled_after"):
                ask_to_cancel(run.job)
            run.progress(number + 1, count, "writing")
            time.sleep(run.payload.get("pause", 0))
        run.finish({"written": count})


@handler("tests.write_and_lose_power")
def write_and_lose_power(run: Run) -> None:
    write(run)
    raise SystemExit  # no word reaches the row after the commit


@handler("tests.fail")
def fail(run: Run) -> None:
    with transaction.atomic():
        write(run)
        raise JobFailed("The file has no header.")


@handler("tests.break")
def break_down(run: Run) -> None:
    with transaction.atomic():
        write(run)
        raise ZeroDivisionError


@handler("tests.busy")
def busy(run: Run) -> dict[str, Any]:
    if run.attempt < run.payload["until"]:
        raise OperationalError("database is locked")
    return {"attempt": run.attempt}
