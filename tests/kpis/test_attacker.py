"""A visitor who puts everything together that is published learns no hidden number, over random partnerships: with
several indicators and breakdowns, claims on others' staff, initiatives, quarters, and a second edition after
corrections and late reports."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations

import pytest
from django.conf import settings as portal
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.jobs import JobFailed
from kpis.models import Report
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, line, publish
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.factories.projects import InitiativeFactory
from tests.kpis import attacker, oracle

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("PORTAL_TEST_ATTACKS") or 3)
TYPES = ["IND-SUP", "IND-OEM", "EDU-VET"]
PLACES = [("CZ", ["CZ", "CZ07", "CZ08"]), ("DE", ["DE", "DE21", "DE22"]), ("AT", ["AT", "AT12"]), ("SK", ["SK"])]
INITIATIVES = ["ALBA", "BETA", "GAMA"]
NAMED = [["", *INITIATIVES], ["ALBA", "ALBA", "ALBA", "ALBA", ""], ["ALBA", "ALBA", "BETA", "BETA", "BETA", "BETA", ""]]
# Beside K1: an indicator and the breakdown that it is given by; what is left out is all unknown.
MORE = [("K2", "eqf", "4", "5"), ("K3", "age", "u25", "55p"), ("K4", "award", "micro", "badge"),
        ("K5", "position", "new", "revised")]  # fmt: skip
OF_K1 = [("gender", "f", "m"), ("age", "u25", "55p"), ("size", "micro", "large"), ("kind", "upskilled", "reskilled")]
PEOPLE = st.one_of(st.integers(0, 8), st.integers(20, 90), st.integers(200, 2000))
CHANGED = ["no"] * 5 + ["people", "women", "claim", "late", "gone", "initiative", "moved", "nothing"]
QUARTERS = ["Q1", "Q2", "Q3"]


@st.composite
def partnerships(draw):
    """What up to twenty organisations report: many small, some large."""
    found, initiatives = [], draw(st.sampled_from(NAMED))
    for _n in range(draw(st.integers(3, 20))):
        country, regions = draw(st.sampled_from(PLACES))
        people = draw(PEOPLE)
        found.append(
            {
                "country": country,
                "region": draw(st.sampled_from(regions)),
                "type": draw(st.sampled_from(TYPES)),
                "people": people,
                "women": draw(st.integers(0, people)),
                "by": draw(st.sampled_from(OF_K1)),
                "claim": draw(st.one_of(st.just(0), PEOPLE)),
                "of": draw(st.sampled_from([None, 0, 1])),  # whose workers it claims: unknown, or of an outsider
                "initiative": draw(st.sampled_from(initiatives)),
                "more": draw(st.sampled_from([None, None, *MORE])),
                "quarters": draw(st.sets(st.sampled_from(QUARTERS), max_size=2)),
                "changed": draw(st.sampled_from(CHANGED)),
                "later": draw(PEOPLE),
            }
        )
    return found


def lines(one, outsiders):
    people, women, claim = one["people"], one["women"], one["claim"]
    breakdown, these, those = one["by"]
    found = [
        line(
            people,
            region=one["region"],
            parts={breakdown: {these: women, those: people - women}},
            initiative=one["initiative"],
        )
    ]
    if claim:
        employer = None if one["of"] is None else outsiders[one["of"]]
        initiative = one["initiative"]
        found.append(line(claim, region=one["country"], whose="others", others=employer, initiative=initiative))
    if one["more"]:
        code, breakdown, these, those = one["more"]
        parts = {breakdown: {these: people - women, those: women}}
        found.append(line(people, indicator=code, region=one["country"], parts=parts))
    return found


def report(one, outsiders) -> None:
    if one["changed"] == "late":
        return
    for n, period in enumerate(sorted(one["quarters"]), start=1):
        to_date = one | {name: one[name] * n // 4 for name in ("people", "women", "claim")}
        ApprovedReportFactory(
            organisation=one["member"], round=RoundFactory(period=period), lines=lines(to_date, outsiders)
        )
    one["report"] = ApprovedReportFactory(organisation=one["member"], round=RoundFactory(), lines=lines(one, outsiders))


def correct(one, outsiders) -> None:
    """What happens between the editions."""
    if one["changed"] == "no":
        return
    after = dict(one)
    if one["changed"] == "people":
        after["people"], after["women"] = one["later"], min(one["women"], one["later"])
    elif one["changed"] == "women":
        after["women"] = one["people"] - one["women"]
    elif one["changed"] == "claim":
        after["claim"] = one["later"]
    elif one["changed"] == "initiative":
        after["initiative"] = "" if one["initiative"] else INITIATIVES[0]
    elif one["changed"] == "moved":  # its cells may be empty afterwards
        after["country"], regions = PLACES[one["later"] % len(PLACES)]
        after["region"] = regions[-1]
    elif one["changed"] == "gone":
        after |= {"people": 0, "women": 0, "claim": 0}
    if before := one.get("report"):
        before.superseded_at = before.approved_at
        before.save()
    ApprovedReportFactory(
        organisation=one["member"],
        round=RoundFactory(),
        revision=before.revision + 1 if before else 1,
        lines=[] if one["changed"] == "nothing" else lines(after, outsiders),
    )


# -- What stands behind the numbers, by the plain recomputation --------------------------------------------------------
Behind = dict[attacker.Cell, dict[int, tuple[int, int]]]  # {cell: {organisation: (certain, possible)}}


def counted(until: str = "YEAR") -> list[oracle.L]:
    found = oracle.the_years_figures(until)
    oracle.count(found)
    return [one for one in found if oracle.number(one)]


def behind(of: list[oracle.L]) -> Behind:
    found: dict = defaultdict(Counter)
    for one in of:
        regions = {one.region, one.region[:3], one.region[:2], "ALL"}
        places = {("region", p, p, "", "") for p in regions}
        places |= {("member_type", one.member_type, p, "", "") for p in ("ALL", one.region[:2])}
        places.add(("initiative", one.initiative or attacker.REST, "ALL", "", ""))
        if len(one.region) == 2:
            places.add(("region", one.region + attacker.REST, one.region + attacker.REST, "", ""))
        for place in places:
            found[place][one.organisation] += complex(one.low, one.high)
        for (breakdown, category), (_gross, low, high) in oracle.cells(one).items():
            if breakdown:
                found["region", "ALL", "ALL", breakdown, category][one.organisation] += complex(low, high)
    return {cell: {who: (int(n.real), int(n.imag)) for who, n in some.items()} for cell, some in found.items()}


def is_rest(cell: attacker.Cell) -> bool:
    return cell[1].endswith(attacker.REST)


# -- What is published -------------------------------------------------------------------------------------------------
@dataclass
class Seen:
    """Of an indicator in an edition: the truth, and what is certain and what is contested on top of it as published,
    None where it is hidden. What stands behind quarters, and behind the whole, is with them."""

    truth: Behind
    low: dict[attacker.Cell, int | None] = field(default_factory=dict)
    gap: dict[attacker.Cell, int | None] = field(default_factory=dict)
    points: list[tuple[dict[int, tuple[int, int]], bool, bool]] = field(default_factory=list)


def read(client, code: str) -> dict[str, list[dict[str, str]]]:
    answer = client.get(reverse("kpis:edition_export", args=[code, "figures", "csv"]))
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))):
        found[row["indicator"]].append(row)
    return found


def seen_in(rows: list[dict[str, str]], truth: Behind, wholes: dict[str, dict[int, tuple[int, int]]]) -> Seen:
    found = Seen(truth)
    for row in rows:
        cell = (row["by"], row["key"], row["region"], row["breakdown"], row["category"])
        low = int(row["low"]) if row["low"] else None
        gap = int(row["high"]) - int(row["low"]) if row["low"] and row["high"] else None
        if row["by"] != "period":
            found.low[cell], found.gap[cell] = low, gap
        if (row["by"] == "period" or cell == attacker.WHOLE) and low is not None:
            of = wholes[row["key"]] if row["by"] == "period" else truth[cell]
            assert low == sum(map(certain, of.values()))
            found.points.append((of, True, gap is not None))
    # The dashboard names the hidden parts of the whole as "not shown"; what no part names is written nowhere.
    for cell in truth:
        if (cell[3] or is_rest(cell)) and cell not in found.low:
            found.low[cell] = found.gap[cell] = None
    return found


def tells(shares) -> bool:
    """Whether it is little, of few, or nearly all of one."""
    sizes = [abs(n) for n in shares if n]
    if not sizes:
        return False
    return (
        sum(sizes) < portal.DISCLOSURE_MIN_PERSONS
        or len(sizes) < portal.DISCLOSURE_MIN_CONTRIBUTORS
        or max(sizes) > portal.DISCLOSURE_MAX_SHARE * sum(sizes)
    )


def differences(old, new, number) -> list[int]:
    """What each organisation changed of a number of a pair."""
    return [number(new.get(who, (0, 0))) - number(old.get(who, (0, 0))) for who in {*old, *new}]


def change(old: Behind, new: Behind, number) -> dict[attacker.Cell, list[int]]:
    return {cell: differences(old.get(cell, {}), new.get(cell, {}), number) for cell in {*old, *new}}


def certain(pair: tuple[int, int]) -> int:
    return pair[0]


def contested(pair: tuple[int, int]) -> int:
    return pair[1] - pair[0]


# -- The attacks -------------------------------------------------------------------------------------------------------
def margin(real: int) -> float:
    return max(portal.DISCLOSURE_MIN_PERSONS, real * portal.DISCLOSURE_MARGIN)


def attack_level(cells, truth) -> None:
    """No hidden number follows, and each stays unknown within the margin."""
    known = attacker.sums(cells)
    at, follows = attacker.bounds(cells, known), attacker.determined(cells, known)
    for cell, value in cells.items():
        shares = list(map(certain, truth[cell].values()))
        real = sum(shares)
        if value is not None:
            assert value == real
            assert not tells(shares), cell
            continue
        least, most = at[cell]
        assert least <= real <= most
        if is_rest(cell) and not tells(shares):
            continue  # hidden from nobody: it stands nowhere because no page needs it
        assert cell not in follows, (cell, real)
        assert most - least >= margin(real), (cell, real, at[cell])


def attack_ranges(cells, truth) -> None:
    """What is contested, where it is the doing of few, neither is shown, nor follows, nor is known within the
    margin."""
    known = attacker.sums(cells)
    at, follows = attacker.bounds(cells, known), attacker.determined(cells, known)
    for cell, value in cells.items():
        shares = list(map(contested, truth[cell].values()))
        if value is not None:
            assert value == sum(shares)
        if tells(shares):
            assert value is None, cell
            assert cell not in follows, cell
            assert at[cell][1] - at[cell][0] >= margin(sum(shares)), (cell, sum(shares), at[cell])


def attack_shares(cells, shares) -> None:
    """Nothing shown, and nothing that follows, is the doing of few."""
    for cell in [cell for cell, value in cells.items() if value is not None]:
        assert not tells(shares.get(cell, ())), cell
    for cell in attacker.determined(cells, attacker.sums(cells)):
        assert not tells(shares.get(cell, ())), cell


def attack_points(points) -> None:
    """What the whole grew by, between quarters, to the year, and from edition to edition, is not the doing of few."""
    for (these, _low, range_of_these), (those, _also, range_of_those) in combinations(points, 2):
        assert not tells(differences(these, those, certain))
        if range_of_these and range_of_those:
            assert not tells(differences(these, those, contested))


def attack_unchanged(these, those, truth, number) -> None:
    """Who takes for unchanged what is unchanged, where one of the two editions shows it."""
    unchanged = {cell: sum(map(number, truth.get(cell, {}).values())) for cell in these}
    guessed = {
        cell: value if value is not None or those.get(cell) != unchanged[cell] else unchanged[cell]
        for cell, value in these.items()
    }
    for cell in attacker.determined(guessed, attacker.sums(guessed)):
        assert not tells(map(number, truth[cell].values())), cell


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],  # a partnership that is smaller by one takes as long as the one before
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(partnerships())
def test_a_visitor_cannot_compute_a_hidden_cell_from_its_neighbours(client_for, drawn):
    seen: dict[str, list[Seen]] = defaultdict(list)
    with transaction.atomic():
        office, visitor = StaffRoleFactory().user, client_for(None)
        outsiders = [MemberFactory(), MemberFactory()]
        for code in INITIATIVES:
            InitiativeFactory(code=code)
        for one in drawn:
            one["member"] = MemberFactory(country_code=one["country"], type=one["type"])
            report(one, outsiders)
        for number in range(2):
            for one in drawn if number else []:
                correct(one, outsiders)
            try:
                edition = publish(2024, office)
            except JobFailed:
                continue
            now, to_date = counted(), {period: counted(period) for period in QUARTERS}
            for code, rows in read(visitor, edition.code).items():
                if f"{code} achieved" in edition.grounds["kept"]:
                    seen[code].append(seen[code][0])
                    continue
                wholes = {
                    period: behind([one for one in found if one.indicator == code]).get(attacker.WHOLE, {})
                    for period, found in to_date.items()
                }
                seen[code].append(seen_in(rows, behind([one for one in now if one.indicator == code]), wholes))
        transaction.set_rollback(True)
    for editions in seen.values():
        for one in editions:
            attack_level(one.low, one.truth)
            attack_ranges(one.gap, one.truth)
        attack_points([point for one in editions for point in one.points])
        if len(editions) == 2:
            old, new = editions
            attack_shares(attacker.subtracted(new.low, old.low), change(old.truth, new.truth, certain))
            attack_shares(attacker.subtracted(new.gap, old.gap), change(old.truth, new.truth, contested))
            for these, those in ((old, new), (new, old)):
                attack_unchanged(these.low, those.low, these.truth, certain)
                attack_unchanged(these.gap, those.gap, these.truth, contested)


def test_a_visitor_cannot_read_the_growth_between_quarters_where_it_is_of_few(client_for):
    office = StaffRoleFactory().user
    half = 50
    for number in range(4):
        member = MemberFactory()
        ApprovedReportFactory(organisation=member, round=RoundFactory(period="Q1"), lines=[line(half)])
        grown = half + (20 if number else 300)
        ApprovedReportFactory(organisation=member, round=RoundFactory(period="Q2"), lines=[line(half + 20)])
        ApprovedReportFactory(organisation=member, round=RoundFactory(period="Q3"), lines=[line(grown)])
    edition = publish(2024, office)
    rows = read(client_for(None), edition.code)["K1"]
    shown = {row["key"]: row["low"] for row in rows if row["by"] == "period"}
    # To the third quarter one member grew alone: who sees both it and the second knows by how much.
    assert shown == {"Q3": "560", "Q1": "200"}


def test_a_visitor_cannot_set_a_later_year_against_a_quarter_of_an_earlier_edition(client_for):
    """From the quarter to the year, and from the first edition to the second, enough have changed; from the quarter to
    the second edition one member alone has grown."""
    office = StaffRoleFactory().user
    people = {
        "A": (100, 1000, 1000),
        "B": (80, 300, 100),
        "C": (50, 80, 80),
        "D": (300, 200, 300),
        "E": (300, 390, 300),
    }
    members = {}
    for name, (quarter, year, _later) in people.items():
        members[name] = MemberFactory()
        ApprovedReportFactory(organisation=members[name], round=RoundFactory(period="Q2"), lines=[line(quarter)])
        ApprovedReportFactory(organisation=members[name], round=RoundFactory(), lines=[line(year)])
    first = publish(2024, office)
    assert whole_and_quarters(client_for, first) == {"ALL": "1970", "Q2": "830"}
    for name, (_quarter, year, later) in people.items():
        if later != year:
            before = Report.objects.get(organisation=members[name], round__period="YEAR")
            Report.objects.filter(pk=before.pk).update(superseded_at=before.approved_at)
            ApprovedReportFactory(organisation=members[name], round=RoundFactory(), revision=2, lines=[line(later)])
    with pytest.raises(JobFailed, match="would tell what they changed"):
        publish(2024, office)


def whole_and_quarters(client_for, edition) -> dict[str, str]:
    rows = read(client_for(None), edition.code)["K1"]
    return {
        row["key"]: row["low"]
        for row in rows
        if row["by"] == "period" or (row["by"], row["region"], row["breakdown"]) == ("region", "ALL", "")
    }


def test_the_reader_works_out_what_follows():
    whole, one, two = attacker.WHOLE, ("region", "CZ", "CZ", "", ""), ("region", "DE", "DE", "", "")
    cells = {whole: 10, one: 7, two: None}
    assert attacker.bounds(cells, attacker.sums(cells))[two] == (3, 3)
    assert attacker.determined(cells, attacker.sums(cells)) == {two}
    assert attacker.bounds({whole: 10, one: None, two: None}, attacker.sums(cells))[two] == (0, 10)
