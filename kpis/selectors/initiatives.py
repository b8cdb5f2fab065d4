"""What an initiative came to: the cells of the roll-up that exports and drill-downs read, or those of editions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from core.models import BreakdownCategory, IndicatorVersion
from kpis.models import Edition, EditionCell, Total
from kpis.selection import ALL, Selection
from projects.extending import Contribution, Part
from projects.models import Initiative


def contributions(initiatives: Collection[Initiative], user: Any) -> dict[str, list[Contribution]]:
    """Live for members; for the public from the latest edition of each year, where disclosure control shows it."""
    if user.has_perm("kpis.view_figures"):
        return _live(initiatives)
    return _published(initiatives)


def _live(initiatives: Collection[Initiative]) -> dict[str, list[Contribution]]:
    cells = Total.objects.filter(by="initiative", key__in=[one.code for one in initiatives], region=ALL)
    whole = cells.filter(breakdown="").select_related("indicator").order_by("-year", "indicator__order", "series")
    found: dict[str, list[Contribution]] = defaultdict(list)
    if not (rows := list(whole)):
        return found
    versions = _versions()
    parts = _parts(
        cells.exclude(breakdown="").filter(
            high__gt=0,
            # As the index of the cells begins: of all initiatives together there are many.
            year__in={row.year for row in rows},
            indicator__in={row.indicator_id for row in rows},
            series__in={row.series for row in rows},
        )
    )
    for row in rows:
        version = _of_year(versions[row.indicator_id], row.year)
        found[row.key].append(
            Contribution(
                year=row.year,
                indicator=row.indicator.code,
                name=version.short_name,
                unit=version.unit,
                series=row.series,
                low=row.low,
                high=row.high,
                gross=row.gross,
                reporters=row.reporters,
                url=_behind(row),
                parts=parts[row.key, row.year, row.indicator_id, row.series],
            )
        )
    return found


def _behind(row: Total) -> str:
    chosen = Selection(year=row.year, indicator=row.indicator.code, series=row.series)
    return f"{reverse('kpis:drill_down')}?{chosen.query(initiative=row.key)}"


def _published(initiatives: Collection[Initiative]) -> dict[str, list[Contribution]]:
    latest = Edition.objects.published().filter(year=OuterRef("year")).order_by("-number").values("pk")[:1]
    cells = EditionCell.objects.filter(
        edition__in=Edition.objects.published().filter(pk=Subquery(latest)),
        by="initiative",
        key__in=[one.code for one in initiatives],
        region=ALL,
        breakdown="",
    )
    rows = list(
        cells.select_related("indicator", "edition")
        .defer("edition__grounds", "edition__facts")
        .order_by("-year", "indicator__order", "series")
    )
    versions = _versions() if rows else {}
    found: dict[str, list[Contribution]] = defaultdict(list)
    for row in rows:
        version = _of_year(versions[row.indicator_id], row.year)
        found[row.key].append(
            Contribution(
                year=row.year,
                indicator=row.indicator.code,
                name=version.short_name,
                unit=version.unit,
                series=row.series,
                low=None if row.hidden else row.low,
                high=row.shown_high,
                reporters=None if row.hidden else row.reporters,
                url=row.edition.get_absolute_url(),
                source=str(row.edition),
            )
        )
    return found


def _parts(cells: QuerySet[Total]) -> dict[tuple[str, int, int, str], list[Part]]:
    """{(initiative, year, indicator id, series): the categories, in the order of the catalogue}"""
    places: dict[tuple[str, str], BreakdownCategory] = {
        (one.breakdown.code, one.code): one for one in BreakdownCategory.objects.select_related("breakdown")
    }
    order = {place: number for number, place in enumerate(places)}
    found: dict[tuple[str, int, int, str], list[Part]] = defaultdict(list)
    for row in sorted(cells, key=lambda row: order[row.breakdown, row.category]):
        category = places[row.breakdown, row.category]
        part = Part(category.breakdown.name, category.name, row.low, row.high)
        found[row.key, row.year, row.indicator_id, row.series].append(part)
    return found


def _versions() -> dict[int, list[IndicatorVersion]]:
    """{indicator id: its versions, the one that begins last first}"""
    found: dict[int, list[IndicatorVersion]] = defaultdict(list)
    for one in IndicatorVersion.objects.published().order_by("-from_year", "-version"):
        found[one.indicator_id].append(one)
    return found


def _of_year(versions: list[IndicatorVersion], year: int) -> IndicatorVersion:
    return next((one for one in versions if (one.from_year or 0) <= year), versions[-1])
