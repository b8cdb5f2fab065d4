"""What the figures of a year are measured by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from core.charts.scales import compact, share
from kpis.models import Ambition, WorkforceBase


def recorded() -> tuple[list[WorkforceBase], list[Ambition]]:
    """All bases, and the ambitions that stand on them, the latest first; in one query."""
    bases: dict[int, WorkforceBase] = {}
    ambitions = []
    columns = ("from_year", "kind", "number", "rate", "source")
    rows = WorkforceBase.objects.order_by("people", "year").values_list(
        "pk", "people", "year", "source", *(f"ambitions__{name}" for name in columns)
    )
    for pk, people, year, source, *ambition in rows:
        base = bases.setdefault(pk, WorkforceBase(pk=pk, people=people, year=year, source=source))
        if ambition[0] is not None:
            ambitions.append(Ambition(base=base, **dict(zip(columns, ambition, strict=True))))
    return list(bases.values()), sorted(ambitions, key=lambda one: -one.from_year)


def ambition_of(year: int, found: Iterable[Ambition]) -> Ambition | None:
    return next((one for one in found if one.from_year <= year), None)


@dataclass(frozen=True)
class Target:
    """What a year is measured by: the ambition as announced, or its rate on one of the recorded bases."""

    year: int
    ambitions: list[Ambition]
    base: WorkforceBase | None = None  # None: as announced

    @property
    def people(self) -> int:
        return self.in_year(self.year) or 0

    def in_year(self, year: int) -> int | None:
        ambition = ambition_of(year, self.ambitions)
        if ambition is None:
            return None
        return ambition.target_on(self.base) if self.base else ambition.target

    @property
    def ambition(self) -> Ambition | None:
        return ambition_of(self.year, self.ambitions)

    @property
    def label(self) -> str:
        if self.base is None:
            return gettext("Ambition for %(year)s") % {"year": self.year}
        return gettext("%(rate)s of %(people)s workers") % {
            "rate": share(float(self.ambition.rate) if self.ambition else 0),
            "people": compact(self.base.people),
        }


def targets(year: int) -> list[Target]:
    """The choices of a target: the ambition, then its rate on each base. Empty where none holds for the year."""
    bases, ambitions = recorded()
    if ambition_of(year, ambitions) is None:
        return []
    return [Target(year, ambitions), *(Target(year, ambitions, base) for base in bases)]
