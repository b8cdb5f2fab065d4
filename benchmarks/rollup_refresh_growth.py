from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from benchmarks import Benchmark, Work
from benchmarks.databases import on
from benchmarks.partnership import LATEST, LINES, PARTS, approved_report, simulated

ROUNDS, CALLS, WARM_UP = 5, 1, 1


def revise(number: int) -> list[int]:
    """New revisions of so many reports of the latest year, with one person more in every line, approved and not rolled
    up yet; the ids of their organisations."""
    from django.db import connection

    from kpis.models import Report

    old = list(Report.objects.filter(round__year=LATEST).select_related("organisation", "round").order_by("pk")[2::5])
    if len(old) < number:
        raise RuntimeError("too few reports to refresh for: more FIGURES, please")
    for one in old[:number]:
        Report.objects.filter(pk=one.pk).update(superseded_at=one.approved_at)
        approved_report(one.round, one.organisation, revision=2).save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute(LINES.format(which="AND r.revision = 2"), {})
        cursor.execute(
            "UPDATE kpis_figure SET value = value + 1 WHERE state = 'value'"
            " AND report_id IN (SELECT id FROM kpis_report WHERE revision = 2)"
        )
        cursor.execute(PARTS.format(which="AND f.report_id IN (SELECT id FROM kpis_report WHERE revision = 2)"), {})
        cursor.execute("ANALYZE")
    return [one.organisation_id for one in old[:number]]


def refreshes(wrapper: BaseDatabaseWrapper) -> Work:
    """Each call refreshes for the next of the reports, as the worker does it."""
    from core import jobs
    from core.models import Job
    from kpis.refresh import ask_for_refresh
    from members.models import User

    waiting: list[int] = []
    on(wrapper, lambda: waiting.extend(revise(ROUNDS * CALLS + WARM_UP)))()

    def work() -> None:
        job = ask_for_refresh(year=LATEST, organisation=waiting.pop(0), quarters=False, actor=User.objects.system())
        if jobs.run_now(job).state != Job.State.DONE:
            raise RuntimeError(f"the refresh ended as {job.state}: {job.error}")

    return on(wrapper, work)


def prepare() -> tuple[Work, Work]:
    return refreshes(simulated(10)), refreshes(simulated(1))


BENCHMARK = Benchmark(
    name="rollup.refresh_growth",
    what="the refresh after one report of 200 lines with ten years on record / the same with one year",
    bound=1.5,
    prepare=prepare,
    rounds=ROUNDS,
    calls=CALLS,
    warm_up=WARM_UP,
)
