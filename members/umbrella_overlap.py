"""How the organisations that an umbrella represents overlap with the roster: who is a member itself, who is on record,
who is not in the portal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, Represented

MEMBER, ON_RECORD, ELSEWHERE = "member", "on_record", "elsewhere"
WORDS = {
    MEMBER: _("Member of the alliance itself"),
    ON_RECORD: _("In the portal, not a member"),
    ELSEWHERE: _("Not in the portal"),
}


@dataclass(frozen=True)
class OverlapRow:
    represented: Represented
    standing: str
    resembling: list[Organisation]

    @property
    def words(self) -> Any:
        return WORDS[self.standing]


@dataclass(frozen=True)
class Overlap:
    """The rows of today, and how many there are of each standing."""

    rows: list[OverlapRow]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return len(self.rows)


def represented_by(umbrella: Organisation) -> QuerySet[Represented]:
    is_member = Organisation.objects.members().filter(pk=OuterRef("organisation"))
    current: QuerySet[Represented] = Represented.objects.current().filter(umbrella=umbrella)
    return current.select_related("organisation__country", "country").annotate(is_member=Exists(is_member))


def overlap_of(umbrella: Organisation, *, standing: str = "") -> Overlap:
    """Two queries: the list, and the records that bear a name which is not connected yet."""
    listed = list(represented_by(umbrella))
    keys = {one.name_key for one in listed if not one.organisation_id}
    named: dict[str, list[Organisation]] = {}
    for organisation in (
        Organisation.objects.filter(name_key__in=keys).exclude(pk=umbrella.pk).select_related("country")
    ):
        named.setdefault(organisation.name_key, []).append(organisation)
    rows = [
        OverlapRow(one, _standing(one), [] if one.organisation_id else named.get(one.name_key, [])[:3])
        for one in listed
    ]
    counts = Counter(row.standing for row in rows)
    kept = [row for row in rows if row.standing == standing] if standing in WORDS else rows
    return Overlap(kept, {key: counts[key] for key in WORDS})


def _standing(one: Any) -> str:
    if one.is_member:
        return MEMBER
    return ON_RECORD if one.organisation_id else ELSEWHERE


def public_overlap(umbrella: Organisation) -> tuple[list[Organisation], int]:
    """(those that are members themselves, how many it represents in all), for its public page."""
    listed: list[Any] = list(represented_by(umbrella))
    return [one.organisation for one in listed if one.is_member and one.organisation], len(listed)


def umbrellas_of(organisation: Organisation) -> list[Organisation]:
    """The members that represent it today."""
    of = Represented.objects.current().filter(organisation=organisation).values("umbrella")
    return list(Organisation.objects.members().filter(pk__in=of).order_by("name_key"))
