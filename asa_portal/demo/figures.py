"""Four years of invented figures: three that are complete, and the running one with reports in every state."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone

from asa_portal.demo import clock, editions, evidence, quarters, settlements
from asa_portal.demo.inventing import WEIGHTS, FigureMaker, Line, split
from asa_portal.demo.partnership import Partnership
from core import events
from core.catalogues.reference import THEMES
from core.models import BreakdownCategory, IndicatorVersion, Region
from kpis import rollup, steps
from kpis.models import ExpectedReporter, Figure, FigureCategory, Report, Round
from kpis.models.rounds import Period
from members.models import Membership, Organisation, User


def running_year(today: date) -> int:
    """The year whose round is open: this one, from summer on; before, the one that has just ended."""
    return today.year if today.month >= 6 else today.year - 1


def load(partnership: Partnership) -> dict[str, int]:
    """Rounds, reports and figures, rolled up."""
    newest = running_year(partnership.today)
    prefetch_related_objects(list(partnership.organisations.values()), "memberships", "workforces")
    for back in (3, 2, 1, 0):
        _year(partnership, newest - back, back)
    quarters.load(partnership, newest)
    files = evidence.load(partnership, newest)
    rollup.rebuild()
    settled = settlements.load(partnership, newest)
    editions.load(partnership)
    return {"reports": Report.objects.count(), "figures": Figure.objects.count(), **files, **settled}


def _year(partnership: Partnership, year: int, back: int) -> None:
    today, status = partnership.today, Report.Status
    running = back == 0
    opens = today - timedelta(days=24) if running else date(year, 12, 1)
    closes = today + timedelta(days=66) if running else date(year + 1, 2, 28)
    one = Round.objects.create(
        year=year,
        period=Period.YEAR,
        opens=opens,
        closes=closes,
        status=Round.Status.OPEN if running else Round.Status.CLOSED,
    )
    versions = {version.indicator.code: version for version in IndicatorVersion.objects.current().reported()}
    one.indicators.set(versions.values())
    expected = [
        organisation
        for organisation in partnership.organisations.values()
        if organisation.memberships.all()[0].starts <= opens
        and organisation.memberships.all()[0].status == Membership.Status.ACTIVE
    ]
    ExpectedReporter.objects.bulk_create(ExpectedReporter(round=one, organisation=who) for who in expected)
    maker, seed = FigureMaker(partnership, year, back), random.Random(f"states {back}")
    reports: list[tuple[Report, list[Line]]] = []
    for organisation in expected:
        state = _state(organisation, running, seed)
        lines = maker.lines(organisation)
        if state:
            reports.append((_report(partnership, one, organisation, state, seed), lines))
    Report.objects.bulk_create([report for report, _lines in reports])
    for report, _lines in reports:
        _tell(report)
    authors = Report.authors.through
    authors.objects.bulk_create(
        authors(report=report, user=partnership.reporters[report.organisation.short_name])
        for report, _lines in reports
        if report.status != status.NOT_STARTED
    )
    _write(
        partnership,
        versions,
        [(report, lines) for report, lines in reports if report.status != status.NOT_STARTED],
        seed,
    )


def _state(organisation: Organisation, running: bool, seed: random.Random) -> str:
    """In which state the report is; empty: this organisation did not report."""
    status = Report.Status
    chance = seed.random()
    if organisation.short_name in {"Odrana", "Zellwerk Oberwied", "Someșana"}:  # they never answer; schools claim them
        return status.NOT_STARTED if running else ""
    if not running:
        return "" if chance > 0.88 else status.LOCKED
    if organisation.short_name == "Beskydia":  # left for whoever tries the demo
        return status.NOT_STARTED
    if organisation.short_name in {"PK", "ZSS Wartel"}:  # they contest each other
        return status.APPROVED
    for limit, state in (
        (0.44, status.APPROVED),
        (0.54, status.SUBMITTED),
        (0.62, status.DRAFT),
        (0.67, status.RETURNED),
    ):
        if chance < limit:
            return state
    return status.NOT_STARTED


def _report(
    partnership: Partnership, one: Round, organisation: Organisation, state: str, seed: random.Random
) -> Report:
    status = Report.Status
    last = min(one.closes, partnership.today - timedelta(days=1))
    span = max(1, (last - one.opens).days - 6)
    submitted = datetime.combine(
        one.opens + timedelta(days=seed.randrange(span)),
        time(9 + seed.randrange(8), seed.randrange(60)),
        tzinfo=timezone.get_default_timezone(),
    )
    handed_in = state in {status.SUBMITTED, status.RETURNED, status.APPROVED, status.LOCKED}
    approved = state in {status.APPROVED, status.LOCKED}
    return Report(
        organisation=organisation,
        round=one,
        status=state,
        saved_at=submitted - timedelta(hours=3) if state != status.NOT_STARTED else None,
        submitted_at=submitted if handed_in else None,
        submitted_by=partnership.primaries[organisation.short_name] if handed_in else None,
        approved_at=submitted + timedelta(days=seed.randrange(1, 5)) if approved else None,
        approved_by=partnership.office if approved else None,
        member_type=organisation.member_type if approved else None,
        size_class=organisation.size_class if approved else "",
    )


def _tell(report: Report) -> None:
    """The history of a report: who handed it in and who approved it, on those days."""
    if report.submitted_at and report.submitted_by:
        with clock.at(report.submitted_at):
            events.record(
                steps.SUBMIT_REPORT.verb,
                report,
                actor=report.submitted_by,
                from_state=Report.Status.DRAFT,
                to_state=Report.Status.SUBMITTED,
                on_behalf_of=report.organisation,
            )
    if report.status == Report.Status.RETURNED and report.submitted_at:
        with clock.at(report.submitted_at + timedelta(days=1)):
            events.record(
                steps.RETURN_REPORT.verb,
                report,
                actor=User.objects.get(email="office@demo.test"),
                note="K3 is higher than the number of people that you employ. Please check it.",
                from_state=Report.Status.SUBMITTED,
                to_state=Report.Status.RETURNED,
            )
    if report.approved_at and report.approved_by:
        with clock.at(report.approved_at):
            events.record(
                steps.APPROVE_REPORT.verb,
                report,
                actor=report.approved_by,
                from_state=Report.Status.SUBMITTED,
                to_state=Report.Status.APPROVED,
            )


def _write(
    partnership: Partnership,
    versions: dict[str, IndicatorVersion],
    reports: list[tuple[Report, list[Line]]],
    seed: random.Random,
) -> None:
    regions = {region.code: region for region in Region.objects.filter(level__in=(0, 2))}
    figures, wanted = [], []
    for report, lines in reports:
        for line in lines:
            state = line.state or ("value" if line.value else "zero")
            figures.append(
                Figure(
                    report=report,
                    indicator_version=versions[line.indicator],
                    series=line.series,
                    region=regions[line.region],
                    whose=line.whose,
                    others=partnership.organisations[line.others] if line.others else None,
                    state=state,
                    value=line.value,
                    note=line.note,
                    initiative_id=line.initiative or None,
                )
            )
            wanted.append(line)
    categories = {(one.breakdown.code, one.code): one for one in BreakdownCategory.objects.select_related("breakdown")}
    themes = {code for themes in THEMES.values() for code, _name in themes} | {"unknown"}
    parts = []
    for figure, line in zip(Figure.objects.bulk_create(figures), wanted, strict=True):
        for named in line.breakdowns:
            breakdown, _colon, only = named.partition(":")  # "size:large": all of them in one category
            weights = {only: 1.0} if only else WEIGHTS[breakdown]
            if breakdown == "topic" and not set(weights) <= themes:
                raise LookupError("The demo names a theme that the catalogue does not have.")
            for code, value in split(line.value or 0, weights, seed).items():
                parts.append(
                    FigureCategory(
                        figure=figure,
                        category=categories[breakdown, code],
                        state="value" if value else "zero",
                        value=value,
                    )
                )
    FigureCategory.objects.bulk_create(parts, batch_size=2000)
