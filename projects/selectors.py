"""What the pages of projects show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.charts import Chart, GanttRow, MapRegion, gantt_chart, map_chart
from core.models import IndicatorVersion, Series
from members.models import today
from projects.extending import Contribution, contributions_of
from projects.models import IndicatorTarget, Initiative, Partner, Project

# What the results of such projects are about; the codes stand in Project.results.
RESULT_KINDS: dict[str, str | Promise] = {
    "intelligence": _("Skills intelligence"),
    "roadmap": _("Roadmap"),
    "job_roles": _("Definition of skills and job roles"),
    "recognition": _("Recognition"),
    "training": _("Training"),
    "good_practice": _("Good practice"),
}


def result_kinds(project: Project) -> list[str]:
    """The kinds of results in words; a code that the portal does not know (any more) is shown as it is."""
    return [str(RESULT_KINDS.get(code, code)) for code in project.results]


def _elapsed(project: Project) -> float | None:
    """The part of its time that is over, from 0 to 1; None where its end is not known."""
    if project.ends is None:
        return None
    days = (project.ends - project.starts).days + 1
    return min(max((today() - project.starts).days / days, 0), 1)


def rows(projects: Sequence[Project]) -> list[GanttRow]:
    """A project is never late: its dates are what it agreed with its funder."""
    states = {"planned": "planned", "running": "active", "finished": "done"}
    return [
        GanttRow(
            label=project.acronym,
            start=project.starts,
            end=project.ends,
            progress=_elapsed(project),
            state=states[project.status],  # type: ignore[arg-type]
            late=False,
            url=project.get_absolute_url(),
        )
        for project in sorted(projects, key=lambda project: project.starts)
    ]


def timeline(projects: Sequence[Project]) -> Chart:
    """When each project ran or runs."""
    return gantt_chart(
        id="timeline",
        title=gettext("Projects of the partnership over time"),
        source=gettext("the sources named on the page of each project"),
        as_of=today(),
        rows=rows(projects),
        today=today(),
    )


@dataclass(frozen=True)
class Outcome:
    """What an initiative aimed at in a year, and what it came to."""

    year: int
    indicator: str  # its code
    name: str
    unit: str
    target: IndicatorTarget | None
    achieved: Contribution | None
    planned: Contribution | None

    @property
    def contribution(self) -> Contribution | None:
        return self.achieved or self.planned

    @property
    def share(self) -> float | None:
        """Of the target, by what counts for certain."""
        if self.target is None or self.achieved is None or self.achieved.low is None:
            return None
        return self.achieved.low / self.target.number


def outcomes(initiative: Initiative, user: Any) -> list[Outcome]:
    """By year, the latest first, and indicator: every target, and every figure that the reader may know of."""
    came_to = contributions_of([initiative], user).get(initiative.code, [])
    return _outcomes(came_to, list(initiative.targets.select_related("indicator")), _current_names())


def _current_names() -> dict[str, IndicatorVersion]:
    return {one.indicator.code: one for one in IndicatorVersion.objects.current().select_related("indicator")}


def _outcomes(
    came_to: Sequence[Contribution], aims: Sequence[IndicatorTarget], names: dict[str, IndicatorVersion]
) -> list[Outcome]:
    found = {(one.year, one.indicator, one.series): one for one in came_to}
    targets = {(one.year, one.indicator.code): one for one in aims}
    places = {(year, code) for year, code, _series in found} | targets.keys()
    outcomes = []
    for year, code in sorted(places, key=lambda place: (-place[0], place[1])):
        achieved, planned = (found.get((year, code, series)) for series in Series.values)
        named = achieved or planned  # by the definition of its year
        name, unit = (named.name, named.unit) if named else (names[code].short_name, names[code].unit)
        outcomes.append(Outcome(year, code, name, unit, targets.get((year, code)), achieved, planned))
    return outcomes


# -- Where -------------------------------------------------------------------------------------------------------------
def partners_of(project: Project) -> list[Partner]:
    """The coordinator first, then by name, whether members or not."""
    order = {role: number for number, role in enumerate(Partner.Role.values)}
    found = project.partners.select_related("organisation__country", "country")
    return sorted(found, key=lambda one: (order[one.role], str(one).casefold()))


def partners_map(project: Project, partners: Sequence[Partner]) -> Chart | None:
    """In which countries the partners on record are; none, where no country is known."""
    countries = [one.organisation.country if one.organisation else one.country for one in partners]
    counted = Counter(country for country in countries if country is not None)
    if not counted:
        return None
    without = len(countries) - counted.total()
    left_out = ngettext(
        "%(n)s partner has no country on record.", "%(n)s partners have no country on record.", without
    ) % {"n": without}
    return map_chart(
        id="partners",
        title=gettext("Partners by country"),
        unit=gettext("organisations"),
        value_name=gettext("Partners"),
        source=gettext("partners on record in the portal"),
        as_of=today(),
        regions=[MapRegion(country.nuts_code, number, label=country.name) for country, number in counted.items()],
        note=left_out if without else "",
    )


@dataclass(frozen=True)
class Pilot:
    """An initiative of a region, with what it came to in its latest year with figures."""

    initiative: Initiative
    outcomes: list[Outcome]


def pilots(user: Any) -> list[Pilot]:
    """Pilots and regional programmes that name their region, those that run first; what each came to by the same cells
    as its own page."""
    regional = (Initiative.Kind.PILOT, Initiative.Kind.REGIONAL)
    found = list(
        Initiative.objects.visible_to(user)
        .filter(kind__in=regional, region__isnull=False)
        .select_related("lead", "region__country", "project")
        .prefetch_related("partners__organisation", "targets__indicator")
    )
    came_to = contributions_of(found, user) if found else {}
    names = _current_names() if found else {}
    order = ("running", "planned", "finished")
    shown = []
    for one in sorted(found, key=lambda one: (order.index(one.status), one.region.code, one.code)):  # type: ignore[union-attr]
        rows = _outcomes(came_to.get(one.code, []), list(one.targets.all()), names)
        latest = max((row.year for row in rows if row.contribution), default=max((row.year for row in rows), default=0))
        shown.append(Pilot(one, [row for row in rows if row.year == latest]))
    return shown


def pilots_map(shown: Sequence[Pilot]) -> Chart:
    """Regions with pilots; one that covers a whole country stands in the list alone."""
    counted = Counter(
        one.initiative.region for one in shown if one.initiative.region and one.initiative.region.level == 2
    )
    elsewhere = len(shown) - counted.total()
    left_out = ngettext(
        "%(n)s of them has a whole country or another region and is not on this map.",
        "%(n)s of them have a whole country or another region and are not on this map.",
        elsewhere,
    ) % {"n": elsewhere}
    of_region = {one.initiative.region: f"#{one.initiative.code}" for one in reversed(shown)}
    return map_chart(
        id="pilots",
        title=gettext("Pilot regions"),
        level=2,
        unit=gettext("pilots and regional programmes"),
        value_name=gettext("Pilots"),
        source=gettext("initiatives on record in the portal"),
        as_of=today(),
        regions=[MapRegion(region.code, number, url=of_region[region]) for region, number in counted.items()],
        note=left_out if elsewhere else "",
        empty=gettext("No pilot names its region yet."),
    )
