"""What pages that read across all apps show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from committees.models import Committee
from core.models import Theme


@dataclass(frozen=True)
class CommitteeCard:
    committee: Committee
    themes: list[Theme]


def committee_cards() -> list[CommitteeCard]:
    """Each committee with the themes it works on, in two queries."""
    themes: dict[str, list[Theme]] = defaultdict(list)
    for theme in Theme.objects.filter(active=True):
        themes[theme.committee_code].append(theme)
    return [CommitteeCard(committee, themes[committee.code]) for committee in Committee.objects.all()]
