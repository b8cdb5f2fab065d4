"""What the pages of projects show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.charts import Chart, GanttRow, gantt_chart
from core.models import IndicatorVersion, Series
from members.models import today
from projects.extending import Contribution, contributions_of
from projects.models import IndicatorTarget, Initiative, Project

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


def timeline(projects: Sequence[Project]) -> Chart:
    """When each project ran or runs. A project is never late: its dates are what it agreed with its funder."""
    states = {"planned": "planned", "running": "active", "finished": "done"}
    rows = [
        GanttRow(
            label=project.acronym,
            start=project.starts,
            end=project.ends,
            state=states[project.status],  # type: ignore[arg-type]
            late=False,
            url=project.get_absolute_url(),
        )
        for project in sorted(projects, key=lambda project: project.starts)
    ]
    return gantt_chart(
        id="timeline",
        title=gettext("Projects of the partnership over time"),
        source=gettext("the sources named on the page of each project"),
        as_of=today(),
        rows=rows,
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
    found = {(one.year, one.indicator, one.series): one for one in contributions_of(initiative, user)}
    targets = {(one.year, one.indicator.code): one for one in initiative.targets.select_related("indicator")}
    places = {(year, code) for year, code, _series in found} | targets.keys()
    names = {one.indicator.code: one for one in IndicatorVersion.objects.current().select_related("indicator")}
    outcomes = []
    for year, code in sorted(places, key=lambda place: (-place[0], place[1])):
        achieved, planned = (found.get((year, code, series)) for series in Series.values)
        named = achieved or planned  # by the definition of its year
        name, unit = (named.name, named.unit) if named else (names[code].short_name, names[code].unit)
        outcomes.append(Outcome(year, code, name, unit, targets.get((year, code)), achieved, planned))
    return outcomes
