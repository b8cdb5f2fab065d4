"""The totals of a year as rows for files: the same rows of the roll-up that the dashboard reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F

from kpis.models import Total
from kpis.selection import ALL
from kpis.selectors.dashboard import coverage, member_types
from kpis.selectors.parts import parts_of_a_year

COLUMNS = (
    "year", "indicator", "series", "by", "key", "breakdown", "category", "gross", "low", "high", "reporters",
)  # fmt: skip
COVERED_BY = ("region", "member_type")  # what K6 is counted by
BY = ("region", "member_type", "organisation", "initiative")


def coverage_rows(year: int, by: str = "region") -> Iterator[dict[str, Any]]:
    """K6 in rows of COLUMNS, in the same order: distinct member organisations, from the register on the last day of the
    year (today in the running one). It is made of no lines: it has no series, nothing of it is certain or possible
    only, and the rows of groups are never to be added up. `by`: one of COVERED_BY."""
    found = coverage(year, member_types())
    places = {ALL: found.organisations, **found.countries, **found.regions}
    groups = places if by == "region" else found.member_types
    for key, n in sorted(groups.items()):
        yield dict(zip(COLUMNS, (year, "K6", "", by, key, "", "", n, n, n, n), strict=True))


def total_rows(year: int, by: str = "region") -> Iterator[dict[str, Any]]:
    """Rows of COLUMNS, in a fixed order. Rows of totals have breakdown and category empty."""
    if by == "organisation":
        for code, indicator, series, breakdown, category, gross, low, high in parts_of_a_year(year):
            yield dict(
                zip(COLUMNS, (year, indicator, series, by, code, breakdown, category, gross, low, high, 1), strict=True)
            )
        return
    totals = Total.objects.filter(year=year, by=by)
    found = (totals if by == "region" else totals.filter(region=ALL)).values(
        "year", "series", "by", "key", "breakdown", "category", "gross", "low", "high", "reporters",
        indicator_code=F("indicator__code"),
    )  # fmt: skip
    for row in found.order_by("indicator__code", "series", "key", "breakdown", "category").iterator():
        named: dict[str, Any] = {**row, "indicator": row["indicator_code"]}
        yield {name: named[name] for name in COLUMNS}
