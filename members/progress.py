"""Reads of commitments: what was aimed at, what the organisation says, and what it reported, by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from core.models import IndicatorVersion
from members.models import Commitment, CommitmentProgress, Organisation


@dataclass(frozen=True)
class YearOfProgress:
    """`number` is so far, as the organisation says; `reported` is the figure of that year alone, from its reports."""

    year: int
    number: int | None
    note: str
    reported: int | None


@dataclass(frozen=True)
class ShownCommitment:
    commitment: Commitment
    years: list[YearOfProgress]
    percent: int | None  # of the number aimed at, by the last word of the organisation
    indicator: str  # its name today; empty where nothing is counted


Reported = Mapping[tuple[int, int], int]


def commitments_of(organisation: Organisation, user: Any, reported: Reported | None = None) -> list[ShownCommitment]:
    """In three queries. `reported`: {(indicator id, year): figure}, from whoever knows the reports."""
    found = (
        Commitment.objects.visible_to(user)
        .filter(organisation=organisation)
        .select_related("indicator", "organisation")
        .prefetch_related(Prefetch("progress", CommitmentProgress.objects.order_by("-year")))
    )
    names = dict(IndicatorVersion.objects.current().values_list("indicator", "name"))
    return [_shown(one, reported or {}, names) for one in found]


def _shown(commitment: Commitment, reported: Reported, names: Mapping[int, str]) -> ShownCommitment:
    told = {one.year: one for one in commitment.progress.all()}
    figures = {
        year: figure
        for (indicator, year), figure in reported.items()
        if indicator == commitment.indicator_id and commitment.created_at.year <= year <= commitment.by_year
    }
    years = [
        YearOfProgress(
            year=year,
            number=told[year].number if year in told else None,
            note=told[year].note if year in told else "",
            reported=figures.get(year),
        )
        for year in sorted({*told, *figures}, reverse=True)
    ]
    last = next((one.number for one in years if one.number is not None), None)
    percent = min(round(100 * last / commitment.number), 100) if last is not None and commitment.number else None
    return ShownCommitment(commitment, years, percent, names.get(commitment.indicator_id or 0, ""))
