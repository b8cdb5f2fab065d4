"""What the Office reads about contested figures: sets to settle, proposals, and what was decided before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Substr

from kpis import settling
from kpis.contested import ContestedSet
from kpis.models import Adjustment, AdjustmentLine, CountedLine, Total

Key = tuple[int, str, str, str]  # year, code of the indicator, series, key of the set


def to_settle(year: int | None = None, indicator: str = "") -> QuerySet[CountedLine, Any]:
    """Contested sets without a settlement that is proposed or in effect, as rows, the largest of the latest year
    first."""
    standing = Adjustment.objects.standing().filter(
        year=OuterRef("year"),
        indicator=OuterRef("indicator"),
        series=OuterRef("series"),
        contested_set=OuterRef("contested_set"),
    )
    lines = CountedLine.objects.filter(~Exists(standing), status=CountedLine.Status.CONTESTED)
    if year is not None:
        lines = lines.filter(year=year)
    if indicator:
        lines = lines.filter(indicator__code=indicator)
    return (
        lines.values("year", "indicator__code", "series", "contested_set", "others__legal_name", "others__code")
        .annotate(count=Count("figure"), people=Sum("gross"), why=Max("why"), since=Max("report__approved_at"))
        .order_by("-year", "-people", "contested_set")
    )


@dataclass(frozen=True)
class QueuedSet:
    """A row of the queue with its lines and the settlement that lapsed, or was declined or withdrawn before."""

    row: dict[str, Any]
    lines: list[CountedLine]
    earlier: Adjustment | None

    @property
    def reasons(self) -> list[str]:
        """Why its lines are contested, each reason once."""
        return list(dict.fromkeys(line.get_why_display() for line in self.lines))

    @property
    def query(self) -> str:
        """Names the set in an address."""
        year, indicator, series, key = _key(self.row)
        return urlencode({"year": year, "indicator": indicator, "series": series, "set": key})


def _key(row: dict[str, Any]) -> Key:
    return row["year"], row["indicator__code"], row["series"], row["contested_set"]


def _any_of(rows: Iterable[dict[str, Any]]) -> Q:
    """Lines or settlements of the sets in the rows; of others with the same key too, so look at the whole key."""
    found = list(rows)
    return Q(contested_set__in={row["contested_set"] for row in found}, year__in={row["year"] for row in found})


def queue(rows: QuerySet[CountedLine, Any], number: str) -> tuple[Page, list[QueuedSet]]:
    """A page of the queue, in four queries."""
    page = Paginator(rows, 25).get_page(number)
    lines: dict[Key, list[CountedLine]] = {}
    for line in CountedLine.objects.filter(_any_of(page)).select_related("organisation", "indicator").order_by("pk"):
        lines.setdefault((line.year, line.indicator.code, line.series, line.contested_set), []).append(line)
    earlier: dict[Key, Adjustment] = {}
    before = Adjustment.objects.filter(_any_of(page)).exclude(status__in=Adjustment.STANDING).order_by("pk")
    for one in before.select_related("indicator", "organisation"):
        earlier[one.year, one.indicator.code, one.series, one.contested_set] = one  # the last one stays
    return page, [QueuedSet(row, lines[_key(row)], earlier.get(_key(row))) for row in page]


def adjustments(user: Any, *statuses: str) -> QuerySet[Adjustment]:
    return (
        Adjustment.objects.visible_to(user)
        .filter(status__in=statuses)
        .select_related("indicator", "organisation", "proposed_by", "decided_by")
        .prefetch_related("lines__organisation")
        .order_by("-pk")
    )


@dataclass(frozen=True)
class Effect:
    """What a settlement does to the partnership's total, in units of the indicator. None: there is no total."""

    low: int
    high: int
    low_after: int
    high_after: int


def effect_on_total(contested: ContestedSet, counted: list[int]) -> Effect | None:
    """If the set is contested now and these shares of its lines counted instead."""
    total = Total.objects.filter(
        by="region",
        key="ALL",
        year=contested.year,
        indicator=contested.indicator,
        series=contested.series,
        breakdown="",
    ).first()
    if total is None:
        return None
    now_low, now_high = sum(line.low for line in contested.lines), sum(line.high for line in contested.lines)
    added = sum(counted)
    return Effect(total.low, total.high, total.low - now_low + added, total.high - now_high + added)


@dataclass(frozen=True)
class Ground:
    """The lines that a settlement was proposed for, and what has become of them."""

    contested: list[AdjustmentLine]
    met: list[AdjustmentLine]
    gone: list[AdjustmentLine] = field(default_factory=list)
    new: list[CountedLine] = field(default_factory=list)

    @property
    def whole(self) -> int:
        return sum(line.value or 0 for line in self.contested)

    @property
    def counted(self) -> int:
        return sum(line.share or 0 for line in self.contested)

    @property
    def has_changed(self) -> bool:
        return bool(self.gone or self.new)


def recorded(adjustment: Adjustment) -> Ground:
    """Its lines as they were when it was proposed."""
    lines = list(adjustment.lines.all())
    return Ground(
        contested=[line for line in lines if line.kind == AdjustmentLine.Kind.CONTESTED],
        met=[line for line in lines if line.kind == AdjustmentLine.Kind.MET],
    )


def ground_of(adjustment: Adjustment, now: ContestedSet | None) -> Ground:
    """Its lines as they were recorded, those that are no longer so, and those that are new."""
    before = recorded(adjustment)
    present = [(line, "contested") for line in now.lines] if now else []
    present += [(line, "met") for line in now.met_outside] if now else []
    says_now = {(kind, *_says(line, line.gross)) for line, kind in present}
    said = settling.ground_recorded(adjustment)
    return replace(
        before,
        gone=[line for line in adjustment.lines.all() if (line.kind, *_says(line, line.value)) not in says_now],
        new=[line for line, kind in present if (kind, *_says(line, line.gross)) not in said],
    )


def _says(line: AdjustmentLine | CountedLine, value: int | None) -> tuple[Any, ...]:
    return line.organisation_id, line.region, line.whose, line.others_id, line.initiative, line.state, value


def settlements_of(lines: Iterable[CountedLine]) -> dict[int, Adjustment]:
    """{figure id: the settlement that is proposed or in effect for it}, in one query."""
    found = [line for line in lines if line.contested_set]
    if not found:
        return {}
    where = Q(contested_set__in={one.contested_set for one in found}, year__in={one.year for one in found})
    by_key = {
        (one.year, one.indicator_id, one.series, one.contested_set): one
        for one in Adjustment.objects.standing().filter(where)
    }
    keys = {line.pk: (line.year, line.indicator_id, line.series, line.contested_set) for line in found}
    return {pk: by_key[key] for pk, key in keys.items() if key in by_key}


def overlapping_not_employed(year: int, indicator: str, series: str) -> QuerySet[CountedLine]:
    """Lines about people without an employer that another reporter gives too, for an overlapping region. They count;
    the Office looks whether they are the same people. By country, so that those that overlap stand together."""
    others = (
        CountedLine.objects.filter(
            year=OuterRef("year"),
            indicator=OuterRef("indicator"),
            series=OuterRef("series"),
            whose="not_employed",
            gross__gt=0,
            country=OuterRef("country"),
        )
        .exclude(organisation=OuterRef("organisation"))
        .filter(
            Q(region=OuterRef("region")) | Q(region=OuterRef("country")) | Q(country=OuterRef("region")),
        )
    )
    return (
        CountedLine.objects.filter(
            Exists(others), year=year, indicator__code=indicator, series=series, whose="not_employed", gross__gt=0
        )
        .select_related("organisation__member_type", "report__round")
        .annotate(place=Substr("region", 1, 2))
        .order_by("place", "region", "-gross", "pk")
    )
