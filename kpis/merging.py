"""What kpis knows of reports and figures when two organisations become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.catalogues.indicators import UNKNOWN
from core.models import BreakdownCategory
from kpis.models import Adjustment, CountedLine, Figure, FigureCategory, OrganisationTotal, RefreshRequest, Report
from kpis.models.reports import State
from kpis.refresh import ask_for_refresh
from members.merging.journal import Journal
from members.merging.registry import after_merging, before_moving, is_derived
from members.models import User

is_derived(CountedLine, OrganisationTotal, RefreshRequest)
_FURTHEST = (
    Report.Status.NOT_STARTED,
    Report.Status.DRAFT,
    Report.Status.RETURNED,
    Report.Status.SUBMITTED,
    Report.Status.APPROVED,
    Report.Status.LOCKED,
)


@before_moving
def one_report_a_round(journal: Journal, kept: int, merged: int) -> None:
    """Where both have reported for a round, the report that got further counts, at a tie that of the kept one. The
    other's unfinished revision is set aside, its approved ones become earlier revisions: two records of one
    organisation have counted the same workers twice."""
    of_round: dict[int, dict[int, list[Report]]] = defaultdict(lambda: {kept: [], merged: []})
    both = Report.objects.filter(organisation__in=[kept, merged]).select_related("round", "organisation")
    for report in both.order_by("revision"):
        of_round[report.round_id][report.organisation_id].append(report)
    for found in of_round.values():
        if found[kept] and found[merged]:
            ahead, behind = found[kept], found[merged]
            if _how_far(behind) > _how_far(ahead):
                ahead, behind = behind, ahead
            _put_behind(journal, ahead, behind)


def _how_far(reports: list[Report]) -> tuple[bool, int]:
    return any(one.counts for one in reports), max(_FURTHEST.index(Report.Status(one.status)) for one in reports)


def _put_behind(journal: Journal, ahead: list[Report], behind: list[Report]) -> None:
    journal.note(
        _("%(round)s: both have a report; that of %(who)s (%(state)s) is the one that holds.")
        % {
            "round": ahead[-1].round,
            "who": ahead[-1].organisation.code,
            "state": ahead[-1].get_status_display(),
        }
    )
    earlier = 0
    for report in behind:
        if report.status in Report.UNFINISHED:
            journal.set_aside(report)
            continue
        earlier = max(earlier, report.revision)
        if report.counts:
            journal.set(report, superseded_at=timezone.now())
    if earlier:
        for report in reversed(ahead):
            journal.set(report, revision=report.revision + earlier)


@before_moving
def one_line_about_it(journal: Journal, kept: int, merged: int) -> None:
    """A report that names both as employers in lines that are otherwise the same now names one: the two lines become
    one with their sum, so that what the report says in all stays the same."""
    of = ("report_id", "indicator_version_id", "series", "region_id", "initiative_id")
    lines = Figure.objects.filter(others__in=[kept, merged]).prefetch_related("parts__category")
    mine = {tuple(getattr(one, name) for name in of): one for one in lines.filter(others=kept)}
    for double in lines.filter(others=merged):
        if (line := mine.get(tuple(getattr(double, name) for name in of))) is not None:
            _add_to(journal, line, double)
            journal.set_aside(double)


def _add_to(journal: Journal, line: Figure, double: Figure) -> None:
    if not double.counts_as_number:
        return
    if line.counts_as_number:
        _add_parts(journal, line, double)
    else:
        for part in line.parts.all():
            journal.set_aside(part)
        for part in double.parts.all():
            journal.add(FigureCategory, figure=line, category=part.category, state=part.state, value=part.value)
    total = (line.value or 0) + (double.value or 0)
    journal.set(line, value=total, state=State.VALUE if total else State.ZERO)


def _add_parts(journal: Journal, line: Figure, double: Figure) -> None:
    """A breakdown that one of the two leaves out is all unknown there."""
    mine, theirs = _breakdowns(line.parts.all()), _breakdowns(double.parts.all())
    for breakdown in mine.keys() | theirs.keys():
        unknown = BreakdownCategory.objects.get(breakdown=breakdown, code=UNKNOWN).pk
        ours = {part.category_id: part for part in mine.get(breakdown, [])}
        if not ours:
            ours = {unknown: _add_part(journal, line, unknown, line.value or 0)}
        adding = {part.category_id: part.value or 0 for part in theirs.get(breakdown, [])} or {
            unknown: double.value or 0
        }
        for category, value in adding.items():
            if category not in ours:
                _add_part(journal, line, category, value)
            elif value:
                total = (ours[category].value or 0) + value
                journal.set(ours[category], value=total, state=State.VALUE)


def _breakdowns(parts: Iterable[FigureCategory]) -> dict[int, list[FigureCategory]]:
    found: dict[int, list[FigureCategory]] = defaultdict(list)
    for part in parts:
        found[part.category.breakdown_id].append(part)
    return found


def _add_part(journal: Journal, line: Figure, category: int, value: int) -> FigureCategory:
    state = State.VALUE if value else State.ZERO
    return journal.add(FigureCategory, figure=line, category_id=category, state=state, value=value)


@before_moving
def lines_about_itself(journal: Journal, kept: int, merged: int) -> None:
    """Lines in which one of the two reports staff of the other stay as they were reported. They count where the
    organisation has no line of its own, as the rules of counting have it."""
    both = [kept, merged]
    found = Figure.objects.filter(report__organisation__in=both, others__in=both).exclude(
        report__organisation=F("others")
    )
    if number := found.count():
        journal.note(
            _("%(n)s lines of their reports name the other of the two as the employer; look at them afterwards.")
            % {"n": number}
        )


@before_moving
def settlements(journal: Journal, kept: int, merged: int) -> None:
    """A contested set has the key of an organisation in its name. Where both have a settlement for the same set, the
    other's lapses with the next count."""
    for one in Adjustment.objects.filter(
        Q(contested_set=f"org:{merged}") | Q(contested_set__startswith=f"line:{merged}:")
    ):
        kind, _colon, rest = one.contested_set.partition(":")
        key = f"{kind}:{kept}{rest.removeprefix(str(merged))}"
        taken = Adjustment.objects.filter(
            year=one.year,
            indicator=one.indicator_id,
            series=one.series,
            contested_set=key,
            status__in=[Adjustment.Status.PROPOSED, Adjustment.Status.APPROVED],
        )
        if not taken.exists():
            journal.set(one, contested_set=key)


@after_merging
def count_anew(kept: int, merged: int, actor: User) -> None:
    """Every indicator of every year in which one of them reports or is named."""
    both = [kept, merged]
    touched = Figure.objects.filter(
        Q(report__organisation__in=both) | Q(others__in=both), report__status__in=Report.APPROVED
    )
    for year, code in sorted(set(touched.values_list("report__round__year", "indicator_version__indicator__code"))):
        ask_for_refresh(year=year, indicator=code, actor=actor)
