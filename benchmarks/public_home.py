from __future__ import annotations

from benchmarks import Benchmark, Work
from benchmarks.requests import page


def prepare() -> tuple[Work, Work]:
    return page("/"), page("/benchmarks/plain/")


BENCHMARK = Benchmark(
    name="public.home",
    what="the home page with the demo data / a page that renders the base layout and reads one row",
    bound=4,
    prepare=prepare,
)
