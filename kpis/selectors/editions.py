"""What the pages of editions show: headline figures, changes with their reasons, and rows for files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from core.charts.scales import day, locale
from core.geography import shapes
from core.models import BreakdownCategory, Job, MemberType, Series
from kpis import edition_changes as differences
from kpis.freezing import KIND
from kpis.models import Adjustment, Edition, EditionCell, EditionChange, Report, Total
from kpis.models.rounds import Period
from kpis.selection import ALL
from kpis.selectors.sources import PERIOD

COLUMNS = (
    "edition", "year", "indicator", "series", "by", "key", "region", "breakdown", "category", "low", "high",
    "reporters", "shown",
)  # fmt: skip
CHANGE_COLUMNS = (
    "edition", "before", "indicator", "series", "by", "key", "region", "breakdown", "category", "low_before",
    "high_before", "low", "high", "reasons",
)  # fmt: skip


def citation(edition: Edition) -> str:
    """How to name the edition in a text; its address is for good."""
    when = edition.published_at or edition.frozen_at
    return _("Automotive Skills Alliance (%(in)s): KPI figures %(year)s, edition %(code)s, %(day)s. %(url)s") % {
        "in": when.year,
        "year": edition.year,
        "code": edition.code,
        "day": day(when.date()),
        "url": settings.PORTAL_URL.rstrip("/") + edition.get_absolute_url(),
    }


@dataclass(frozen=True)
class MainFigure:
    definition: dict[str, Any]
    series: str
    cell: EditionCell


def main_figures(edition: Edition) -> list[MainFigure]:
    """Each indicator for the whole partnership, by the definitions of the edition."""
    cells = EditionCell.objects.filter(edition=edition, by="region", region=ALL, breakdown="")
    found = {(cell.indicator.code, cell.series): cell for cell in cells.select_related("indicator")}
    return [
        MainFigure(one, str(series.label), found[one["code"], series])
        for one in edition.facts["definitions"]
        for series in Series
        if (one["code"], series) in found
    ]


def kept(edition: Edition) -> list[tuple[str, str]]:
    """(code of the earlier edition, names of the indicators whose figures are still those of it)."""
    names = {one["code"]: one["short_name"] for one in edition.facts["definitions"]}
    found: dict[str, list[str]] = {}
    for place, code in sorted(edition.grounds.get("kept", {}).items()):
        indicator, series = place.split(" ")
        name = f"{indicator}: {names.get(indicator, indicator)}"
        found.setdefault(code, []).append(name if series == Series.ACHIEVED else f"{name}, {Series(series).label}")
    return [(code, "; ".join(some)) for code, some in found.items()]


def latest_headline() -> EditionCell | None:
    """Workers upskilled (K1) by the latest published edition, with the edition; None where none shows it."""
    latest = Edition.objects.published().order_by("-year", "-number").values("pk")[:1]
    whole = EditionCell.objects.filter(edition__in=Subquery(latest), by="region", key=ALL, region=ALL, breakdown="")
    shown = whole.filter(indicator__code="K1", series=Series.ACHIEVED, hidden=False)
    return shown.select_related("edition").defer("edition__grounds").first()


@dataclass(frozen=True)
class ShownReason:
    words: str
    url: str


@dataclass(frozen=True)
class ShownChange:
    change: EditionChange
    place: str
    part: str
    reasons: list[ShownReason]
    with_range: bool


def changes(edition: Edition, *, insider: bool) -> QuerySet[EditionChange]:
    """The public reads those that it can see in the two editions."""
    found = EditionChange.objects.filter(edition=edition).select_related("indicator")
    only_range = Q(high_hidden=True, low=F("low_before"))
    return found if insider else found.filter(hidden=False).exclude(only_range)


def shown_changes(edition: Edition, found: Iterable[EditionChange], user: Any) -> list[ShownChange]:
    """In words; members also read whose report it was, with a link where they may open it."""
    insider, found = bool(user.is_authenticated and user.is_insider), list(found)
    parts = {
        (one.breakdown.code, one.code): f"{one.breakdown.name}: {one.name}"
        for one in BreakdownCategory.objects.select_related("breakdown")
    }
    types = dict(MemberType.objects.values_list("code", "name"))
    reasons = edition.grounds["reasons"]
    urls = _urls([reasons[number] for one in found for number in one.reasons], user)
    return [
        ShownChange(
            one,
            _place(one, types),
            parts.get((one.breakdown, one.category), ""),
            _reasons(one, reasons, urls, insider=insider),
            with_range=insider or not one.high_hidden,
        )
        for one in found
    ]


def _place(one: EditionChange, types: dict[str, str]) -> str:
    place = _("all countries") if one.region == ALL else shapes.place_name(one.region, locale())
    if one.by == "member_type":
        return f"{types.get(one.key, one.key)}, {place}"
    if one.by == PERIOD:
        return f"{Period(one.key).label}, {place}"
    return f"{one.key}, {place}" if one.by == "initiative" else place


_Urls = dict[tuple[bool, int], str]  # by whether it is a settlement, and its number


def _is_settlement(record: dict[str, Any]) -> bool:
    return record["kind"] in (differences.SETTLED, differences.UNSETTLED)


def _urls(records: Iterable[dict[str, Any]], user: Any) -> _Urls:
    """Of the reports and settlements that the reader may open."""
    found = {(_is_settlement(one), one["pk"]) for one in records}
    reports = Report.objects.visible_to(user).filter(pk__in=[pk for settled, pk in found if not settled])
    settlements = Adjustment.objects.visible_to(user).filter(pk__in=[pk for settled, pk in found if settled])
    urls = {(False, pk): reverse("kpis:report_detail", args=[pk]) for pk in reports.values_list("pk", flat=True)}
    return urls | {
        (True, pk): reverse("kpis:settlement_detail", args=[pk]) for pk in settlements.values_list("pk", flat=True)
    }


def _reasons(
    one: EditionChange, reasons: list[dict[str, Any]], urls: _Urls | None = None, *, insider: bool
) -> list[ShownReason]:
    """Each once: visitors read kinds of reasons only."""
    return list(dict.fromkeys(_reason(reasons[number], urls or {}, insider=insider) for number in one.reasons))


def _reason(record: dict[str, Any], urls: _Urls, *, insider: bool) -> ShownReason:
    words = {
        differences.REVISED: _("a revised report"),
        differences.NEW: _("a report approved since"),
        differences.GONE: _("a report that counts no more"),
        differences.SETTLED: _("a settlement of contested figures"),
        differences.UNSETTLED: _("a settlement that has lapsed"),
    }[record["kind"]]
    if not insider:
        return ShownReason(words, "")
    url = urls.get((_is_settlement(record), record["pk"]), "")
    return ShownReason(f"{words}: {record['name']}" if record["name"] else words, url)


def rows(edition: Edition) -> Iterator[tuple[Any, ...]]:
    """The published cells for a file, in COLUMNS, and those of places, member types and initiatives that are not shown,
    as such: a blank would say that there was nothing. `shown` is yes, no, or low: only what is certain."""
    public = Q(hidden=False) | Q(breakdown="", by__in=("region", "member_type", "initiative"))
    found = EditionCell.objects.filter(public, edition=edition).select_related("indicator")
    order = ("indicator__order", "series", "by", "region", "key", "breakdown", "category")
    for one in found.order_by(*order).iterator(chunk_size=2000):
        place = (one.by, one.key, one.region, one.breakdown, one.category)
        shown = "no" if one.hidden else "low" if one.high_hidden else "yes"
        numbers = (None, None, None, shown) if one.hidden else (one.low, one.shown_high, one.reporters, shown)
        yield (edition.code, edition.year, one.indicator.code, one.series, *place, *numbers)


def change_rows(edition: Edition, *, insider: bool) -> Iterator[tuple[Any, ...]]:
    """The changes for a file, in CHANGE_COLUMNS."""
    before, reasons = edition.grounds.get("before", ""), edition.grounds["reasons"]
    for one in changes(edition, insider=insider).iterator(chunk_size=2000):
        why = "; ".join(reason.words for reason in _reasons(one, reasons, insider=insider))
        place = (one.by, one.key, one.region, one.breakdown, one.category)
        numbers: tuple[int | None, ...] = (one.low_before, one.high_before, one.low, one.high)
        if one.high_hidden and not insider:
            numbers = (one.low_before, None, one.low, None)
        yield (edition.code, before, one.indicator.code, one.series, *place, *numbers, why)


def years_to_freeze() -> list[int]:
    """Years with figures for which no edition waits to be published."""
    waiting = Edition.objects.filter(status=Edition.Status.PROPOSED).values("year")
    found = Total.objects.filter(by="region", key=ALL, breakdown="").exclude(year__in=waiting)
    return list(found.order_by("-year").values_list("year", flat=True).distinct())


def last_jobs() -> QuerySet[Job]:
    """The latest requests to freeze a year that are under way or failed."""
    return Job.objects.filter(kind=KIND).exclude(state=Job.State.DONE).order_by("-pk")[:3]
