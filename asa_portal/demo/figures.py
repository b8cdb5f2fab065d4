"""Four years of invented figures: three that are complete, and the running one with reports in every state."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone

from asa_portal.demo import clock, editions, evidence, initiatives, quarters, settlements
from asa_portal.demo.partnership import Partnership
from core import events
from core.catalogues.reference import THEMES
from core.models import BreakdownCategory, IndicatorVersion, Region
from kpis import rollup, steps
from kpis.models import ExpectedReporter, Figure, FigureCategory, Report, Round
from kpis.models.rounds import Period
from members.models import Membership, Organisation, User

PROVIDERS = ("EDU-HE", "EDU-VET", "EDU-PRIV")
ADVISERS = ("REG", "SOC-EMP", "SOC-TU", "NET")
# How the parts of a breakdown usually compare, before chance: shares of a hundred.
WEIGHTS: dict[str, dict[str, float]] = {
    "kind": {"upskilled": 78, "reskilled": 22},
    "gender": {"f": 24, "m": 73, "x": 1, "unknown": 2},
    "age": {"u25": 13, "25_54": 66, "55p": 21},
    "eqf": {"3": 14, "4": 38, "5": 22, "6": 17, "7": 9},
    "award": {"qualification": 22, "micro": 41, "vendor": 25, "badge": 12},
    "position": {"new": 37, "revised": 63},
    "mobility": {"internal": 71, "external": 29},
    "topic": {
        "TECH-BATTERIES": 26,
        "TECH-DIGITAL": 22,
        "TECH-SOFTWARE": 16,
        "TECH-REPAIR": 14,
        "EDU-LIFELONG": 13,
        "TECH-HYDROGEN": 4,
        "unknown": 5,
    },
    "profile": {
        "isco-7231": 18,
        "isco-8211": 21,
        "isco-8212": 13,
        "isco-7223": 12,
        "isco-2512": 9,
        "isco-2144": 8,
        "isco-3115": 9,
        "unknown": 10,
    },
}
GROWTH = {3: 0.62, 2: 0.78, 1: 0.93, 0: 1.04}  # by years before the running one


@dataclass
class Line:
    indicator: str
    region: str
    whose: str
    value: int | None
    others: str = ""  # short name of the organisation
    series: str = "achieved"
    state: str = ""
    breakdowns: tuple[str, ...] = ()
    note: str = ""
    initiative: str = ""


def split(total: int, weights: dict[str, float], seed: random.Random) -> dict[str, int]:
    """Whole numbers that add up to the total, about in these proportions (largest remainder)."""
    noisy = {code: weight * seed.uniform(0.75, 1.25) for code, weight in weights.items()}
    exact = {code: total * weight / sum(noisy.values()) for code, weight in noisy.items()}
    parts = {code: int(value) for code, value in exact.items()}
    rest = total - sum(parts.values())
    for code in sorted(exact, key=lambda code: parts[code] - exact[code])[:rest]:
        parts[code] += 1
    return parts


def running_year(today: date) -> int:
    """The year whose round is open: this one, from summer on; before, the one that has just ended."""
    return today.year if today.month >= 6 else today.year - 1


class FigureMaker:
    """What each organisation reports in a year. The same seed, the same figures."""

    def __init__(self, partnership: Partnership, year: int, back: int) -> None:
        self.partnership, self.year, self.back = partnership, year, back
        self.seed = random.Random(f"{year - partnership.today.year}")
        self.workforce: dict[int, int] = {}
        for organisation in partnership.organisations.values():
            rows = [row for row in organisation.workforces.all() if row.year <= year]
            if rows:
                self.workforce[organisation.pk] = max(rows, key=lambda row: row.year).people
        self.employers = defaultdict(list)
        for organisation in partnership.of_type("IND-OEM", "IND-SUP", "IND-SME", "IND-AFT"):
            self.employers[organisation.country_id].append(organisation)

    def lines(self, organisation: Organisation) -> list[Line]:
        code = organisation.member_type.code
        if code.startswith("IND-"):
            return list(self._employer(organisation))
        if code in PROVIDERS:
            found = list(self._provider(organisation))
        else:
            found = list(self._adviser(organisation)) if code in ADVISERS else list(self._nothing(organisation))
        initiative, since = initiatives.PART_IN.get(organisation.short_name, ("", 0))
        if self.year >= self.partnership.today.year - since:
            for line in found:
                line.initiative = initiative if line.whose == "not_employed" else ""
        return found

    def _employer(self, organisation: Organisation) -> Iterator[Line]:
        people, seed = self.workforce.get(organisation.pk, 50), self.seed
        region = organisation.region.code if organisation.region else organisation.country.nuts_code
        if organisation.short_name in {"Turianova", "Wartel"}:  # claimed by a school, but says that it trained nobody
            yield Line("K1", region, "own", 0, note="No training in this year.")
            return
        share = min(0.46, seed.uniform(0.16, 0.36) * GROWTH[self.back])
        trained = max(1, round(people * share))
        detail = ("kind", "gender", "age", "topic") if seed.random() < 0.75 else ("kind", "gender")
        detail = (*detail, f"size:{organisation.size_class}")
        if people > 30_000:
            other = self._second_region(organisation)
            first = round(trained * seed.uniform(0.55, 0.7))
            yield Line("K1", region, "own", first, breakdowns=(*detail, "profile"))
            yield Line("K1", other, "own", trained - first, breakdowns=detail)
        else:
            yield Line("K1", region, "own", trained, breakdowns=detail)
        yield Line("K1", region, "own", round(people * 0.3), series="planned")
        yield Line("K2", region, "own", max(1, round(people * seed.uniform(0.002, 0.012))), breakdowns=("eqf",))
        yield Line("K3", region, "own", max(1, round(people * seed.uniform(0.05, 0.2))), breakdowns=("gender", "age"))
        yield Line(
            "K5", region, "own", max(1, round(people * seed.uniform(0.01, 0.04))), breakdowns=("position", "mobility")
        )

    def _second_region(self, organisation: Organisation) -> str:
        mine = organisation.region.code if organisation.region else ""
        near = Region.objects.filter(country=organisation.country, level=2, version=2024).exclude(code=mine)
        codes = sorted(code for code in near.values_list("code", flat=True) if not code.endswith("ZZ"))
        return codes[len(organisation.legal_name) % len(codes)]

    def _provider(self, organisation: Organisation) -> Iterator[Line]:
        seed = self.seed
        size = {"large": 900, "medium": 340, "small": 120}[organisation.size_class]
        region = organisation.region.code if organisation.region else organisation.country.nuts_code
        job_seekers = round(size * seed.uniform(0.3, 1.1) * GROWTH[self.back])
        yield Line("K1", region, "not_employed", job_seekers, breakdowns=("kind", "gender", "age"))
        nearby = self.employers[organisation.country_id]
        # Two schools train the staff of a cell maker that never answers: the standing example of a contested claim.
        claimed = [one for one in nearby if one.short_name == "Odrana"] or seed.sample(nearby, k=min(len(nearby), 2))
        for employer in claimed:
            people = self.workforce.get(employer.pk, 50)
            place = employer.region.code if employer.region else employer.country.nuts_code
            yield Line("K1", place, "others", max(3, round(min(people * 0.04, size))), others=employer.short_name)
        if seed.random() < 0.2:
            yield Line("K1", region, "others", round(size * 0.2), note="Open courses; employers were not asked.")
        yield Line("K4", region, "own", round(size * seed.uniform(0.4, 1.4)), breakdowns=("award", "eqf", "topic"))

    def _adviser(self, organisation: Organisation) -> Iterator[Line]:
        seed = self.seed
        region = organisation.region.code if organisation.region else organisation.country.nuts_code
        kind = organisation.member_type.code
        if kind == "REG":
            yield Line(
                "K1",
                region,
                "not_employed",
                round(seed.uniform(180, 900) * GROWTH[self.back]),
                breakdowns=("kind", "gender", "age"),
            )
            yield Line("K3", region, "not_employed", round(seed.uniform(90, 400)))
            return
        nearby = self.employers[organisation.country_id]
        if nearby and seed.random() < 0.7:
            employer = seed.choice(nearby)
            place = employer.region.code if employer.region else employer.country.nuts_code
            yield Line("K1", place, "others", round(seed.uniform(40, 260)), others=employer.short_name)
        yield Line("K1", region, "others", round(seed.uniform(60, 700)), note="Seminars of the association.")

    def _nothing(self, organisation: Organisation) -> Iterator[Line]:
        region = organisation.region.code if organisation.region else organisation.country.nuts_code
        yield Line("K1", region, "own", None, state="na", note="We have no workers in the sector.")


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
