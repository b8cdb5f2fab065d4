"""Nobody is counted twice: the rules, one by one, and against a plain recomputation on random partnerships."""

from __future__ import annotations

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import jobs
from kpis import rollup, services
from kpis.context import context_of
from kpis.counting import meetings
from kpis.models import Adjustment, CountedLine, OrganisationTotal, PeriodTotal, RefreshRequest, Report, Total
from kpis.partial import refresh
from kpis.selection import Selection
from kpis.selectors.parts import parts_of_a_type_in_a_country, parts_of_a_year
from kpis.services.reports import write_lines
from kpis.services.settlements import lapse_settlements
from kpis.settling import shares
from members.models import Organisation
from members.services.merging import merge_organisations, undo_merge
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.factories.projects import InitiativeFactory
from tests.kpis import oracle

pytestmark = pytest.mark.django_db


def counted(report: Report) -> list[tuple[int, int, str]]:
    """(low, high, status) of the lines of a report, after a roll-up, in line order."""
    rollup.rebuild()
    return list(CountedLine.objects.filter(report=report).order_by("pk").values_list("low", "high", "status"))


def total(**where) -> tuple[int, int, int, int]:
    defaults = {
        "by": "region",
        "key": "ALL",
        "year": 2024,
        "indicator__code": "K1",
        "series": "achieved",
        "breakdown": "",
    }
    row = Total.objects.get(**{**defaults, **where})
    return row.gross, row.low, row.high, row.reporters


def stored_totals() -> dict:
    """All cells of all views as pages and files read them."""
    found = {
        row[:8]: row[8:]
        for row in Total.objects.values_list(
            "by", "key", "year", "indicator__code", "series", "region", "breakdown", "category",
            "gross", "low", "high", "reporters",
        )
    }  # fmt: skip
    codes = dict(Organisation.objects.values_list("code", "pk"))
    for year in Total.objects.values_list("year", flat=True).distinct():
        for code, indicator, series, breakdown, category, *amounts in parts_of_a_year(year):
            key = ("organisation", codes[code], year, indicator, series, "ALL", breakdown, category)
            found[key] = (*amounts, 1)
    types = Total.objects.filter(by="member_type").exclude(region="ALL")
    for year, code, series, region, kind in types.values_list("year", "indicator__code", "series", "region", "key"):
        chosen = Selection(year, code, series, region, kind)
        for breakdown, category, *amounts in parts_of_a_type_in_a_country(chosen):
            found["member_type", kind, year, code, series, region, breakdown, category] = tuple(amounts)
    return found


def test_own_workers_and_people_without_an_employer_count():
    report = ApprovedReportFactory(lines=[line(100), line(40, whose="not_employed")])
    assert counted(report) == [(100, 100, "counts"), (40, 40, "counts")]
    assert total() == (140, 140, 140, 1)


def test_a_claim_on_workers_that_their_employer_reports_itself_does_not_count():
    acme = MemberFactory()
    ApprovedReportFactory(organisation=acme, lines=[line(100, region="CZ")])
    school = ApprovedReportFactory(lines=[line(30, whose="others", others=acme, region="CZ08")])
    assert counted(school) == [(0, 0, "also_reported")]
    assert total() == (130, 100, 100, 2)


def test_regions_that_only_neighbour_do_not_overlap():
    acme = MemberFactory()
    ApprovedReportFactory(organisation=acme, lines=[line(100, region="CZ07")])
    school = ApprovedReportFactory(lines=[line(30, whose="others", others=acme, region="CZ08")])
    assert counted(school) == [(30, 30, "counts")]


def test_a_claim_against_a_true_zero_is_contested():
    acme = MemberFactory()
    ApprovedReportFactory(organisation=acme, lines=[line(0)])
    school = ApprovedReportFactory(lines=[line(30, whose="others", others=acme, region="CZ08")])
    assert counted(school) == [(0, 30, "contested")]
    assert total() == (30, 0, 30, 2)


def test_a_claim_that_meets_a_number_and_a_zero_does_not_count():
    acme = MemberFactory()
    ApprovedReportFactory(organisation=acme, lines=[line(0, region="CZ08"), line(5, region="CZ07")])
    school = ApprovedReportFactory(lines=[line(30, whose="others", others=acme, region="CZ")])
    assert counted(school) == [(0, 0, "also_reported")]


def test_two_claims_on_one_employer_are_contested_and_say_what_they_met():
    acme = MemberFactory()
    one = ApprovedReportFactory(lines=[line(30, whose="others", others=acme, region="CZ")])
    two = ApprovedReportFactory(lines=[line(20, whose="others", others=acme, region="CZ08")])
    assert counted(one) == [(0, 30, "contested")]
    assert counted(two) == [(0, 20, "contested")]
    mine, other = one.figures.get().pk, two.figures.get().pk
    assert set(meetings([mine])) == {(mine, other)}


def test_two_claims_of_one_reporter_are_not_two_claims():
    acme = MemberFactory()
    report = ApprovedReportFactory(
        lines=[
            line(30, whose="others", others=acme, region="CZ07"),
            line(9, whose="others", others=acme, region="CZ08"),
        ]
    )
    assert counted(report) == [(30, 30, "counts"), (9, 9, "counts")]


def test_a_claim_that_names_nobody_is_contested():
    report = ApprovedReportFactory(lines=[line(30, whose="others")])
    assert counted(report) == [(0, 30, "contested")]


def test_planned_and_achieved_figures_do_not_meet():
    acme = MemberFactory()
    ApprovedReportFactory(organisation=acme, lines=[line(100, series="planned")])
    school = ApprovedReportFactory(lines=[line(30, whose="others", others=acme)])
    assert counted(school) == [(30, 30, "counts")]


def test_not_collected_adds_nothing_and_is_no_reporter():
    report = ApprovedReportFactory(lines=[line(state="not_collected")])
    assert counted(report) == [(0, 0, "no_number")]
    assert not Total.objects.exists()


def test_a_true_zero_is_a_reporter():
    ApprovedReportFactory(lines=[line(0)])
    rollup.rebuild()
    assert total() == (0, 0, 0, 1)


def test_only_approved_figures_count():
    SubmittedReportFactory(lines=[line(100)])
    ReportFactory(lines=[line(100)])
    rollup.rebuild()
    assert not CountedLine.objects.exists()


def test_the_years_figures_come_from_the_latest_round_that_says_anything():
    acme = MemberFactory()
    quarter, year = RoundFactory(period="Q3"), RoundFactory(period="YEAR")
    ApprovedReportFactory(organisation=acme, round=quarter, lines=[line(50), line(7, indicator="K2")])
    ApprovedReportFactory(organisation=acme, round=year, lines=[line(80), line(state="missing", indicator="K2")])
    rollup.rebuild()
    assert total() == (80, 80, 80, 1)
    assert total(indicator__code="K2") == (7, 7, 7, 1)


def test_a_region_adds_to_the_levels_above_it():
    ApprovedReportFactory(lines=[line(10, region="DE21"), line(5, region="DE11"), line(3, region="AT")])
    rollup.rebuild()
    for key, value in {"DE21": 10, "DE2": 10, "DE": 15, "DE1": 5, "AT": 3, "ALL": 18}.items():
        assert total(key=key) == (value, value, value, 1)
    assert total(by="member_type", key="IND-SUP", region="DE") == (15, 15, 15, 1)


def test_a_breakdown_left_out_is_all_unknown():
    ApprovedReportFactory(lines=[line(10, parts={"gender": {"f": 4, "m": 6}})])
    rollup.rebuild()
    assert total(breakdown="gender", category="f") == (4, 4, 4, 1)
    assert total(breakdown="age", category="unknown") == (10, 10, 10, 1)


def test_categories_of_a_claim_that_does_not_count_do_not_count_either():
    report = ApprovedReportFactory(lines=[line(10, whose="others", parts={"gender": {"f": 4, "m": 6}})])
    assert counted(report) == [(0, 10, "contested")]
    assert total(breakdown="gender", category="f") == (4, 0, 4, 1)


@pytest.mark.parametrize(
    ("method", "number", "expected"),
    [
        ("sum", None, [5, 5, 2]),
        ("none", None, [0, 0, 0]),
        ("max", None, [5, 0, 0]),
        ("number", 7, [3, 3, 1]),
        ("number", 1, [1, 0, 0]),
    ],
)
def test_a_settlement_spreads_its_number_by_largest_remainder(method, number, expected):
    assert shares([5, 5, 2], method, number) == expected


def test_a_number_beyond_the_sum_is_refused():
    with pytest.raises(ValueError, match="between 0 and the sum"):
        shares([5, 5], "number", 11)


def test_rebuilding_twice_changes_nothing():
    ApprovedReportFactory(lines=[line(10, parts={"gender": {"f": 4, "m": 6}})])
    rollup.rebuild()
    before = stored_totals()
    rollup.rebuild()
    assert stored_totals() == before
    assert not any(rollup.differences().values())


def test_the_audit_finds_a_number_that_was_tampered_with():
    ApprovedReportFactory(lines=[line(10)])
    rollup.rebuild()
    OrganisationTotal.objects.filter(region="ALL").update(low=11)
    found = rollup.differences()
    assert [row["low"] for row in found["organisation"]] == [11, 10]


# -- Random partnerships ----------------------------------------------------------------------------------------------
REGIONS = ["CZ", "CZ07", "CZ08", "DE", "DE21", "DE11"]
PLACES = 4  # organisations
EXAMPLES = int(os.environ.get("PORTAL_TEST_EXAMPLES") or 15)

NAMES = ("indicator", "series", "region", "whose", "others", "initiative")

numbers = st.one_of(st.just(0), st.integers(1, 40))


@st.composite
def random_lines(draw):
    """Lines that the form could have stored: once each, a country or its regions."""
    found = {}
    for _n in range(draw(st.integers(0, 5))):
        whose = draw(st.sampled_from(["own", "own", "others", "others", "not_employed"]))
        others = draw(st.sampled_from([None, *range(PLACES)])) if whose == "others" else None
        key = (
            *draw(st.sampled_from([("K1", "achieved"), ("K1", "achieved"), ("K1", "planned"), ("K3", "achieved")])),
            draw(st.sampled_from(REGIONS)),
            whose,
            others,
            draw(st.sampled_from(["", "", "ALBA"])),
        )
        state = draw(st.sampled_from(["number"] * 5 + ["na", "not_collected", "missing"]))
        value = draw(numbers) if state == "number" else None
        parts = {}
        if value is not None and draw(st.booleans()):
            women = draw(st.integers(0, value))
            parts["gender"] = {"f": women, "unknown": value - women}
        found[key] = (state, value, parts)
    return [
        dict(zip(NAMES, key, strict=True))
        | {"state": "" if state == "number" else state, "value": value, "parts": parts}
        for key, (state, value, parts) in found.items()
    ]


reports = st.lists(
    st.tuples(
        st.integers(0, PLACES - 1),
        st.sampled_from([(2023, "YEAR"), (2024, "Q2"), (2024, "YEAR")]),
        st.sampled_from(["approved", "approved", "approved", "locked", "draft", "returned"]),
        random_lines(),
    ),
    max_size=9,
)


def build(drawn, people=None) -> list[Organisation]:
    """Reports as drawn, later ones of one organisation and round as further revisions."""
    types = ["IND-SUP", "IND-SUP", "EDU-VET", "REG"]
    people = people or [MemberFactory(type=types[n]) for n in range(PLACES)]
    InitiativeFactory(code="ALBA")
    latest = {(people.index(one.organisation), one.round_id): one for one in Report.objects.order_by("revision")}
    for place, (year, period), status, lines in drawn:
        round = RoundFactory(year=year, period=period)
        before = latest.get((place, round.pk))
        if before and before.status not in ("approved", "locked"):
            continue  # one unfinished revision at a time
        if before and status in ("approved", "locked"):
            Report.objects.filter(pk=before.pk).update(superseded_at=before.approved_at)
        factory = ApprovedReportFactory if status in ("approved", "locked") else ReportFactory
        report = factory(
            organisation=people[place], round=round, status=status, revision=before.revision + 1 if before else 1
        )
        latest[place, round.pk] = report
        write_lines(
            report,
            [line(**{**one, "others": people[one["others"]] if one["others"] is not None else None}) for one in lines],
            context_of(report),
        )
    return people


def settle_some(wanted: list[tuple[str, int]]) -> None:
    """Settle contested sets, one after the other, as far as there are sets and wishes."""
    one, two = StaffRoleFactory().user, StaffRoleFactory().user
    columns = ("year", "indicator__code", "series", "contested_set")
    sets = CountedLine.objects.exclude(contested_set="").order_by(*columns).values_list(*columns)
    for (year, code, series, key), (method, number) in zip(list(dict.fromkeys(sets)), wanted, strict=False):
        lines = CountedLine.objects.filter(year=year, indicator__code=code, series=series, contested_set=key)
        whole = sum(lines.values_list("gross", flat=True))
        proposed = services.propose_settlement(
            year=year,
            indicator=code,
            series=series,
            contested_set=key,
            method=method,
            number=number % (whole + 1) if method == "number" else None,
            reason="Found out.",
            actor=one,
        )
        services.approve_settlement(adjustment_id=proposed.pk, actor=two)


@pytest.mark.django_db
@pytest.mark.parametrize("whole", [False, True])
def test_a_settlement_that_lapses_in_the_year_holds_for_no_quarter_either(whole):
    claim = {"indicator": "K1", "series": "achieved", "region": "CZ", "others": None, "initiative": "", "parts": {}}
    own = {**claim, "whose": "own", "state": "", "value": 0}
    people = build([(0, (2024, "Q2"), "approved", [own, {**claim, "whose": "others", "state": "", "value": 1}])])
    rollup.rebuild()
    settle_some([("sum", 0)])
    rollup.rebuild()
    assert PeriodTotal.objects.get(region="ALL", member_type="").low == 1
    build([(0, (2024, "YEAR"), "approved", [own])], people)
    lapsed = rollup.rebuild() if whole else refresh(2024, {people[0].pk})
    assert lapse_settlements(lapsed) == 1
    assert PeriodTotal.objects.get(period="Q2", region="ALL", member_type="").low == 0
    agree()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    reports,
    st.lists(st.tuples(st.sampled_from(["sum", "max", "none", "number", "number"]), st.integers(0, 200)), max_size=4),
    reports,
    st.booleans(),
)
def test_the_roll_up_agrees_with_a_plain_recomputation(drawn, settlements, later, whole):
    with transaction.atomic():
        people = build(drawn)
        rollup.rebuild()
        settle_some(settlements)
        assert rollup.rebuild() == []
        agree()
        before = oracle.grounds()
        build(later, people)
        if whole:
            lapsed = rollup.rebuild()
        else:  # what pages do: each approval tells whose report of which year it was
            years = {year for _place, (year, _period), _status, _lines in later}
            changed = {people[place].pk for place, _round, _status, _lines in later}
            lapsed = [pk for year in sorted(years) for pk in refresh(year, changed)]
        assert set(lapsed) == {pk for pk, ground in oracle.grounds().items() if ground != before[pk]}
        lapse_settlements(lapsed)
        agree()
        transaction.set_rollback(True)


@pytest.mark.thorough
@settings(
    max_examples=max(3, EXAMPLES // 5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    reports,
    st.lists(st.tuples(st.sampled_from(["sum", "max", "none", "number"]), st.integers(0, 200)), max_size=3),
    st.permutations(range(PLACES)),
)
def test_after_a_merge_and_after_its_undo_it_agrees_with_a_plain_recomputation(drawn, settlements, order):
    with transaction.atomic():
        people = build(drawn)
        rollup.rebuild()
        settle_some(settlements)
        rollup.rebuild()
        before = stored_totals()
        office = StaffRoleFactory().user
        done = merge_organisations(kept_id=people[order[0]].pk, merged_id=people[order[1]].pk, actor=office, choices={})
        refresh_now()
        agree()
        lapsed = Adjustment.objects.filter(status="lapsed").exists()
        undone = undo_merge(merge_id=done.pk, actor=office)
        refresh_now()
        agree()
        assert undone.outcome["failed"] == []
        if not lapsed and not undone.outcome["kept"]:
            assert stored_totals() == before
        transaction.set_rollback(True)


def refresh_now() -> None:
    """What has been asked for, as the job does it."""
    jobs.run_waiting()
    assert not RefreshRequest.objects.exists()


def agree() -> None:
    assert stored_totals() == oracle.expected_totals()
    assert dict(CountedLine.objects.values_list("pk", "status")) == oracle.verdicts()
    assert not any(rollup.differences().values())
