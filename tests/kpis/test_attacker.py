"""A visitor who puts everything together that is published learns no hidden number, over random partnerships: with
claims on others' staff, breakdowns, and a second edition after corrections and late reports."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter, defaultdict

import pytest
from django.conf import settings as portal
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.jobs import JobFailed
from kpis.models import CountedLine, FigureCategory
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, line, publish
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.kpis import attacker

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("PORTAL_TEST_EXAMPLES") or 3)
TYPES = ["IND-SUP", "IND-OEM", "EDU-VET"]
PLACES = [("CZ", ["CZ", "CZ07", "CZ08"]), ("DE", ["DE", "DE21", "DE22"]), ("AT", ["AT", "AT12"]), ("SK", ["SK"])]
PEOPLE = st.one_of(st.integers(0, 8), st.integers(20, 90), st.integers(200, 2000))
CHANGED = ["no"] * 5 + ["people", "women", "claim", "late", "gone"]


@st.composite
def partnerships(draw):
    """What up to twenty organisations report: many small, some large."""
    found = []
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
                "claim": draw(st.one_of(st.just(0), PEOPLE)),
                "of": draw(st.sampled_from([None, 0, 1])),  # whose workers it claims: unknown, or of an outsider
                "changed": draw(st.sampled_from(CHANGED)),
                "later": draw(PEOPLE),
            }
        )
    return found


def lines(one, outsiders):
    people, women, claim = one["people"], one["women"], one["claim"]
    found = [line(people, region=one["region"], parts={"gender": {"f": women, "m": people - women}})]
    if claim:
        employer = None if one["of"] is None else outsiders[one["of"]]
        found.append(line(claim, region=one["country"], whose="others", others=employer))
    return found


def report(one, outsiders) -> None:
    if one["changed"] == "late":
        return
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
    elif one["changed"] == "gone":
        after |= {"people": 0, "women": 0, "claim": 0}
    if before := one.get("report"):
        before.superseded_at = before.approved_at
        before.save()
    revision = before.revision + 1 if before else 1
    ApprovedReportFactory(
        organisation=one["member"], round=RoundFactory(), revision=revision, lines=lines(after, outsiders)
    )


def behind() -> dict[attacker.Cell, dict[int, tuple[int, int]]]:
    """{cell: {organisation: (certain, possible)}} of the year's figures, from its counted lines."""
    found: dict = defaultdict(Counter)
    rows = CountedLine.objects.filter(state__in=("value", "zero"), indicator__code="K1")
    for row in rows.values("figure", "organisation", "country", "region", "member_type", "low", "high", "gross"):
        places = {("region", p, p, "", "") for p in ("ALL", row["country"], row["region"][:3], row["region"])}
        places |= {("member_type", row["member_type"], p, "", "") for p in ("ALL", row["country"])}
        for place in places:
            found[place][row["organisation"]] += complex(row["low"], row["high"])
        parts = FigureCategory.objects.filter(figure=row["figure"]).values_list("category__code", "value")
        for category, value in list(parts) or [("unknown", row["gross"])]:
            low, high = (value or 0) * bool(row["low"]), (value or 0) * bool(row["high"])
            found["region", "ALL", "ALL", "gender", category][row["organisation"]] += complex(low, high)
    return {cell: {who: (int(n.real), int(n.imag)) for who, n in some.items()} for cell, some in found.items()}


def read(client, code: str) -> list[dict[str, str]]:
    answer = client.get(reverse("kpis:edition_export", args=[code, "figures", "csv"]))
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return [row for row in rows if row["indicator"] == "K1" and row["breakdown"] in ("", "gender")]


def columns(rows: list[dict[str, str]], truth):
    """What is certain, and what is contested on top of it, as published: None where it is hidden."""
    low: dict = {}
    gap: dict = {}
    for row in rows:
        cell = (row["by"], row["key"], row["region"], row["breakdown"], row["category"])
        low[cell] = int(row["low"]) if row["low"] else None
        gap[cell] = int(row["high"]) - int(row["low"]) if row["low"] and row["high"] else None
    # The dashboard names the hidden parts of the whole as "not shown".
    for cell in truth:
        if cell[3] and cell not in low:
            low[cell] = gap[cell] = None
    quarters = {cell: (low.pop(cell), gap.pop(cell)) for cell in list(low) if cell[0] == "period"}
    return low, gap, quarters


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


def change(old, new, number) -> dict[attacker.Cell, list[int]]:
    """{cell: what each organisation changed} of a number of a pair."""
    return {
        cell: [
            number(new.get(cell, {}).get(who, (0, 0))) - number(old.get(cell, {}).get(who, (0, 0)))
            for who in {*old.get(cell, {}), *new.get(cell, {})}
        ]
        for cell in {*old, *new}
    }


def certain(pair: tuple[int, int]) -> int:
    return pair[0]


def contested(pair: tuple[int, int]) -> int:
    return pair[1] - pair[0]


def attack_level(cells, truth) -> None:
    """No hidden number follows, and each stays unknown within the margin."""
    known = attacker.sums(cells)
    at = attacker.bounds(cells, known)
    assert not attacker.determined(cells, known)
    for cell, value in cells.items():
        real = sum(map(certain, truth[cell].values()))
        if value is not None:
            assert value == real
            assert not tells(map(certain, truth[cell].values())), cell
            continue
        least, most = at[cell]
        assert least <= real <= most
        wanted = max(portal.DISCLOSURE_MIN_PERSONS, real * portal.DISCLOSURE_MARGIN)
        assert most - least >= wanted, (cell, real, at[cell])


def attack_shares(cells, shares) -> None:
    """Nothing shown, and nothing that follows, is the doing of few."""
    for cell in [cell for cell, value in cells.items() if value is not None]:
        assert not tells(shares.get(cell, ())), cell
    for cell in attacker.determined(cells, attacker.sums(cells)):
        assert not tells(shares.get(cell, ())), cell


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],  # a partnership that is smaller by one takes as long as the one before
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(partnerships())
def test_a_visitor_cannot_compute_a_hidden_cell_from_its_neighbours(client_for, drawn):
    with transaction.atomic():
        office, visitor = StaffRoleFactory().user, client_for(None)
        outsiders = [MemberFactory(), MemberFactory()]
        for one in drawn:
            one["member"] = MemberFactory(country_code=one["country"], type=one["type"])
            report(one, outsiders)
        seen = []
        for number in range(2):
            for one in drawn if number else []:
                correct(one, outsiders)
            try:
                edition = publish(2024, office)
            except JobFailed:
                continue
            kept = edition.grounds["kept"].get("K1 achieved")
            truth = seen[0][0] if kept else behind()
            seen.append((truth, *columns(read(visitor, edition.code), truth)))
        transaction.set_rollback(True)
    for truth, low, gap, _quarters in seen:
        attack_level(low, truth)
        attack_shares(gap, {cell: list(map(contested, some.values())) for cell, some in truth.items()})
    if len(seen) == 2:
        (old, *before), (new, *after) = seen
        for number, one, other in zip((certain, contested), before, after, strict=False):
            moved = attacker.subtracted(other, one)
            attack_shares(moved, change(old, new, number))
        # Who takes for unchanged what is unchanged, where one of the two editions shows it.
        for these, those, truth in ((before[0], after[0], old), (after[0], before[0], new)):
            unchanged = {cell: sum(map(certain, truth[cell].values())) for cell in these}
            guessed = {
                cell: value if value is not None or those.get(cell) != unchanged[cell] else unchanged[cell]
                for cell, value in these.items()
            }
            for cell in attacker.determined(guessed, attacker.sums(guessed)):
                assert not tells(map(certain, truth[cell].values())), cell


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
    rows = read(client_for(None), edition.code)
    shown = {row["key"]: row["low"] for row in rows if row["by"] == "period"}
    # To the third quarter one member grew alone: who sees both it and the second knows by how much.
    assert shown == {"Q3": "560", "Q1": "200"}


def test_the_reader_works_out_what_follows():
    whole, one, two = attacker.WHOLE, ("region", "CZ", "CZ", "", ""), ("region", "DE", "DE", "", "")
    cells = {whole: 10, one: 7, two: None}
    assert attacker.bounds(cells, attacker.sums(cells))[two] == (3, 3)
    assert attacker.determined(cells, attacker.sums(cells)) == {two}
    assert attacker.bounds({whole: 10, one: None, two: None}, attacker.sums(cells))[two] == (0, 10)
