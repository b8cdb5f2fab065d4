from __future__ import annotations

from benchmarks import Benchmark, Work
from benchmarks.partnership import LATEST, slower_page

ADDRESSES = [
    f"/kpis/figures/?year={LATEST}&indicator=K1",
    f"/kpis/figures/?year={LATEST}&indicator=K1&breakdown=gender&category=f",
    f"/kpis/figures/?year={LATEST}&indicator=K1&country=DE&member_type=EDU-HE",
]


def prepare() -> tuple[Work, Work]:
    return slower_page(ADDRESSES, queries=20)


BENCHMARK = Benchmark(
    name="kpis.drill_down",
    what="the reports behind a number (the slowest of three), with ten years on record / the same with one year",
    bound=1.3,
    prepare=prepare,
    rounds=35,  # of one call each: what else the machine does falls on neighbours alike
    calls=1,
)
