"""What is on record about the reports that a file names, read in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from core.models import IndicatorVersion
from kpis.context import Context, Definition, definitions_of
from kpis.history.cleaning import Place
from kpis.lines import Line, batched, lines_of_reports, totals
from kpis.models import Report, Round
from members.models import Workforce


class Stored:
    """Reports, their lines, rounds and declared workforces of the places named."""

    def __init__(self, places: Collection[Place], regions: frozenset[str], initiatives: frozenset[str]) -> None:
        self.regions, self.initiatives = regions, initiatives
        years = {year for _one, year, _period in places}
        organisations = sorted({one for one, _year, _period in places})
        self.rounds = {(one.year, one.period): one for one in Round.objects.filter(year__in=years)}
        self.counting: dict[Place, Report] = {}
        self.open: dict[Place, Report] = {}
        for ids in batched(organisations, 1000):
            found = Report.objects.filter(
                organisation__in=ids, round__year__in=years | {year - 1 for year in years}, superseded_at=None
            )
            for report in found.select_related("round", "organisation"):
                where = self.counting if report.counts else self.open
                where[report.organisation_id, report.round.year, report.round.period] = report
        of_these = [one.pk for one in (*self.counting.values(), *self.open.values())]
        self._lines = lines_of_reports(of_these)
        self._planned: dict[Place, list[Line]] = {}  # what the file makes of them
        self._definitions: dict[tuple[int, str], dict[str, Definition]] = {}
        self._workforce: dict[int, dict[int, int]] = defaultdict(dict)
        for ids in batched(organisations, 1000):
            declared = Workforce.objects.filter(organisation__in=ids).values_list("organisation", "year", "people")
            for organisation, year, people in declared:
                self._workforce[organisation][year] = people

    def lines_of(self, report: Report | None) -> list[Line]:
        return self._lines.get(report.pk, []) if report else []

    def plan(self, place: Place, lines: list[Line]) -> None:
        """From now on the report is held to say this."""
        self._planned[place] = lines

    def _said(self, place: Place) -> list[Line] | None:
        if place in self._planned:
            return self._planned[place]
        report = self.counting.get(place)
        return self.lines_of(report) if report else None

    def definitions(self, year: int, period: str) -> dict[str, Definition]:
        """As the round asks for them; one that is missing will ask for all indicators by the versions of its year."""
        found = self._definitions.get((year, period))
        if found is None:
            one = self.rounds.get((year, period))
            asked = one.indicators.all() if one else IndicatorVersion.objects.in_force(year).reported()
            found = self._definitions[year, period] = definitions_of(asked, year)
        return found

    def context(self, place: Place) -> Context:
        """What kpis.context.context_of makes of a stored report."""
        organisation, year, period = place
        earlier: list[Line] | None = None
        earlier_name = ""
        for before in ("Q1", "Q2", "Q3", "Q4"):
            if before < period and (said := self._said((organisation, year, before))) is not None:
                earlier, earlier_name = said, str(Round(year=year, period=before))
        declared = [people for of, people in sorted(self._workforce[organisation].items()) if of <= year]
        return Context(
            organisation_id=organisation,
            definitions=self.definitions(year, period),
            regions=self.regions,
            initiatives=self.initiatives,
            workforce=declared[-1] if declared else None,
            earlier=earlier,
            earlier_name=earlier_name,
            last_year=totals(self._said((organisation, year - 1, period)) or []),
        )
