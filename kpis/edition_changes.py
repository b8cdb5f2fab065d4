"""What is different in an edition from the one before, cell by cell, and why: reports and settlements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.models import Indicator
from kpis.lines import lines_of
from kpis.models import Adjustment, Edition, EditionCell, EditionChange, Report
from kpis.selection import ALL

REVISED, NEW, GONE, SETTLED, UNSETTLED = "revised", "new", "gone", "settled", "unsettled"
_PLACE = ("indicator_id", "series", "by", "key", "region", "breakdown", "category")
Cells = dict[tuple[Any, ...], tuple[int, int, bool, bool]]  # low, high, hidden, high_hidden


@dataclass(frozen=True)
class Reason:
    """One report or settlement, and the figures that it touches: {(indicator, series, region)}."""

    kind: str
    pk: int  # of the report or settlement
    name: str  # of the organisation; for the eyes of members only
    member_type: str
    touches: frozenset[tuple[str, str, str]]

    def explains(self, indicator: str, series: str, region: str) -> bool:
        return any(
            (code, of) == (indicator, series) and (region == ALL or place.startswith(region))
            for code, of, place in self.touches
        )

    @property
    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "pk": self.pk, "name": self.name}


def write_changes(edition: Edition, before: Edition) -> int:
    """Write the list and the reasons of an edition that is being made; returns how many cells are different."""
    old, new = _cells(before), _cells(edition)
    reasons = [*_of_reports(edition, before), *_of_settlements(edition, before)]
    codes = dict(Indicator.objects.values_list("pk", "code"))
    changes = []
    for place in sorted({*old, *new}, key=_order):
        was, now = old.get(place), new.get(place)
        if was and now and was[:2] == now[:2]:
            continue
        said = dict(zip(_PLACE, place, strict=True))
        changes.append(
            EditionChange(
                edition=edition,
                low_before=was[0] if was else None,
                high_before=was[1] if was else None,
                low=now[0] if now else None,
                high=now[1] if now else None,
                hidden=any(one[2] for one in (was, now) if one),
                high_hidden=any(one[3] for one in (was, now) if one),
                reasons=_why(reasons, codes[said["indicator_id"]], said),
                **said,
            )
        )
    EditionChange.objects.bulk_create(changes, batch_size=2000)
    Edition.objects.filter(pk=edition.pk).update(
        grounds={**edition.grounds, "before": before.code, "reasons": [one.record for one in reasons]}
    )
    return len(changes)


def _order(place: tuple[Any, ...]) -> tuple[Any, ...]:
    """What stands for most comes first: the whole partnership, countries, member types; parts of a total last."""
    indicator, series, by, key, region, breakdown, category = place
    rank = (breakdown != "", region != ALL, by != "region", by, len(region))
    return indicator, series, *rank, region, key, breakdown, category


def _cells(edition: Edition) -> Cells:
    rows = EditionCell.objects.filter(edition=edition).values_list(*_PLACE, "low", "high", "hidden", "high_hidden")
    return {row[:7]: row[7:] for row in rows.iterator(chunk_size=5000)}


def _why(reasons: list[Reason], indicator: str, said: dict[str, Any]) -> list[int]:
    """Places in the list of reasons. In the cell of a member type those of the type come first; where there are none,
    a report of another type has changed what counts of its claims."""
    found = [place for place, one in enumerate(reasons) if one.explains(indicator, said["series"], said["region"])]
    if said["by"] == "member_type":
        return [place for place in found if reasons[place].member_type == said["key"]] or found
    return found


def _of_reports(edition: Edition, before: Edition) -> Iterable[Reason]:
    old, new = set(before.grounds["reports"]), set(edition.grounds["reports"])
    changed = Report.objects.filter(pk__in=old ^ new).select_related("organisation", "member_type", "round")
    by_round: dict[tuple[int, int], dict[bool, Report]] = {}
    for report in changed.order_by("pk"):
        by_round.setdefault((report.organisation_id, report.round_id), {})[report.pk in new] = report
    for pair in by_round.values():
        now, was = pair.get(True), pair.get(False)
        shown = now or was
        if shown:
            kind = REVISED if now and was else NEW if now else GONE
            yield Reason(
                kind=kind,
                pk=shown.pk,
                name=shown.organisation.shown_name,
                member_type=shown.member_type.code if shown.member_type else "",
                touches=_touched(was, now),
            )


def _touched(was: Report | None, now: Report | None) -> frozenset[tuple[str, str, str]]:
    """What stands in one of the two and not, or not so, in the other."""
    old = {line.key: line for line in lines_of(was)} if was else {}
    new = {line.key: line for line in lines_of(now)} if now else {}
    return frozenset(
        (line.indicator, line.series, line.region)
        for key in {*old, *new}
        if old.get(key) != new.get(key)
        for line in (old.get(key), new.get(key))
        if line
    )


def _of_settlements(edition: Edition, before: Edition) -> Iterable[Reason]:
    old, new = set(before.grounds["settlements"]), set(edition.grounds["settlements"])
    changed = Adjustment.objects.filter(pk__in=old ^ new).select_related("indicator", "organisation")
    for one in changed.prefetch_related("lines").order_by("pk"):
        yield Reason(
            kind=SETTLED if one.pk in new else UNSETTLED,
            pk=one.pk,
            name=one.organisation.shown_name if one.organisation else "",
            member_type="",
            touches=frozenset((one.indicator.code, one.series, line.region) for line in one.lines.all()),
        )
