"""A set of contested lines as it stands now: what the Office looks at before it settles it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from core.models import Indicator
from kpis.counting import meetings
from kpis.models import Adjustment, CountedLine
from kpis.settling import shares
from members.models import Organisation


@dataclass(frozen=True)
class ContestedSet:
    """The lines of one year, indicator and series that are settled together, in line order, with what each met."""

    year: int
    indicator: Indicator
    series: str
    key: str
    lines: list[CountedLine]
    met: dict[int, list[CountedLine]] = field(default_factory=dict)  # by figure id of the line

    @property
    def organisation(self) -> Organisation | None:
        """The organisation whose workers they are; none where it is not named."""
        return self.lines[0].others

    @property
    def whole(self) -> int:
        """The sum of the lines, in units of the indicator."""
        return sum(line.gross for line in self.lines)

    @property
    def met_outside(self) -> list[CountedLine]:
        """Lines that the set met and that are not in it, in line order."""
        inside = {line.pk for line in self.lines}
        found = {one.pk: one for others in self.met.values() for one in others if one.pk not in inside}
        return [found[pk] for pk in sorted(found)]

    @property
    def concerned(self) -> frozenset[int]:
        """Organisations whose figures these are: who speaks for one of them does not settle the set."""
        named = {line.others_id for line in self.lines if line.others_id}
        return frozenset(named | {line.organisation_id for line in [*self.lines, *self.met_outside]})

    def shares(self, method: str, number: int | None = None) -> list[int]:
        """What would count of each line."""
        return shares([line.gross for line in self.lines], method, number)

    @property
    def standing(self) -> Adjustment | None:
        """The settlement that is proposed or in effect for it."""
        return self._adjustments().filter(status__in=Adjustment.STANDING).first()

    @property
    def earlier(self) -> Adjustment | None:
        """The last settlement that lapsed, or was declined or withdrawn."""
        return (
            self._adjustments()
            .exclude(status__in=Adjustment.STANDING)
            .select_related("organisation", "proposed_by", "decided_by")
            .prefetch_related("lines__organisation")
            .order_by("-pk")
            .first()
        )

    def _adjustments(self) -> QuerySet[Adjustment]:
        return Adjustment.objects.filter(
            year=self.year, indicator=self.indicator, series=self.series, contested_set=self.key
        )


def read_set(*, year: int, indicator: str, series: str, key: str) -> ContestedSet | None:
    """The set by its key and the code of its indicator, settled or not; none if no line is contested. Three queries."""
    lines = list(
        CountedLine.objects.filter(year=year, indicator__code=indicator, series=series, contested_set=key)
        .exclude(contested_set="")
        .select_related("organisation__country", "others", "indicator")
        .order_by("figure_id")
    )
    if not lines:
        return None
    return ContestedSet(year, lines[0].indicator, series, key, lines, met_by(lines))


def met_by(lines: list[CountedLine]) -> dict[int, list[CountedLine]]:
    """{figure id: the lines that it met}, each with its organisation; in two queries."""
    pairs = meetings(line.pk for line in lines)
    others = CountedLine.objects.filter(pk__in={other for _line, other in pairs}).select_related("organisation")
    found = {one.pk: one for one in others}
    met: dict[int, list[CountedLine]] = {}
    for line, other in sorted(pairs):
        met.setdefault(line, []).append(found[other])
    return met
