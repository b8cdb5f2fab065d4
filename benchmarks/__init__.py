"""What `make bench` measures: ratios of two things done side by side in one run, so that the machine matters little.

A benchmark is a module of this package with a BENCHMARK: its `prepare` makes the data that it needs on top of the demo
data, in a database of its own, and returns the two things to time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Benchmark:
    name: str
    what: str
    bound: float  # the ratio ours / other may not exceed it
    prepare: Callable[[], tuple[Work, ...]]  # (ours, other), and what `beside` names
    beside: str = ""  # a third thing: ours over it is told too, without a bound
    rounds: int = 15
    calls: int = 10  # of each of the two, in each round
    warm_up: int = 2  # calls before the first round
