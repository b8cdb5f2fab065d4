from __future__ import annotations

from benchmarks import Benchmark, Work
from benchmarks.partnership import LATEST, slower_page

ADDRESSES = [f"/kpis/?year={LATEST}", f"/kpis/?year={LATEST}&country=DE&member_type=EDU-HE"]


def prepare() -> tuple[Work, Work]:
    return slower_page(ADDRESSES, queries=15)


BENCHMARK = Benchmark(
    name="kpis.dashboard",
    what="the dashboard, filtered or not (the slower), with ten years on record / the same with one year",
    bound=1.3,
    prepare=prepare,
    rounds=35,  # of one call each: what else the machine does falls on neighbours alike
    calls=1,
)
