"""Contested figures are settled by two people, and become contested again when their ground changes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import jobs
from core.permissions import Denied
from kpis import rollup, services
from kpis.context import context_of
from kpis.models import Adjustment, CountedLine, Report, Total
from kpis.services.reports import write_lines
from tests.factories.kpis import ApprovedReportFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory
from tests.kpis import oracle
from tests.kpis.test_counting import stored_totals

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer(personas):
    return MemberFactory(legal_name="Contested Works a.s.")


@pytest.fixture
def claims(employer) -> list[Report]:
    found = [
        ApprovedReportFactory(lines=[line(30, whose="others", others=employer, parts={"gender": {"f": 20, "m": 10}})]),
        ApprovedReportFactory(lines=[line(20, whose="others", others=employer, region="CZ08")]),
    ]
    rollup.rebuild()
    return found


def settle(actor, employer, method="max", number=None) -> Adjustment:
    return services.propose_settlement(
        year=2024,
        indicator="K1",
        series="achieved",
        contested_set=f"org:{employer.pk}",
        method=method,
        number=number,
        reason="Both trained the same shift.",
        actor=actor,
    )


def whole() -> tuple[int, int]:
    return Total.objects.values_list("low", "high").get(by="region", key="ALL", breakdown="")


def new_revision(report: Report, *lines) -> Report:
    new = SubmittedReportFactory(organisation=report.organisation, round=report.round, revision=report.revision + 1)
    write_lines(new, lines, context_of(new))
    return new


@pytest.mark.parametrize(
    ("method", "number", "expected"),
    [("max", None, 30), ("sum", None, 50), ("none", None, 0), ("number", 35, 35)],
)
def test_a_settlement_makes_low_and_high_equal(personas, claims, employer, method, number, expected):
    assert whole() == (0, 50)
    proposed = settle(personas.office, employer, method, number)
    jobs.run_waiting()
    assert whole() == (0, 50)  # one person proposes, nothing changes
    services.approve_settlement(adjustment_id=proposed.pk, actor=StaffRoleFactory().user)
    jobs.run_waiting()
    assert whole() == (expected, expected)
    assert stored_totals() == oracle.expected_totals()
    assert not any(rollup.differences().values())


def test_categories_follow_a_settled_line_in_proportion(personas, claims, employer):
    proposed = settle(personas.office, employer, "number", 35)  # 21 and 14
    services.approve_settlement(adjustment_id=proposed.pk, actor=StaffRoleFactory().user)
    jobs.run_waiting()
    assert list(CountedLine.objects.order_by("pk").values_list("low", flat=True)) == [21, 14]
    women = Total.objects.get(by="region", key="ALL", breakdown="gender", category="f")
    assert (women.gross, women.low, women.high) == (20, 14, 14)


def test_nobody_approves_the_settlement_that_they_proposed(personas, claims, employer):
    proposed = settle(personas.office, employer)
    with pytest.raises(Denied, match="second person"):
        services.approve_settlement(adjustment_id=proposed.pk, actor=personas.office)


def test_a_set_is_not_settled_twice_at_once(personas, claims, employer):
    settle(personas.office, employer)
    with pytest.raises(ValueError, match="nothing to settle"):
        settle(personas.office, employer)


def test_a_settlement_lapses_when_one_of_its_lines_changes(personas, claims, employer):
    second = StaffRoleFactory().user
    proposed = settle(personas.office, employer)
    services.approve_settlement(adjustment_id=proposed.pk, actor=second)
    jobs.run_waiting()
    changed = new_revision(claims[1], line(25, whose="others", others=employer, region="CZ08"))
    services.approve_report(report_id=changed.pk, actor=second)
    jobs.run_waiting()
    proposed.refresh_from_db()
    assert proposed.status == "lapsed"
    assert whole() == (0, 55)


def test_a_revision_that_says_the_same_leaves_the_settlement_in_effect(personas, claims, employer):
    second = StaffRoleFactory().user
    proposed = settle(personas.office, employer)
    services.approve_settlement(adjustment_id=proposed.pk, actor=second)
    same = new_revision(claims[1], line(20, whose="others", others=employer, region="CZ08"))
    services.approve_report(report_id=same.pk, actor=second)
    jobs.run_waiting()
    proposed.refresh_from_db()
    assert proposed.status == "approved"
    assert whole() == (30, 30)


def test_a_settlement_lapses_when_the_employer_reports_itself(personas, claims, employer):
    second = StaffRoleFactory().user
    proposed = settle(personas.office, employer)
    services.approve_settlement(adjustment_id=proposed.pk, actor=second)
    own = SubmittedReportFactory(organisation=employer, round=claims[0].round, lines=[line(44)])
    services.approve_report(report_id=own.pk, actor=second)
    jobs.run_waiting()
    proposed.refresh_from_db()
    assert proposed.status == "lapsed"
    assert whole() == (44, 44)
    assert stored_totals() == oracle.expected_totals()


def test_the_organisation_concerned_does_not_read_of_the_offices_settlements(personas, client_for, claims, employer):
    settle(personas.office, employer)
    contact = RepresentationFactory(organisation=employer, role="primary").user
    address = reverse("members:organisation_inside", args=[employer.code])
    assert "same shift" in client_for(personas.office).get(address).text
    assert "same shift" not in client_for(contact).get(address).text
