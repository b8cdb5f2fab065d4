"""Reports: filled in, submitted, returned, approved, reopened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import events, jobs, permissions
from core.models import BreakdownCategory, Job, Region
from core.workflow import InvalidTransition, NoteMissing, NotPossible, act, perform
from kpis import steps
from kpis.checks import Finding, Level, check, completeness
from kpis.context import Context, context_of
from kpis.lines import Line, fingerprint, lines_of
from kpis.models import Figure, FigureCategory, Report, Round
from kpis.refresh import refresh_after
from kpis.seen import of_report, require_same
from kpis.services.evidence import copy_evidence
from members.models import User

LOCK_JOB = "kpis.lock_reports"


class WrongFigures(ValueError):
    """Figures that cannot be stored; `findings` say where and why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("; ".join(str(one.message) for one in findings))


class ChangedMeanwhile(Exception):
    """Somebody else saved other figures since the form was opened."""


class NotComplete(WrongFigures):
    """The report cannot be submitted yet."""


@transaction.atomic
def save_figures(
    *,
    report_id: int,
    lines: Sequence[Line],
    actor: User,
    indicators: Collection[str] | None = None,
    reasons: dict[str, str] | None = None,
    seen: str = "",
) -> Report:
    """Replace the figures of a report by these: those of the indicators named (codes), or all. Reasons are added to
    those given before. A draft may leave questions open, but holds nothing that is wrong. `seen` is the fingerprint of
    the figures that the person had before them: nobody overwrites unseen ones.

    Raises permissions.Denied, ChangedMeanwhile, or WrongFigures with every finding that blocks, by place in `lines`;
    then nothing was written."""
    report = Report.objects.select_for_update(of=("self",)).select_related("round", "organisation").get(pk=report_id)
    permissions.require(actor, "kpis.edit_report", report)
    context = context_of(report)
    stored = lines_of(report)
    others = [] if indicators is None else [line for line in stored if line.indicator not in indicators]
    now = fingerprint(line for line in stored if indicators is None or line.indicator in indicators)
    if seen and now not in (seen, fingerprint(lines)):  # the same form sent twice changes nothing
        raise ChangedMeanwhile
    if wrong := [one for one in check([*lines, *others], context) if one.level == Level.BLOCK]:
        raise WrongFigures(wrong)
    if report.status == Report.Status.NOT_STARTED:
        report = perform(Report.objects.all(), report_id, steps.START_REPORT, actor=actor)
    write_lines(report, lines, context, indicators)
    report.authors.add(actor)
    report.saved_at, report.saved_by = timezone.now(), actor
    if reasons is not None:
        report.reasons = {key: text for key, text in {**report.reasons, **reasons}.items() if text.strip()}
    by_office = not actor.represents(report.organisation_id)
    report.entered_by_office = report.entered_by_office or by_office
    report.imported = False
    report.save(update_fields=["saved_at", "saved_by", "reasons", "entered_by_office", "imported"])
    if by_office and not events.of(report).filter(verb=steps.ENTER_FIGURES, actor=actor).exists():
        act(steps.ENTER_FIGURES, report, actor=actor, on_behalf_of=report.organisation)
    return report


def write_lines(
    report: Report, lines: Sequence[Line], context: Context, indicators: Collection[str] | None = None
) -> None:
    """Store checked lines in place of those that are there: of the indicators named, or all."""
    old = report.figures.all()
    (old if indicators is None else old.filter(indicator_version__indicator__code__in=indicators)).delete()
    codes = {line.region for line in lines}
    regions = {one.code: one for one in Region.objects.filter(code__in=codes, level__in=(0, 2)).order_by("version")}
    figures = Figure.objects.bulk_create(
        Figure(
            report=report,
            indicator_version=context.definitions[line.indicator].version,
            series=line.series,
            region=regions[line.region],
            whose=line.whose,
            others_id=line.others,
            initiative_id=line.initiative or None,
            state=line.total.state,
            value=line.total.value,
            note=line.note,
        )
        for line in lines
    )
    named = {
        (one.breakdown.code, one.code): one
        for one in BreakdownCategory.objects.filter(
            breakdown__code__in={breakdown for line in lines for breakdown, _category in line.parts}
        ).select_related("breakdown")
    }
    FigureCategory.objects.bulk_create(
        FigureCategory(figure=figure, category=named[place], state=cell.state, value=cell.value)
        for figure, line in zip(figures, lines, strict=True)
        for place, cell in line.parts.items()
    )


def findings_of(report: Report) -> list[Finding]:
    """What stands against submitting the report as it is stored."""
    lines = lines_of(report)
    return completeness(lines) + check(lines, context_of(report))


@transaction.atomic
def submit_report(*, report_id: int, actor: User) -> Report:
    """The primary contact confirms the figures. Raises NotComplete with what is still to do."""
    report = _ready(report_id, "kpis.submit_report", actor)
    return perform(
        Report.objects.all(),
        report_id,
        steps.SUBMIT_REPORT,
        actor=actor,
        on_behalf_of=report.organisation,
        submitted_at=timezone.now(),
        submitted_by=actor,
        confirmation="",
    )


@transaction.atomic
def hand_in_report(*, report_id: int, actor: User, note: str) -> Report:
    """The Office submits what it entered for a member; the note says who of the member confirmed the figures, when and
    how. Raises NotComplete with what is still to do."""
    report = _ready(report_id, "kpis.hand_in_report", actor)
    return perform(
        Report.objects.all(),
        report_id,
        steps.HAND_IN_REPORT,
        actor=actor,
        note=note,
        on_behalf_of=report.organisation,
        submitted_at=timezone.now(),
        submitted_by=actor,
        confirmation=note,
    )


def _ready(report_id: int, right: str, actor: User) -> Report:
    """The report, locked, if it is complete and the actor may submit it."""
    report = Report.objects.select_for_update(of=("self",)).select_related("round", "organisation").get(pk=report_id)
    permissions.require(actor, right, report)
    if report.status not in steps.SUBMIT_REPORT.sources and report.status != Report.Status.NOT_STARTED:
        raise InvalidTransition(steps.SUBMIT_REPORT, report)
    if open_points := [one for one in findings_of(report) if one.level != Level.WARN]:
        raise NotComplete(open_points)
    return report


def return_report(*, report_id: int, actor: User, note: str) -> Report:
    """Back to the organisation, with a reason."""
    return perform(Report.objects.all(), report_id, steps.RETURN_REPORT, actor=actor, note=note)


@transaction.atomic
def approve_report(*, report_id: int, actor: User, note: str = "", seen: str | None = None) -> Report:
    """From now on these figures count: instead of those of the revision before, once the roll-up is made anew. `seen`:
    what the page showed (kpis.seen). Raises ChangedSinceShown, or NotPossible where neither the file that the figures
    came with nor the note gives a reason that a check asks for; then nothing was written."""
    reports = Report.objects.select_for_update(of=("self",)).select_related("organisation", "round")
    report = reports.get(pk=report_id)  # locked: what happens to it meanwhile waits
    now = timezone.now()
    if report.status == Report.Status.SUBMITTED:
        permissions.require(actor, "kpis.approve_report", report)
        require_same(seen, of_report(report))
        _require_reasons(report, note)
        Report.objects.counting().filter(
            organisation=report.organisation_id, round=report.round_id, revision__lt=report.revision
        ).update(superseded_at=now)
    approved = perform(
        Report.objects.all(),
        report_id,
        steps.APPROVE_REPORT,
        actor=actor,
        note=note,
        approved_at=now,
        approved_by=actor,
        member_type=report.organisation.member_type,
        size_class=report.organisation.size_class,
        reasons={key: said for key, text in report.reasons.items() if (said := text.strip() or note.strip())},
    )
    refresh_after(approved, actor)
    return approved


def _require_reasons(report: Report, note: str) -> None:
    """A file may leave open what a reporter would have had to explain; then whoever approves its figures does."""
    if report.unexplained and not note.strip():
        asked = [one for one in findings_of(report) if one.level == Level.ASK]
        if asked:
            raise NotPossible(
                _("%(what)s The file does not: write the reason into the remark, or return the report.")
                % {"what": " ".join(str(one.message) for one in asked)}
            )


def lock_report(*, report_id: int, actor: User, note: str = "") -> Report:
    """The figures are final; from here on only reopening, with a reason, leads to others."""
    return perform(Report.objects.select_related("round"), report_id, steps.LOCK_REPORT, actor=actor, note=note)


@transaction.atomic
def ask_to_lock_reports(*, round_id: int, actor: User) -> Job:
    """Queue the locking of all approved reports of a closed round. Asked twice, it is done once."""
    permissions.require(actor, "kpis.lock_reports", Round.objects.get(pk=round_id))
    return jobs.enqueue(LOCK_JOB, actor=actor, key=str(round_id), round=round_id)


def lock_reports(*, round_id: int, actor: User) -> int:
    """Lock the counting reports of the round that are approved; returns how many. Done again, it finds none."""
    count = 0
    for pk in Report.objects.counting().filter(round=round_id, status=Report.Status.APPROVED).values_list("pk"):
        with suppress(InvalidTransition):  # somebody locked this one in the moment
            lock_report(report_id=pk[0], actor=actor)
            count += 1
    return count


@transaction.atomic
def reopen_report(*, report_id: int, actor: User, note: str) -> Report:
    """A new revision, with the figures of the approved or locked one to start from; that one counts until the new one
    does, and stays readable for ever."""
    old = Report.objects.select_for_update(of=("self",)).select_related("round", "organisation").get(pk=report_id)
    permissions.require(actor, "kpis.reopen_report", old)
    if not note.strip():
        raise NoteMissing(_("Please say why the report is reopened."))
    if not old.counts:
        raise InvalidTransition(steps.APPROVE_REPORT, old)
    try:
        with transaction.atomic():
            new = Report.objects.create(
                organisation=old.organisation,
                round=old.round,
                revision=old.revision + 1,
                status=Report.Status.DRAFT,
                entered_by_office=old.entered_by_office,
                reasons=old.reasons,
                saved_at=timezone.now(),
            )
    except IntegrityError:  # somebody else reopened it in this moment
        raise InvalidTransition(steps.APPROVE_REPORT, old)
    new.authors.set(old.authors.all())
    write_lines(new, lines_of(old), context_of(new))
    copy_evidence(old, new)
    act(steps.REOPEN_REPORT, new, actor=actor, note=note, to_state=new.status)
    return new
