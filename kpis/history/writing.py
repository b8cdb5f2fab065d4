"""Writes what a file of figures makes of reports: new revisions, rounds that are missing, in bulk.

What was approved is never altered: figures that replace or join those of an approved report make a new revision of it.
Without an approval the figures wait for one like a submitted report does, of somebody of the Office who did not import
them. A later file corrects such waiting figures in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core import events, jobs, permissions
from core.models import BreakdownCategory, Indicator, Region
from core.workflow import act, perform
from kpis import steps
from kpis.context import NUTS_VERSION
from kpis.history.planning import ReportPlan
from kpis.lines import batched
from kpis.models import Evidence, Figure, FigureCategory, Report, Round
from kpis.refresh import ask_for_refresh
from kpis.versions import versions_for
from members.models import Organisation, User

_ENDS = {"Q1": (4, 1), "Q2": (7, 1), "Q3": (10, 1)}
_OPEN_FOR = timedelta(days=59)
_BATCH = 2000


def write(
    plans: Sequence[ReportPlan], *, actor: User, source: str, approve: bool = False, import_id: int | None = None
) -> dict[tuple[int, int, str], int]:
    """{organisation, year, period: id of the report written}. Runs inside the caller's transaction. `source` is the
    name of the file, for the trail. With `approve` the figures count at once; only the portal itself may do that, and
    leaves to a person what a check asks about and the file does not explain."""
    permissions.require(actor, "kpis.import_figures")
    if approve:
        permissions.require(actor, "kpis.approve_import_report")
    data: dict[str, Any] = {"file": source} | ({"import": import_id} if import_id else {})
    changed = [one for one in plans if one.changes]
    rounds = _rounds(changed, actor, data)
    reused = [one for one in changed if one.open is not None]
    written = {one.place: _write_into(one, one.open, actor, data) for one in reused if one.open}
    for at_once in (True, False):
        new = [one for one in changed if one.open is None and (approve and one.is_explained) == at_once]
        written |= _new_revisions(new, rounds, actor, data, approve=at_once)
    _store_lines(changed, written, rounds)
    _take_evidence_along(changed, written)
    authors = Report.authors.through
    authors.objects.bulk_create(
        [authors(report_id=report.pk, user_id=actor.pk) for report in written.values()],
        ignore_conflicts=True,
        batch_size=_BATCH,
    )
    if approve:
        explained = [one for one in plans if one.is_explained and (one.changes or one.is_pending)]
        for report in (one.open for one in explained if one.open is not None):
            _approve(report, actor, data)
        _refresh([one.place for one in explained], actor)
    return {place: report.pk for place, report in written.items()}


def _rounds(plans: Sequence[ReportPlan], actor: User, data: dict[str, Any]) -> dict[tuple[int, str], Round]:
    """The rounds of the reports. Those that are missing are made closed, for all indicators by the versions of their
    year: figures of the past were not asked for in the portal, and nobody is expected to report them."""
    found = {(one.year, one.period): one for one in Round.objects.filter(year__in={one.place[1] for one in plans})}
    for year, period in sorted({one.place[1:] for one in plans} - found.keys()):
        month, day = _ENDS.get(period, (1, 1))
        opens = date(year if period in _ENDS else year + 1, month, day)
        made = Round.objects.create(
            year=year, period=period, opens=opens, closes=opens + _OPEN_FOR, status=Round.Status.CLOSED
        )
        made.indicators.set(versions_for(year))
        act(steps.CREATE_ROUND, made, actor=actor, data=data, to_state=made.status)
        found[year, period] = made
    return found


def _write_into(plan: ReportPlan, open: Report, actor: User, data: dict[str, Any]) -> Report:
    """An unfinished revision takes the figures: one that nobody has begun, or one that was imported itself. Raises
    JobFailed where it is no longer what it was when the rows were judged."""
    now = Report.objects.select_for_update(of=("self",)).get(pk=open.pk)  # who saves it meanwhile waits
    if (now.status, now.saved_at) != (open.status, open.saved_at):
        raise jobs.JobFailed(
            _("“%(report)s” has been changed while the file was being written. Check the file again.")
            % {"report": open}
        )
    report: Report = perform(
        Report.objects.select_related("organisation", "round"),
        open.pk,
        steps.IMPORT_REPORT,
        actor=actor,
        data=data,
        imported=True,
        entered_by_office=True,
        reasons=plan.reasons,
        saved_at=timezone.now(),
        submitted_at=timezone.now(),
        submitted_by=actor,
    )
    report.figures.all().delete()
    return report


def _new_revisions(
    plans: Sequence[ReportPlan],
    rounds: dict[tuple[int, str], Round],
    actor: User,
    data: dict[str, Any],
    *,
    approve: bool,
) -> dict[tuple[int, int, str], Report]:
    now = timezone.now()
    if approve:
        _supersede([one.base.pk for one in plans if one.base])
    who = Organisation.objects.select_related("member_type").in_bulk({one.place[0] for one in plans})
    made = [
        Report(
            organisation=who[plan.place[0]],
            round=rounds[plan.place[1:]],
            revision=plan.base.revision + 1 if plan.base else 1,
            status=Report.Status.APPROVED if approve else Report.Status.SUBMITTED,
            imported=True,
            entered_by_office=True,
            reasons=plan.reasons,
            saved_at=now,
            submitted_at=now,
            submitted_by=actor,
            **(_approval(who[plan.place[0]], actor) if approve else {}),
        )
        for plan in plans
    ]
    Report.objects.bulk_create(made, batch_size=_BATCH)
    verb = steps.APPROVE_IMPORT.verb if approve else steps.IMPORT_REPORT.verb
    events.record_many(verb, made, actor=actor, data=data, to_state=made[0].status if made else "")
    return {plan.place: report for plan, report in zip(plans, made, strict=True)}


def _approval(organisation: Organisation, actor: User) -> dict[str, Any]:
    """As they are now: how they were in a past year is not on record."""
    return {
        "approved_at": timezone.now(),
        "approved_by": actor,
        "member_type": organisation.member_type,
        "size_class": organisation.size_class,
    }


def _approve(report: Report, actor: User, data: dict[str, Any]) -> None:
    counting = Report.objects.counting().filter(organisation=report.organisation_id, round=report.round_id)
    _supersede(counting.values_list("pk", flat=True))
    perform(
        Report.objects.all(),
        report.pk,
        steps.APPROVE_IMPORT,
        actor=actor,
        data=data,
        **_approval(report.organisation, actor),
    )


def _supersede(report_ids: Any) -> None:
    for ids in batched(list(report_ids), _BATCH):
        Report.objects.filter(pk__in=ids).update(superseded_at=timezone.now())


def _store_lines(
    plans: Sequence[ReportPlan],
    reports: dict[tuple[int, int, str], Report],
    rounds: dict[tuple[int, str], Round],
) -> None:
    codes = Region.objects.filter(level__in=(0, 2), version__lte=NUTS_VERSION).order_by("version")
    regions = dict(codes.values_list("code", "pk"))
    versions = {key: dict(one.indicators.values_list("indicator__code", "pk")) for key, one in rounds.items()}
    categories = {
        (breakdown, code): pk
        for breakdown, code, pk in BreakdownCategory.objects.values_list("breakdown__code", "code", "pk")
    }
    lines = [(plan, line) for plan in plans for line in plan.lines]
    for some in batched(lines, _BATCH):
        figures = Figure.objects.bulk_create(
            Figure(
                report_id=reports[plan.place].pk,
                indicator_version_id=versions[plan.place[1:]][line.indicator],
                series=line.series,
                region_id=regions[line.region],
                whose=line.whose,
                others_id=line.others,
                initiative_id=line.initiative or None,
                state=line.total.state,
                value=line.total.value,
                note=line.note,
            )
            for plan, line in some
        )
        FigureCategory.objects.bulk_create(
            [
                FigureCategory(figure=figure, category_id=categories[place], state=cell.state, value=cell.value)
                for figure, (_plan, line) in zip(figures, some, strict=True)
                for place, cell in line.parts.items()
            ],
            batch_size=_BATCH,
        )


def _take_evidence_along(plans: Sequence[ReportPlan], reports: dict[tuple[int, int, str], Report]) -> None:
    """A new revision begins with the files of the one before."""
    news = {one.base.pk: reports[one.place].pk for one in plans if one.base is not None and one.open is None}
    for ids in batched(list(news), _BATCH):
        files = list(Evidence.objects.filter(report__in=ids).order_by("pk"))
        for one in files:
            one.pk, one.report_id = None, news[one.report_id]
        Evidence.objects.bulk_create(files)


def _refresh(places: Sequence[tuple[int, int, str]], actor: User) -> None:
    codes = list(Indicator.objects.filter(computed=False).order_by("order").values_list("code", flat=True))
    for year in sorted({year for _organisation, year, _period in places}):
        for code in codes:
            ask_for_refresh(year=year, indicator=code, actor=actor)
