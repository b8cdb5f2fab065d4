"""The totals of a year as rows for files: the same rows of the roll-up that the dashboard reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F

from kpis.models import OrganisationTotal, Total
from kpis.selection import ALL

COLUMNS = (
    "year", "indicator", "series", "by", "key", "breakdown", "category", "gross", "low", "high", "reporters",
)  # fmt: skip
BY = ("region", "member_type", "organisation", "initiative")


def total_rows(year: int, by: str = "region") -> Iterator[dict[str, Any]]:
    """Rows of COLUMNS, in a fixed order. Rows of totals have breakdown and category empty."""
    order = ("indicator__code", "series", "key", "breakdown", "category")
    columns = ("year", "series", "breakdown", "category", "gross", "low", "high", "indicator__code")
    if by == "organisation":
        found = OrganisationTotal.objects.filter(year=year, region=ALL).values(*columns, key=F("organisation__code"))
    else:
        totals = Total.objects.filter(year=year, by=by)
        found = (totals if by == "region" else totals.filter(region=ALL)).values(*columns, "key", "reporters")
    for row in found.order_by(*order).iterator():
        named = {**row, "indicator": row["indicator__code"], "by": by, "reporters": row.get("reporters", 1)}
        yield {name: named[name] for name in COLUMNS}
