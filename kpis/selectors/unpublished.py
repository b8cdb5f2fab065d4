"""What has changed since the edition that the public reads, and what becomes of it in a new one.

Who has two editions subtracts one from the other: a change that is the doing of few members is told by publishing it,
and waits until more have changed.

A first look, at figures as they were reported. Freezing decides by what counts (kpis.selectors.published)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Series
from kpis.disclosure import gives_away, measured
from kpis.lines import Key, Line, lines_of_reports
from kpis.models import Adjustment, AdjustmentLine, Edition, Report
from kpis.models.reports import State
from members.models import Organisation

Place = tuple[str, str]  # indicator, series
NAMED = 5  # members by name; of more one reads how many they are
MANY = 60  # reports: where so many have changed since, it is not worth the reading of each
Said = dict[Place, dict[Key, Line]]


@dataclass(frozen=True)
class Doer:
    """A member whose figures are others now, with the report or settlement that made them so."""

    name: str
    url: str


@dataclass
class Unpublished:
    """An indicator whose figures have changed since an edition."""

    edition: Edition
    indicator: str
    series: str
    shares: dict[int, int] = field(default_factory=dict)  # {organisation id: by how much its total changed}
    doers: dict[int, Doer] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.indicator}, {Series(self.series).label}" if self.series != Series.ACHIEVED else self.indicator

    @property
    def named(self) -> list[Doer]:
        return list(self.doers.values())[:NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.doers) - NAMED)

    @property
    def waits(self) -> bool:
        return gives_away(self.shares.values())

    @property
    def why(self) -> str:
        if not self.waits:
            if not measured(self.shares.values()).value:
                return _("Goes into the next edition: its total is the same, and parts that few changed are not shown.")
            return _("Goes into the next edition; parts of it that few changed are not shown.")
        missing = settings.DISCLOSURE_MIN_CONTRIBUTORS - measured(self.shares.values()).contributors
        if missing > 0:
            return ngettext(
                "Waits until %(n)s more member has changed: published now, the difference to edition %(code)s would be"
                " what so few changed.",
                "Waits until %(n)s more members have changed: published now, the difference to edition %(code)s would"
                " be what so few changed.",
                missing,
            ) % {"n": missing, "code": self.edition.code}
        return _(
            "Waits until others change more: the difference to edition %(code)s is nearly all the doing of one"
            " member, or of a handful of people."
        ) % {"code": self.edition.code}


@dataclass(frozen=True)
class Since:
    """Of a year: the indicators that changed since the edition that the public reads, or, where it is many reports,
    only how many. `reports` counts those that came, were revised or count no more."""

    edition: Edition
    reports: int
    found: list[Unpublished]

    @property
    def alike(self) -> list[tuple[str, Unpublished]]:
        """(names of the indicators, one of them) of those that the same members changed with the same outcome."""
        names: dict[tuple[Any, ...], list[Unpublished]] = defaultdict(list)
        for one in self.found:
            names[one.edition.code, one.why, *sorted(one.doers)].append(one)
        return [("; ".join(one.name for one in some), some[0]) for some in names.values()]


def unpublished() -> list[Since]:
    """By year, the latest first; years of which all is published are left out."""
    editions = {one.code: one for one in Edition.objects.published().order_by("number").defer("facts")}
    latest = {one.year: one for one in editions.values()}
    reports, settlements = _by_year(Report.objects.counting(), "round__year"), _by_year(_settlements(), "year")
    found = []
    for year, edition in sorted(latest.items(), reverse=True):
        now, settled = reports[year], settlements[year]
        then = set(edition.grounds["reports"])
        changed = max(len(now - then), len(then - now))
        some: list[Unpublished] = []
        if changed <= MANY:
            kept = {code for code in edition.grounds.get("kept", {}).values() if code in editions}
            for base in [edition, *(editions[code] for code in sorted(kept))]:
                places = _since(base, now, settled)
                some += [one for place, one in places.items() if _origin(edition, place) == base.code]
        if some or changed > MANY:
            found.append(Since(edition, changed, sorted(some, key=lambda one: (one.indicator, one.series))))
    return found


def _settlements() -> QuerySet[Adjustment]:
    return Adjustment.objects.in_effect()


def _by_year(found: QuerySet[Any], year: str) -> dict[int, set[int]]:
    ids: dict[int, set[int]] = defaultdict(set)
    for number, pk in found.order_by().values_list(year, "pk"):
        ids[number].add(pk)
    return ids


def _origin(edition: Edition, place: Place) -> str:
    kept: dict[str, str] = edition.grounds.get("kept", {})
    return kept.get(" ".join(place), edition.code)


def _since(base: Edition, reports: set[int], settlements: set[int]) -> dict[Place, Unpublished]:
    """What reports and settlements have changed since the edition was frozen, place by place."""
    found: dict[Place, Unpublished] = {}

    def add(place: Place, organisation: Organisation, url: str, share: int) -> None:
        one = found.setdefault(place, Unpublished(base, *place))
        one.shares[organisation.pk] = one.shares.get(organisation.pk, 0) + share
        one.doers.setdefault(organisation.pk, Doer(organisation.shown_name, url))

    then = set(base.grounds["reports"])
    for organisation, url, was, now in _changed_reports(then, reports):
        for place in was.keys() | now.keys():
            if was.get(place) != now.get(place):
                add(place, organisation, url, _total(now.get(place)) - _total(was.get(place)))
    in_effect = set(base.grounds["settlements"])
    lines = AdjustmentLine.objects.filter(adjustment__in=in_effect ^ settlements, kind=AdjustmentLine.Kind.CONTESTED)
    for line in lines.select_related("adjustment__indicator", "organisation"):
        one = line.adjustment
        share = line.share or 0
        add(
            (one.indicator.code, one.series),
            line.organisation,
            one.get_absolute_url(),
            share if one.pk in settlements else -share,
        )
    return found


def _changed_reports(then: set[int], now: set[int]) -> Iterator[tuple[Organisation, str, Said, Said]]:
    """Of every organisation with other reports than then: the page of the last of those, and what stood for it."""
    who = Report.objects.filter(pk__in=then ^ now).values("organisation")
    concerned = Report.objects.filter(pk__in=then | now, organisation__in=who).select_related("organisation", "round")
    of: dict[int, list[Report]] = defaultdict(list)
    for report in concerned.order_by("-round__period", "-pk"):
        of[report.organisation_id].append(report)
    lines = lines_of_reports([report.pk for some in of.values() for report in some])
    for some in of.values():
        changed = next(one for one in some if one.pk in then ^ now)
        was, is_now = (_said([one for one in some if one.pk in ids], lines) for ids in (then, now))
        yield changed.organisation, changed.get_absolute_url(), was, is_now


def _said(reports: list[Report], lines: dict[int, list[Line]]) -> Said:
    """The year's figures of an organisation: of each indicator those of the latest round that says anything."""
    found: Said = {}
    taken: set[str] = set()
    for report in reports:
        here: Said = defaultdict(dict)
        for line in lines[report.pk]:
            if line.total.state != State.MISSING and line.indicator not in taken:
                here[line.indicator, line.series][line.key] = replace(line, note="")
        taken |= {place[0] for place in here}
        found |= here
    return found


def _total(lines: dict[Key, Line] | None) -> int:
    return sum(line.total.number for line in (lines or {}).values() if line.total.is_number)
