"""Editions of the closed years; of the last one two, because members corrected their reports in between. One more has
done so since, and waits for others."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from asa_portal.demo import clock
from asa_portal.demo.partnership import Partnership
from core import events
from kpis import rollup, services, steps
from kpis.freezing import freeze
from kpis.models import Figure, FigureCategory, Report, Round
from kpis.scope import Scope
from kpis.services.evidence import copy_evidence
from kpis.services.settlements import lapse_settlements
from members.models import User

CORRECTED = 4  # reports: what fewer changed would not be published
SHARE = 94  # of a hundred, that are left after the correction


def load(partnership: Partnership) -> None:
    closed = list(Round.objects.filter(status=Round.Status.CLOSED, period="YEAR").order_by("year"))
    for one in closed:
        _publish(partnership, one, 12)
    if closed:
        found = _correctable(closed[-1])
        for report in found[:CORRECTED]:
            _revise(partnership, report, 40)
        _publish(partnership, closed[-1], 75, "Four members corrected their reports.")
        for report in found[CORRECTED:]:
            _revise(partnership, report, 110)
        lapse_settlements(rollup.rebuild(Scope(year=closed[-1].year)))


def _publish(partnership: Partnership, one: Round, days: int, note: str = "") -> None:
    with clock.on(min(one.closes + timedelta(days=days), partnership.today)):
        edition = freeze(one.year, partnership.office, note)
        services.publish_edition(edition_id=edition.pk, actor=partnership.office)


def _correctable(one: Round) -> list[Report]:
    """The reports that are corrected: some of the larger ones."""
    found = Figure.objects.filter(
        report__round=one, indicator_version__indicator__code="K1", series="achieved", whose="own", value__gt=500
    )
    figures = found.select_related("report").order_by("-value", "pk")
    return [figure.report for figure in figures[4 : 5 + CORRECTED]]


def _revise(partnership: Partnership, old: Report, days: int) -> None:
    """A second revision, lower by a few people, some days after the first was approved."""
    moment = min((old.approved_at or timezone.now()) + timedelta(days=days), timezone.now())
    figures = list(old.figures.prefetch_related("parts"))
    Report.objects.filter(pk=old.pk).update(superseded_at=moment)
    new = Report.objects.create(
        organisation=old.organisation,
        round=old.round,
        revision=old.revision + 1,
        status=old.status,
        saved_at=moment,
        submitted_at=moment,
        submitted_by=old.submitted_by,
        approved_at=moment,
        approved_by=partnership.office,
        member_type=old.member_type,
        size_class=old.size_class,
    )
    new.authors.set(old.authors.all())
    copy_evidence(old, new)
    _tell(new, partnership.office)
    for figure in figures:
        parts = list(figure.parts.all())
        total = figure.value * SHARE // 100 if figure.value and figure.value > 100 else figure.value
        lost = (figure.value or 0) - (total or 0)
        figure.pk, figure.report, figure.value = None, new, total
        figure._state.adding = True
        figure.save()
        FigureCategory.objects.bulk_create(_less(parts, figure, lost))


def _tell(new: Report, office: User) -> None:
    """The history of the second revision, all on one day."""
    state = Report.Status
    with clock.at((new.approved_at or timezone.now()) - timedelta(hours=2)):
        events.record(steps.REOPEN_REPORT, new, actor=office, note="Trainees of a sold plant were counted in.")
        for step, actor, before in (
            (steps.SUBMIT_REPORT, new.submitted_by or office, state.DRAFT),
            (steps.APPROVE_REPORT, office, state.SUBMITTED),
        ):
            events.record(step.verb, new, actor=actor, from_state=before, to_state=step.target)


def _less(parts: list[FigureCategory], figure: Figure, lost: int) -> list[FigureCategory]:
    """Each breakdown gives up as many as the total: its largest parts first."""
    left: dict[int, int] = {}
    for part in sorted(parts, key=lambda one: -(one.value or 0)):
        breakdown = part.category.breakdown_id
        taken = min(left.get(breakdown, lost), part.value or 0)
        left[breakdown] = left.get(breakdown, lost) - taken
        part.pk, part.figure, part.value = None, figure, (part.value or 0) - taken
        part._state.adding = True
        part.state = "value" if part.value else "zero"
    return parts
