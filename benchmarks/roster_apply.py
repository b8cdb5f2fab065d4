from __future__ import annotations

from benchmarks import Benchmark, Work
from benchmarks.roster import check, mapped, rolled_back, stock, stock_table, table, work_off
from core.imports import services
from members.models import User


def prepare() -> tuple[Work, Work]:
    rows = table()
    batch = check(mapped(rows))

    def apply() -> None:
        done = work_off(services.confirm(import_id=batch.pk, actor=User.objects.system()))
        assert done.counts["applied"] == done.counts["new"], done.counts

    return rolled_back(apply), rolled_back(stock(stock_table(rows), dry_run=False))


BENCHMARK = Benchmark(
    name="roster.apply",
    what="the import of a roster of 10,000 rows / that of a stock ModelResource of the same rows",
    bound=0.25,
    prepare=prepare,
    rounds=5,
    calls=1,
    warm_up=1,
)
