"""When the roll-up is made anew, and how it is audited."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import jobs
from core.models import Indicator, Job
from kpis import rollup
from kpis.models import Report
from members.models import User

KIND = "kpis.refresh"
LANE = "kpis.rollup"


def ask_for_refresh(*, year: int, indicator: str, actor: User) -> Job:
    """Queue the refresh of one indicator of a year (codes). The request is merged with one that waits: taken in the
    transaction of the act that makes it necessary, that one cannot start before the act is over."""
    return jobs.enqueue(KIND, actor=actor, lane=LANE, key=f"{year} {indicator}", year=year, indicator=indicator)


def refresh_after(report: Report, actor: User) -> list[Job]:
    """What the approval of the report can change: its year, for the indicators of its round."""
    codes = report.round.indicators.order_by("indicator__order").values_list("indicator__code", flat=True)
    return [ask_for_refresh(year=report.round.year, indicator=code, actor=actor) for code in codes]


def rebuild_now(year: int | None = None) -> Job:
    """Rebuild one year or everything, in this process, in the lane of all refreshes."""
    payload = {"year": year} if year else {}
    job = jobs.enqueue(KIND, actor=User.objects.system(), lane=LANE, key=f"{year or 'all'}", **payload)
    return jobs.run_now(job)


def audit() -> dict[str, Any]:
    """Compare the derived tables with a full recomputation. Refreshes that wait are done first; figures whose refresh
    is under way elsewhere are left out, and said to be."""
    for pk in Job.objects.waiting().filter(kind=KIND).order_by("pk").values_list("pk", flat=True):
        jobs.run(pk)
    with transaction.atomic():
        found = rollup.differences()
        unfinished = Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING])
        pending = [(job.payload.get("year"), job.payload.get("indicator")) for job in unfinished]
    codes = dict(Indicator.objects.values_list("pk", "code"))

    def is_pending(row: dict[str, Any]) -> bool:
        return any(year in (None, row["year"]) and code in (None, codes[row["indicator_id"]]) for year, code in pending)

    rows = {table: [row for row in rows if not is_pending(row)] for table, rows in found.items()}
    return {
        "differences": sum(map(len, rows.values())),
        "tables": {table: len(wrong) for table, wrong in rows.items()},
        "first": next((wrong[0] for wrong in rows.values() if wrong), None),
        "pending": len(pending),
    }
