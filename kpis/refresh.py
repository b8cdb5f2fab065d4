"""When the roll-up is made anew, and how it is audited."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import jobs
from core.models import Indicator, Job
from kpis import rollup
from kpis.models import RefreshRequest, Report
from kpis.models.rounds import Period
from kpis.partial import refresh
from kpis.scope import Scope
from members.models import User

KIND = "kpis.refresh"
LANE = "kpis.rollup"


@transaction.atomic
def ask_for_refresh(
    *, year: int, actor: User, indicator: str = "", organisation: int | None = None, quarters: bool = True
) -> Job:
    """Queue the refresh of what the report of an organisation can change in the year, or of all that is told of an
    indicator (code). What is asked for by several acts is one refresh: the job that waits cannot start before this
    transaction is over, and finds the requests of all."""
    about = Indicator.objects.get(code=indicator).pk if indicator else None
    RefreshRequest.objects.create(year=year, indicator_id=about, organisation_id=organisation, quarters=quarters)
    return jobs.enqueue(KIND, actor=actor, lane=LANE, key=f"{year}", year=year)


def refresh_after(report: Report, actor: User) -> Job:
    """What the approval of the report can change."""
    quarters = report.round.period != Period.YEAR
    return ask_for_refresh(year=report.round.year, organisation=report.organisation_id, quarters=quarters, actor=actor)


def rebuild_now(year: int | None = None) -> Job:
    """Rebuild one year or everything, in this process, in the lane of all refreshes."""
    payload: dict[str, Any] = {"whole": True} | ({"year": year} if year else {})
    job = jobs.enqueue(KIND, actor=User.objects.system(), lane=LANE, key=f"whole {year or ''}", **payload)
    return jobs.run_now(job)


def make_anew(year: int | None, *, whole: bool) -> list[int]:
    """Do what was asked for: of a year or of all, or everything of it (`whole`). In the transaction in which the job
    ends: killed half way, nothing of it is there and nothing is forgotten. Returns the settlements whose ground has
    changed."""
    asked = RefreshRequest.objects.all() if year is None else RefreshRequest.objects.filter(year=year)
    rollup.lock()
    found = list(asked.order_by("pk"))  # what is asked for from now on has a job of its own
    if whole:
        lapsed = rollup.rebuild(Scope(year=year))
    else:
        lapsed = [pk for one in sorted({request.year for request in found}) for pk in _make_year_anew(one, found)]
    RefreshRequest.objects.filter(pk__in=[request.pk for request in found]).delete()
    return lapsed


def _make_year_anew(year: int, found: list[RefreshRequest]) -> list[int]:
    mine = [request for request in found if request.year == year]
    indicators = {request.indicator_id for request in mine if request.organisation_id is None}
    if None in indicators:
        return rollup.rebuild(Scope(year=year))
    lapsed = [pk for one in sorted(indicators, key=str) for pk in rollup.rebuild(Scope(year, one))]
    organisations = {request.organisation_id for request in mine if request.organisation_id is not None}
    if organisations:
        lapsed += refresh(year, organisations, quarters=any(request.quarters for request in mine))
    return lapsed


def run_waiting() -> None:
    """Do the refreshes that wait, in this process."""
    for pk in Job.objects.waiting().filter(kind=KIND).order_by("pk").values_list("pk", flat=True):
        jobs.run(pk)


def audit() -> dict[str, Any]:
    """Compare the derived tables with a full recomputation. Refreshes that wait are done first, those that failed once
    more; figures whose refresh is under way elsewhere are left out, and said to be."""
    for year in RefreshRequest.objects.order_by("year").values_list("year", flat=True).distinct():
        jobs.enqueue(KIND, actor=User.objects.system(), lane=LANE, key=f"{year}", year=year)
    run_waiting()
    with transaction.atomic():
        found = rollup.differences()
        unfinished = Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING])
        pending = {job.payload.get("year") for job in unfinished}
    rows = {table: [row for row in rows if not pending & {None, row["year"]}] for table, rows in found.items()}
    return {
        "differences": sum(map(len, rows.values())),
        "tables": {table: len(wrong) for table, wrong in rows.items()},
        "first": next((wrong[0] for wrong in rows.values() if wrong), None),
        "pending": len(pending),
    }
