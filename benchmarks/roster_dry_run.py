from __future__ import annotations

from benchmarks import Benchmark, Work
from benchmarks.roster import check, mapped, rolled_back, stock, stock_table, table


def prepare() -> tuple[Work, Work]:
    rows = table()
    batch = mapped(rows)
    return rolled_back(lambda: check(batch)), stock(stock_table(rows), dry_run=True)


BENCHMARK = Benchmark(
    name="roster.dry_run",
    what="the dry run of a roster of 10,000 rows / that of a stock ModelResource of the same rows",
    bound=0.2,
    prepare=prepare,
    rounds=5,
    calls=1,
    warm_up=1,
)
