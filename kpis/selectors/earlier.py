"""Earlier editions of a year as disclosure control sees them: their readers have them still, and subtract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, QuerySet

from core.geography import shapes
from kpis.models import Edition, EditionCell
from kpis.selection import ALL
from kpis.selectors.contributions import Contributions, Key, Pair, Place, as_in, changes, key_of, of_the_whole
from kpis.selectors.sources import PERIOD

NOBODY = 0  # stands behind a change of which nobody knows who made it: it is never shown


@dataclass
class Earlier:
    """What an edition said of an indicator and series, and what each organisation has changed since in what is
    certain and in what is contested on top of it."""

    edition: Edition
    cells: dict[Key, Pair] = field(default_factory=dict)
    hidden: set[Key] = field(default_factory=set)
    without_range: set[Key] = field(default_factory=set)
    quarters: dict[str, tuple[Pair, bool]] = field(default_factory=dict)  # those shown; whether with their range
    certain: dict[Key, dict[int, int]] = field(default_factory=dict)
    contested: dict[Key, dict[int, int]] = field(default_factory=dict)


class History:
    """Of the published editions of a year. What an edition kept of one before it is read there."""

    def __init__(self, year: int) -> None:
        self.editions = list(Edition.objects.filter(year=year).published().order_by("number"))
        self._changes: dict[int, Contributions] = {}
        self._wholes: dict[tuple[int, str], dict[Place, dict[int, Pair]]] = {}

    @cached_property
    def _by_code(self) -> dict[str, Edition]:
        return {one.code: one for one in self.editions}

    @property
    def last(self) -> Edition | None:
        return self.editions[-1] if self.editions else None

    def origins(self, place: Place) -> list[Edition]:
        """The editions that brought numbers of their own for the place."""
        found = dict.fromkeys(self.origin(one, place) for one in self.editions)
        return [self._by_code[code] for code in found if code in self._by_code]

    @staticmethod
    def origin(edition: Edition, place: Place) -> str:
        kept: dict[str, str] = edition.grounds.get("kept", {})
        return kept.get(" ".join(place), edition.code)

    def of(self, place: Place, now: dict[Key, Pair]) -> list[Earlier]:
        """The oldest first; `now` is what the cells hold today."""
        found = [self._earlier(one, place, now) for one in self.origins(place)]
        return [one for one in found if one.cells]

    def _earlier(self, edition: Edition, place: Place, now: dict[Key, Pair]) -> Earlier:
        said = Earlier(edition)
        for row in _cells(edition, place):
            pair = row.low, row.high
            if row.by == PERIOD:
                if not row.hidden:
                    said.quarters[row.key] = pair, not row.high_hidden
                continue
            key = key_of(row.by, row.key, row.region, row.breakdown, row.category)
            if key is None:
                continue
            said.cells[key] = pair
            if row.hidden:
                said.hidden.add(key)
            if row.hidden or row.high_hidden:
                said.without_range.add(key)
        if edition.pk not in self._changes:
            self._changes[edition.pk] = changes(edition.year, edition)
        found = self._changes[edition.pk][place]
        certain: dict[Key, dict[int, int]] = defaultdict(dict)
        contested: dict[Key, dict[int, int]] = defaultdict(dict)
        for key in {*found, *said.cells, *now}:
            for who, (low, high) in found[key].items():
                certain[key][who] = low
                contested[key][who] = high - low
            if key in said.cells and not _adds_up(said.cells[key], now.get(key, (0, 0)), found[key].values()):
                certain[key], contested[key] = {NOBODY: 1}, {NOBODY: 1}
        said.certain, said.contested = dict(certain), dict(contested)
        return said

    def whole(self, edition: Edition, place: Place, period: str = "") -> dict[int, Pair]:
        """What each organisation had added to the whole by then."""
        at = edition.pk, period
        if at not in self._wholes:
            self._wholes[at] = of_the_whole(as_in(edition, period))
        return self._wholes[at][place]


def _adds_up(was: Pair, now: Pair, changed: Iterable[Pair]) -> bool:
    """Whether the changes lead from one to the other; not where reports are gone that the edition stood on."""
    low, high = was
    for of_low, of_high in changed:
        low, high = low + of_low, high + of_high
    return (low, high) == now


def _cells(edition: Edition, place: Place) -> QuerySet[EditionCell]:
    """Those that can be shown, and a few more: no parts of countries."""
    levels = Q(region=ALL) | Q(region__in=[*shapes.shapes(0), *shapes.shapes(2)])
    found = EditionCell.objects.filter(levels, edition=edition, indicator__code=place[0], series=place[1])
    of_parts = found.exclude(breakdown="").exclude(by="region", region=ALL)
    return found.exclude(pk__in=of_parts.values("pk"))
