"""What the worker does for the figures: make the roll-up anew, audit it every night."""

from __future__ import annotations

import json
import logging

from celery import shared_task
from django.db import transaction

from core import jobs
from core.models import Indicator
from kpis import rollup
from kpis.counting import Scope
from kpis.refresh import KIND, audit
from kpis.services.settlements import lapse_settlements

log = logging.getLogger("portal.kpis")


@jobs.handler(KIND)
def refresh(run: jobs.Run) -> None:
    """Payload: year and indicator (code); what is not named is not narrowed. One transaction: killed half way, nothing
    of it is there; run again, the result is the same."""
    year, code = run.payload.get("year"), run.payload.get("indicator")
    scope = Scope(year=year, indicator_id=Indicator.objects.get(code=code).pk if code else None)
    with transaction.atomic():
        lapsed = lapse_settlements(rollup.rebuild(scope))
        run.finish({"year": year, "indicator": code, "lapsed": lapsed})


@shared_task(name="kpis.audit_rollups")
def audit_rollups() -> None:
    """A difference is a fault of the portal: it is logged as an error, with the first one."""
    result = audit()
    if result["differences"]:
        log.error("the roll-up differs from its recomputation: %s", json.dumps(result, default=str))
