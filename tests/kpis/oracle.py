"""The counting rules once more: slow, in plain Python, straight from their text, and knowing nothing of the SQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.geography.reference import EU_27
from kpis.models import Adjustment, Figure, Report
from members.models import Membership

GREECE_AND_BRITAIN = {"GR": "EL", "GB": "UK"}  # as NUTS writes them
ROUNDS = ["Q1", "Q2", "Q3", "Q4", "YEAR"]


@dataclass(eq=False)
class L:
    """A line of the year's figures."""

    figure: int
    organisation: int
    member_type: str
    year: int
    indicator: str
    series: str
    region: str
    whose: str
    others: int | None
    initiative: str
    state: str
    value: int
    breakdowns: list[str]
    parts: dict[str, list[tuple[int, str, str, int]]]  # breakdown → (order, category, state, value)
    low: int = 0
    high: int = 0
    verdict: str = "counts"
    set_key: Any = None


def the_years_figures(until: str = "YEAR") -> list[L]:
    """Per organisation, year and indicator: the latest round, up to one of them, whose approved revision says
    anything."""
    approved: dict[tuple[int, int], dict[str, Report]] = defaultdict(dict)
    reports_of_all = Report.objects.filter(status__in=["approved", "locked"]).select_related("round", "member_type")
    for report in reports_of_all.order_by("revision"):
        approved[report.organisation_id, report.round.year][report.round.period] = report  # the last revision wins
    written: dict[int, list[Figure]] = defaultdict(list)
    with_parts = Figure.objects.select_related("indicator_version__indicator", "region").prefetch_related(
        "parts__category__breakdown", "indicator_version__breakdowns"
    )
    for figure in with_parts.order_by("pk"):
        written[figure.report_id].append(figure)
    found = []
    for (organisation, year), reports in approved.items():
        taken: set[str] = set()
        for period in reversed(ROUNDS[: ROUNDS.index(until) + 1]):
            if period not in reports:
                continue
            said = defaultdict(list)
            for figure in written[reports[period].pk]:
                if figure.state != "missing":
                    said[figure.indicator_version.indicator.code].append(figure)
            for code, figures in said.items():
                if code not in taken:
                    taken.add(code)
                    found += [as_line(figure, organisation, year, code, reports[period]) for figure in figures]
    return found


def as_line(figure: Figure, organisation: int, year: int, code: str, report: Report) -> L:
    parts = defaultdict(list)
    for part in figure.parts.all():
        parts[part.category.breakdown.code].append(
            (part.category.order, part.category.code, part.state, part.value or 0)
        )
    return L(
        figure=figure.pk,
        organisation=organisation,
        member_type=report.member_type.code,
        year=year,
        indicator=code,
        series=figure.series,
        region=figure.region.code,
        whose=figure.whose,
        others=figure.others_id,
        initiative=figure.initiative_id or "",
        state=figure.state,
        value=figure.value or 0,
        breakdowns=[one.code for one in figure.indicator_version.breakdowns.all()],
        parts=parts,
    )


def overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def number(line: L) -> bool:
    return line.state in ("value", "zero")


def comparable(line: L, lines: list[L]) -> list[L]:
    return [
        other
        for other in lines
        if (other.indicator, other.series, other.year) == (line.indicator, line.series, line.year)
        and overlap(other.region, line.region)
    ]


def own_lines(line: L, alike: list[L]) -> list[L]:
    return [o for o in alike if line.others and o.organisation == line.others and o.whose == "own" and number(o)]


def other_claims(line: L, alike: list[L]) -> list[L]:
    return [
        o
        for o in alike
        if line.others
        and o.whose == "others"
        and o.others == line.others
        and o.organisation != line.organisation
        and o.value > 0
    ]


def count(lines: list[L]) -> None:
    """Whose workers, rules 1 to 4. A zero adds nothing, and there is nothing about it to contest."""
    for line in lines:
        if not number(line):
            line.verdict = "no_number"
            continue
        line.low = line.high = line.value
        if line.whose != "others":
            continue
        alike = comparable(line, lines)
        own = own_lines(line, alike)
        if any(o.state == "value" for o in own):
            line.verdict, line.low, line.high = "also_reported", 0, 0
        elif line.value > 0 and (own or line.others is None or other_claims(line, alike)):
            contest(line)


def contest(line: L) -> None:
    line.verdict, line.low = "contested", 0
    who: Any = line.others if line.others else (line.organisation, line.region, line.initiative)
    line.set_key = (line.year, line.indicator, line.series, who)


def settle(lines: list[L]) -> None:
    """Settlements in effect. Line order is that in which the lines stood when it was proposed."""
    for adjustment in Adjustment.objects.filter(status="approved"):
        place = {
            (one.organisation_id, one.region, one.initiative): n
            for n, one in enumerate(adjustment.lines.filter(kind="contested").order_by("pk"))
        }
        mine = sorted(
            set_of(adjustment, lines), key=lambda line: place[line.organisation, line.region, line.initiative]
        )
        values = [line.value for line in mine]
        match adjustment.method:
            case "sum":
                shares = values
            case "none":
                shares = [0] * len(values)
            case "max":
                shares = [0] * len(values)
                shares[values.index(max(values))] = max(values)
            case _:
                shares = proportional(adjustment.number, values)
        for line, share in zip(mine, shares, strict=True):
            line.low = line.high = share
            line.verdict = "settled"


def set_of(adjustment: Adjustment, lines: list[L]) -> list[L]:
    """The contested lines that it settles."""
    return [
        line
        for line in lines
        if line.verdict == "contested"
        and line.set_key[:3] == (adjustment.year, adjustment.indicator.code, adjustment.series)
        and (
            line.set_key[3] == adjustment.organisation_id
            if adjustment.organisation_id
            else adjustment.contested_set == f"line:{line.organisation}:{line.region}:{line.initiative}"
        )
    ]


def grounds() -> dict[int, set[Any]]:
    """{settlement in effect: what its lines and those that they meet say}; it lapses when that changes."""
    lines = the_years_figures()
    count(lines)
    found = {}
    for adjustment in Adjustment.objects.filter(status="approved"):
        mine = set_of(adjustment, lines)
        met = {id(other): other for line in mine for other in met_by(line, lines)}
        found[adjustment.pk] = {said_by(line) for line in [*mine, *met.values()]}
    return found


def said_by(line: L) -> tuple[Any, ...]:
    return line.organisation, line.region, line.whose, line.others, line.initiative, line.state, line.value


def met_by(line: L, lines: list[L]) -> list[L]:
    """The own lines that a claim meets, or else the claims of other reporters."""
    alike = comparable(line, lines)
    own = own_lines(line, alike)
    return own or other_claims(line, alike)


def proportional(number: int, weights: list[int]) -> list[int]:
    """Largest remainder, ties by order."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [number * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(number * weights[i] % whole), i))
    for i in order[: number - sum(shares)]:
        shares[i] += 1
    return shares


def cells(line: L) -> dict[tuple[str, str], tuple[int, int, int]]:
    """{(breakdown, category): (gross, low, high)}: categories follow their total."""
    out = {("", ""): (line.value, line.low, line.high)}
    for breakdown in line.breakdowns:
        given = sorted(part for part in line.parts.get(breakdown, []) if part[2] in ("value", "zero"))
        if not given:
            out[breakdown, "unknown"] = (line.value, line.low, line.high)
            continue
        values = [part[3] for part in given]
        low, high = follow(line.low, line.value, values), follow(line.high, line.value, values)
        for (_order, category, _state, value), one, two in zip(given, low, high, strict=True):
            out[breakdown, category] = (value, one, two)
    return out


def follow(counted: int, total: int, values: list[int]) -> list[int]:
    if counted == total:
        return values
    return [0] * len(values) if counted == 0 else proportional(counted, values)


def places(region: str) -> list[str]:
    return [region[:n] for n in (2, 3, 4) if n <= len(region)] + ["ALL"]


def expected_totals() -> dict[tuple[Any, ...], tuple[int, int, int, int]]:
    """{(by, key, year, indicator, series, region, breakdown, category): (gross, low, high, reporters)}"""
    lines = the_years_figures()
    count(lines)
    settle(lines)
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    reporters: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for line in lines:
        if not number(line):
            continue
        for (breakdown, category), amounts in cells(line).items():
            base = (line.year, line.indicator, line.series)
            keys = [("region", place, *base, place, breakdown, category) for place in places(line.region)]
            for place in (line.region[:2], "ALL"):
                keys.append(("member_type", line.member_type, *base, place, breakdown, category))
            if line.initiative:
                keys.append(("initiative", line.initiative, *base, "ALL", breakdown, category))
            keys.append(("organisation", line.organisation, *base, "ALL", breakdown, category))
            for key in keys:
                sums[key] = [old + new for old, new in zip(sums[key], amounts, strict=True)]
                reporters[key].add(line.organisation)
    return {key: (*sums[key], len(reporters[key])) for key in sums}


def verdicts() -> dict[int, str]:
    lines = the_years_figures()
    count(lines)
    settle(lines)
    return {line.figure: line.verdict for line in lines}


# -- K6 ---------------------------------------------------------------------------------------------------------------
def is_member(membership: Membership, day: date, now: date) -> bool:
    """Whether it is active on the day. What was suspended or ended since was active before."""
    if membership.starts > day or (membership.ends and membership.ends < day):
        return False
    if membership.status == "suspended":
        return day < now and membership.suspended_on is not None and membership.suspended_on > day
    return membership.status == "active" or day < now


def coverage(year: int, now: date) -> dict[str, Any]:
    """Distinct member organisations on 31 December, or today in the running year, and by what they are counted."""
    day = min(date(year, 12, 31), now)
    members = {
        one.organisation_id: one.organisation
        for one in Membership.objects.select_related(
            "organisation__member_type", "organisation__country", "organisation__region"
        )
        if is_member(one, day, now)
    }
    found: dict[str, Any] = {name: defaultdict(set) for name in ("member_types", "countries", "regions", "segments")}
    for pk, one in members.items():
        country = GREECE_AND_BRITAIN.get(one.country_id, one.country_id)
        found["member_types"][one.member_type.code].add(pk)
        found["countries"][country].add(pk)
        if one.region and len(one.region.code) >= 4 and one.country_id in EU_27:
            found["regions"][one.region.code[:4]].add(pk)
        for segment in one.segments:
            found["segments"][segment].add(pk)
    return {name: {key: len(who) for key, who in some.items()} for name, some in found.items()} | {
        "day": day,
        "organisations": len(members),
        "missing_countries": sorted({GREECE_AND_BRITAIN.get(one, one) for one in EU_27} - found["countries"].keys()),
    }
