"""The year to date at the end of each quarter, by the rules of the year's figures."""

from __future__ import annotations

import pytest

from kpis import rollup
from kpis.models import PeriodTotal, Total
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def to_date(region: str = "ALL", member_type: str = "") -> dict[str, tuple[int, int, int]]:
    rows = PeriodTotal.objects.filter(year=2024, indicator__code="K1", region=region, member_type=member_type)
    return {row.period: (row.low, row.high, row.reporters) for row in rows}


def report(organisation, period: str, *lines):
    return ApprovedReportFactory(organisation=organisation, round=RoundFactory(period=period), lines=lines)


def test_a_quarter_shows_what_the_rounds_until_then_say():
    acme, other = MemberFactory(), MemberFactory(type="EDU-VET")
    report(acme, "Q1", line(10))
    report(other, "Q1", line(5, region="DE"))
    report(acme, "Q2", line(25))
    report(acme, "YEAR", line(60))
    rollup.rebuild()
    assert to_date() == {"Q1": (15, 15, 2), "Q2": (30, 30, 2)}  # in the 2nd quarter the other's first still holds
    assert to_date("DE") == {"Q1": (5, 5, 1), "Q2": (5, 5, 1)}
    assert to_date("ALL", "EDU-VET") == {"Q1": (5, 5, 1), "Q2": (5, 5, 1)}
    assert Total.objects.get(by="region", key="ALL", breakdown="", indicator__code="K1").low == 65


def test_nobody_is_counted_twice_in_a_quarter_either():
    acme, school = MemberFactory(), MemberFactory()
    report(school, "Q1", line(8, whose="others", others=acme), line(3, whose="others"))
    report(acme, "Q2", line(20))
    rollup.rebuild()
    assert to_date() == {"Q1": (8, 11, 1), "Q2": (20, 23, 2)}  # acme's own figure comes with the 2nd quarter


def test_a_year_without_quarters_has_none_and_the_audit_compares_them():
    report(MemberFactory(), "YEAR", line(60))
    rollup.rebuild()
    assert not PeriodTotal.objects.exists()
    report(MemberFactory(), "Q3", line(4))
    rollup.rebuild()
    assert not any(rollup.differences().values())
    PeriodTotal.objects.filter(region="ALL").update(low=3)
    assert rollup.differences()["period"]
