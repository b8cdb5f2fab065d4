"""Which quarters of a year may be published: those from which no growth follows that is the doing of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from kpis.disclosure import Unprotectable, gives_away, measured
from kpis.models import PeriodTotal
from kpis.scope import Scope
from kpis.selection import ALL
from kpis.selectors.contributions import Pair, Place, of_the_whole
from kpis.selectors.earlier import Earlier, History

Shares = dict[int, int]


@dataclass(frozen=True)
class Point:
    """The whole at some time, as the reader has it: with its range, or only what is certain."""

    of: dict[int, Pair]
    with_range: bool
    is_quarter: bool = False

    @property
    def certain(self) -> Shares:
        return {who: low for who, (low, _high) in self.of.items()}

    @property
    def contested(self) -> Shares:
        return {who: high - low for who, (low, high) in self.of.items()}


class Quarters:
    """Of one year; the whole partnership only."""

    def __init__(self, year: int) -> None:
        self.year = year
        periods = PeriodTotal.objects.filter(year=year, region=ALL, member_type="").values_list("period", flat=True)
        self._of = {period: of_the_whole(Scope(year=year, until=period)) for period in sorted(set(periods))}

    @cached_property
    def _whole(self) -> dict[Place, dict[int, Pair]]:
        return of_the_whole(Scope(year=self.year))

    def protect(self, place: Place, history: History, earlier: list[Earlier], *, with_range: bool) -> None:
        """Raises Unprotectable where the whole of the year, set against a quarter that an earlier edition showed, would
        tell what few have done in between."""
        if not any(one.quarters for one in earlier):
            return
        whole = Point(self._whole.get(place, {}), with_range)
        try:
            points = list(_seen(place, history, earlier))
        except LookupError:
            raise Unprotectable from None
        if _tells(whole.certain, (one.certain for one in points if one.is_quarter)):
            raise Unprotectable
        ranges = [one.contested for one in points if one.is_quarter and one.with_range]
        if with_range and _tells(whole.contested, ranges):
            raise Unprotectable

    def verdict(self, place: Place, history: History, earlier: list[Earlier], *, with_range: bool) -> dict[str, bool]:
        """{quarter that is shown: whether with its range}, the latest first: every difference to the year, to each
        other and to what earlier editions showed passes the rule."""
        if not self._of:
            return {}
        try:
            points = [Point(self._whole.get(place, {}), with_range), *_seen(place, history, earlier)]
        except LookupError:
            return {}
        found = {}
        for period, wholes in reversed(self._of.items()):
            if place not in wholes:
                continue
            one = Point(wholes[place], True)
            certain = one.certain
            if measured(certain.values()).is_sensitive or _tells(certain, (other.certain for other in points)):
                continue
            ranges = [other.contested for other in points if other.with_range]
            found[period] = not gives_away(one.contested.values()) and not _tells(one.contested, ranges)
            points.append(Point(one.of, found[period]))
        return found


def _seen(place: Place, history: History, earlier: list[Earlier]) -> Iterable[Point]:
    """What earlier editions showed of the whole and of quarters. Raises LookupError where nobody knows any more who
    stands behind it."""
    whole = (ALL, ALL, "", "")
    for said in earlier:
        shown = dict(said.quarters)
        if whole in said.cells and whole not in said.hidden:
            shown[""] = said.cells[whole], whole not in said.without_range
        for period, (pair, with_range) in shown.items():
            of = history.whole(said.edition, place, period)
            if (sum(low for low, _high in of.values()), sum(high for _low, high in of.values())) != pair:
                raise LookupError
            yield Point(of, with_range, is_quarter=bool(period))


def _tells(these: Shares, others: Iterable[Shares]) -> bool:
    return any(
        gives_away(these.get(who, 0) - those.get(who, 0) for who in these.keys() | those.keys()) for those in others
    )
