"""What pages that read across all apps show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from committees.models import Committee
from core.models import Theme
from groups.models import Group
from kpis.models import Ambition
from members.models import Organisation, today


@dataclass(frozen=True)
class CommitteeCard:
    committee: Committee
    themes: list[Theme]
    groups: list[Group]


def committee_cards() -> list[CommitteeCard]:
    """Each committee with the themes it works on and the groups that are at work under it, in three queries."""
    themes: dict[str, list[Theme]] = defaultdict(list)
    for theme in Theme.objects.filter(active=True):
        themes[theme.committee_code].append(theme)
    groups: dict[int, list[Group]] = defaultdict(list)
    for group in Group.objects.active().only("code", "title", "kind", "status", "committee_id"):
        groups[group.committee_id].append(group)
    return [
        CommitteeCard(committee, themes[committee.code], groups[committee.pk]) for committee in Committee.objects.all()
    ]


@dataclass(frozen=True)
class Partnership:
    """The partnership in four numbers, as of today."""

    ambition: Ambition | None
    members: int
    countries: int
    groups: int


def partnership(cards: list[CommitteeCard]) -> Partnership:
    size = Organisation.objects.members().aggregate(members=Count("pk"), countries=Count("country", distinct=True))
    return Partnership(
        ambition=Ambition.objects.of(today().year),
        members=size["members"],
        countries=size["countries"],
        groups=sum(len(card.groups) for card in cards),
    )
