"""The totals of a year as rows for files: the same rows of the roll-up that the dashboard reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Value
from django.db.models.fields import PositiveIntegerField
from django.db.models.functions import Cast

from kpis.models import OrganisationTotal, Total
from kpis.selection import ALL

COLUMNS = (
    "year", "indicator", "series", "by", "key", "breakdown", "category", "gross", "low", "high", "reporters",
)  # fmt: skip
BY = ("region", "member_type", "organisation", "initiative")


def total_rows(year: int, by: str = "region") -> Iterator[dict[str, Any]]:
    """Rows of COLUMNS, in a fixed order. Rows of totals have breakdown and category empty."""
    order = ("indicator", "series", "key", "breakdown", "category")
    if by == "organisation":
        found = OrganisationTotal.objects.filter(year=year, region=ALL).values(
            "year",
            "series",
            "breakdown",
            "category",
            "gross",
            "low",
            "high",
            indicator=F("indicator__code"),
            by=Value("organisation"),
            key=F("organisation__code"),
            reporters=Cast(Value(1), PositiveIntegerField()),
        )
    else:
        totals = Total.objects.filter(year=year, by=by)
        found = (totals if by == "region" else totals.filter(region=ALL)).values(
            "year", "series", "by", "key", "breakdown", "category", "gross", "low", "high", "reporters",
            indicator=F("indicator__code"),
        )  # fmt: skip
    for row in found.order_by(*order).iterator():
        yield {name: row[name] for name in COLUMNS}
