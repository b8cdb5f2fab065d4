"""What the worker does for the figures: make the roll-up anew, audit it every night."""

from __future__ import annotations

import json
import logging
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils.translation import gettext as _

from core import jobs, permissions
from core.workflow import act
from kpis import freezing, steps
from kpis.models import RollUpAudit
from kpis.refresh import KIND, audit, make_anew
from kpis.services import approvals, reminders
from kpis.services.reports import LOCK_JOB, lock_reports
from kpis.services.settlements import lapse_settlements
from members.models import User

log = logging.getLogger("portal.kpis")


@jobs.handler(KIND)
def refresh(run: jobs.Run) -> None:
    """Payload: year, none for all; whole: everything, and not only what was asked for. One transaction: killed half
    way, nothing of it is there; run again, the result is the same."""
    year = run.payload.get("year")
    with transaction.atomic():
        lapsed = lapse_settlements(make_anew(year, whole=run.payload.get("whole", False)))
        run.finish({"year": year, "lapsed": lapsed})


@jobs.handler(LOCK_JOB)
def lock_all(run: jobs.Run) -> None:
    """Payload: round (id). One transaction: all approved reports of the round are locked, or none."""
    with transaction.atomic():
        count = lock_reports(round_id=run.payload["round"], actor=run.job.created_by)
        run.finish({"locked": count})


jobs.handler(approvals.KIND)(approvals.approve_import)


@jobs.handler(reminders.KIND)
def remind(run: jobs.Run) -> None:
    """Payload: reminder (id). One transaction: everybody is told, or nobody."""
    with transaction.atomic():
        run.finish({"reports": reminders.send(run.payload["reminder"])})


@shared_task(name="kpis.ask_for_due_reminders")
def ask_for_due_reminders() -> int:
    """Every day. A day without is made up for by the next."""
    return reminders.ask_for_due_reminders()


@jobs.handler(freezing.KIND)
def freeze(run: jobs.Run) -> None:
    """Payload: year and note. Run again, it finds the edition that it made."""
    with transaction.atomic():
        try:
            edition = freezing.freeze(run.payload["year"], run.job.created_by, run.payload["note"])
        except permissions.Denied as refused:  # the right ended while the job waited
            raise jobs.JobFailed(str(refused)) from refused
        run.finish({"edition": edition.pk, "code": edition.code})


@shared_task(name="kpis.audit_rollups")
def audit_rollups() -> None:
    """A difference is a fault of the portal: it is logged as an error, with the first one, and the Office and the
    administrators are told; once, until an audit has found nothing again."""
    result = audit()
    if result["differences"]:
        log.error("the roll-up differs from its recomputation: %s", json.dumps(result, default=str))
    known = RollUpAudit.objects.first()
    done = RollUpAudit.objects.create(differences=result["differences"], first=_plain(result["first"]))
    if done.differences and not (known and known.differences):
        note = _("%(n)s rows differ; the first: %(row)s. “manage.py rollup --full” makes all figures anew.") % {
            "n": done.differences,
            "row": json.dumps(done.first),
        }
        act(steps.DIFFER, done, actor=User.objects.system(), note=note)


def _plain(row: Any) -> Any:
    return json.loads(json.dumps(row, default=str))
