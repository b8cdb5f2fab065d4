"""What an edition holds: all cells of the year, each with the verdict whether the public sees it.

Where a figure cannot be shown beside earlier editions of the year without telling what one or two members changed, the
whole table of the indicator and series stays as it was in the edition before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Value

from core.models import Indicator
from kpis.disclosure import Unprotectable
from kpis.models import Edition, EditionCell, PeriodTotal, Total
from kpis.selection import ALL
from kpis.selectors.contributions import Key, Place, contested, key_of
from kpis.selectors.earlier import History
from kpis.selectors.published import WHOLE, Verdict, verdict
from kpis.selectors.quarters import Quarters
from kpis.selectors.sources import PERIOD

_COLUMNS = (
    "by", "key", "year", "indicator_id", "series", "region", "breakdown", "category", "gross", "low", "high",
    "reporters",
)  # fmt: skip
Row = dict[str, Any]


class Publication:
    """Of one year, as it is counted now. `kept`: {"K1 achieved": code of the edition whose numbers stay}."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.history = History(year)
        self.before = self.history.last
        self.kept: dict[str, str] = {}

    def cells(self, edition: Edition) -> Iterator[EditionCell]:
        of_quarters, gaps = Quarters(self.year), contested(self.year)
        for place, rows in self._rows().items():
            now = {key: (row["low"], row["high"]) for row in rows if (key := _key(row))}
            earlier = self.history.of(place, now)
            try:
                shown = verdict(self.year, place, gaps, earlier)
                if WHOLE in shown.shown:
                    of_quarters.protect(place, self.history, earlier, with_range=WHOLE in shown.ranges)
            except Unprotectable:
                if self.before is None:
                    raise
                self.kept[" ".join(place)] = self.history.origin(self.before, place)
                yield from self._as_before(edition, place)
                continue
            quarters = {}
            if WHOLE in shown.shown:
                quarters = of_quarters.verdict(place, self.history, earlier, with_range=WHOLE in shown.ranges)
            for row in rows:
                yield EditionCell(edition=edition, **row, **_flags(row, shown, quarters))

    def _rows(self) -> dict[Place, list[Row]]:
        codes = dict(Indicator.objects.values_list("pk", "code"))
        totals = Total.objects.filter(year=self.year).values_list(*_COLUMNS)
        named = {"by": Value(PERIOD), "breakdown": Value(""), "category": Value("")}
        quarters = PeriodTotal.objects.filter(year=self.year, region=ALL, member_type="")
        found: dict[Place, list[Row]] = defaultdict(list)
        for rows in (totals, quarters.annotate(key=F("period"), **named).values_list(*_COLUMNS)):
            for row in rows:
                said = dict(zip(_COLUMNS, row, strict=True))
                found[codes[said["indicator_id"]], said["series"]].append(said)
        return found

    def _as_before(self, edition: Edition, place: Place) -> Iterator[EditionCell]:
        found = EditionCell.objects.filter(edition=self.before, indicator__code=place[0], series=place[1])
        for row in found.values(*_COLUMNS, "hidden", "high_hidden"):
            yield EditionCell(edition=edition, **row)


def _key(row: Row) -> Key | None:
    return key_of(row["by"], row["key"], row["region"], row["breakdown"], row["category"])


def _flags(row: Row, shown: Verdict, quarters: dict[str, bool]) -> dict[str, bool]:
    """What is not certain is never shown where the certain is not."""
    if row["by"] == PERIOD:
        is_shown, with_range = row["key"] in quarters, quarters.get(row["key"], False)
    else:
        key = _key(row)
        is_shown, with_range = key in shown.shown, key in shown.ranges
    return {"hidden": not is_shown, "high_hidden": not with_range}
