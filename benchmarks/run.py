"""Runs all benchmarks on the PostgreSQL of DATABASE_URL, in databases that it makes and drops. With names of
benchmarks as arguments only these.

Prints a table and writes bench.json to PORTAL_HOME: a list of {name, what, ours, other, ratio, bound}, some with
{beside: {what, ratio}}; times are milliseconds a call. Ends with 1 when a bound is broken, with 2 when there is no
PostgreSQL.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchmarks import Benchmark, Work

HERE = Path(__file__).resolve().parent
NAME = f"portal_bench_{os.getpid()}"


def elsewhere(url: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextmanager
def database(server: Any, name: str, *, template: str = "template1") -> Iterator[None]:
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield
    finally:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def set_up(url: str, home: str) -> None:
    """Django on the new database, with a home of its own: cache, static files and mail of the portal stay untouched."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "asa_portal.settings",
        "DATABASE_URL": url,
        "REDIS_URL": "",
        "PORTAL_HOME": home,
        "PORTAL_DEMO": "1",
        "LOG_LEVEL": "ERROR",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = "benchmarks.urls"
    with Path(os.devnull).open("w") as nowhere:
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        call_command("load_demo", verbosity=0, stdout=nowhere)
        call_command("collectstatic", interactive=False, verbosity=0)


def switch_to(name: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def timed(work: Work, calls: int) -> float:
    begin = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - begin) * 1000 / calls


def measure(benchmark: Benchmark) -> dict[str, Any]:
    """Both in turn, round by round; the ratio is the median of the rounds' ratios."""
    works = benchmark.prepare()
    for work in works:  # templates are compiled, plans are cached
        timed(work, benchmark.warm_up)
    rounds = [[timed(work, benchmark.calls) for work in works] for _ in range(max(5, benchmark.rounds))]
    told = {
        "name": benchmark.name,
        "what": benchmark.what,
        "ours": round(statistics.median(ours for ours, *_ in rounds), 3),
        "other": round(statistics.median(other for _, other, *_ in rounds), 3),
        "ratio": round(statistics.median(ours / other for ours, other, *_ in rounds), 3),
        "bound": benchmark.bound,
    }
    if benchmark.beside:
        ratio = round(statistics.median(ours / third for ours, _, third in rounds), 3)
        told["beside"] = {"what": benchmark.beside, "ratio": ratio}
    return told


def known() -> list[Benchmark]:
    modules = [importlib.import_module(f"benchmarks.{module.name}") for module in pkgutil.iter_modules([str(HERE)])]
    found: list[Benchmark] = [module.BENCHMARK for module in modules if hasattr(module, "BENCHMARK")]
    return [one for one in found if not sys.argv[1:] or one.name in sys.argv[1:]]


def show(one: dict[str, Any]) -> None:
    times = f"{one['ours']:>12.2f}{one['other']:>12.2f}{one['ratio']:>8.2f}{one['bound']:>8.2f}"
    verdict = "" if one["ratio"] <= one["bound"] else "  TOO SLOW"
    print(f"{one['name']:<24}{times}{verdict}\n    {one['what']}", flush=True)
    if "beside" in one:
        print(f"    {one['beside']['ratio']:.2f} times {one['beside']['what']}", flush=True)


def main() -> int:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        print("make bench measures on PostgreSQL: set DATABASE_URL=postgres://user@host:5432/name", file=sys.stderr)
        return 2
    target = Path(os.environ.get("PORTAL_HOME", "") or HERE.parent / "var").expanduser() / "bench.json"
    import psycopg

    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as problem:
        print(f"PostgreSQL does not answer at DATABASE_URL: {problem}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # drops its databases on the way out
    results = []
    with server, tempfile.TemporaryDirectory() as home, database(server, NAME):
        set_up(elsewhere(url, NAME), home)
        print(f"{'':<24}{'ours ms':>12}{'other ms':>12}{'ratio':>8}{'bound':>8}", flush=True)
        for number, benchmark in enumerate(known()):
            switch_to(NAME)  # closes the connection: a database in use is no template
            with database(server, copy := f"{NAME}_{number}", template=NAME):
                switch_to(copy)
                try:
                    results.append(measure(benchmark))
                finally:
                    switch_to(NAME)
            show(results[-1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n")
    print(f"Written to {target}")
    return int(any(one["ratio"] > one["bound"] for one in results))


if __name__ == "__main__":
    sys.exit(main())
