"""When two organisations become one, their reports and the figures that name them become one's too."""

from __future__ import annotations

from typing import Any

import pytest

from core import jobs
from kpis import refresh, services
from kpis.models import Adjustment, ExpectedReporter, Figure, Report, Total
from members.models import Organisation
from members.services import merging
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.kpis.test_settlements import settle
from tests.members.test_merging import everything_about
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Organisation:
    return MemberFactory(legal_name="Kept Works")


@pytest.fixture
def merged() -> Organisation:
    return MemberFactory(legal_name="Merged Works")


def merge(personas: Personas, kept: Organisation, merged: Organisation) -> Any:
    done = merging.merge_organisations(kept_id=kept.pk, merged_id=merged.pk, actor=personas.office, choices={})
    jobs.run_waiting()
    return done


def undo(personas: Personas, done: Any) -> Any:
    done = merging.undo_merge(merge_id=done.pk, actor=personas.office)
    jobs.run_waiting()
    return done


def total() -> tuple[int, int]:
    cell = Total.objects.filter(by="region", region="ALL", breakdown="", indicator__code="K1").first()
    return (cell.low, cell.gross) if cell else (0, 0)


def test_of_two_approved_reports_of_a_round_the_kept_one_counts(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    mine = ApprovedReportFactory(organisation=kept, lines=[line(100)])
    other = ApprovedReportFactory(organisation=merged, lines=[line(110)])
    only = ApprovedReportFactory(organisation=merged, round=RoundFactory(year=2023), lines=[line(70)])
    refresh.rebuild_now()
    before = everything_about(kept, merged)
    assert total() == (210, 210) or Total.objects.filter(year=2024).exists()

    done = merge(personas, kept, merged)
    for report, revision, counts in ((other, 1, False), (mine, 2, True), (only, 1, True)):
        report = Report.objects.get(pk=report.pk)
        assert (report.organisation_id, report.revision, report.counts) == (kept.pk, revision, counts)
    cells = Total.objects.filter(by="region", region="ALL", breakdown="", indicator__code="K1", series="achieved")
    assert dict(cells.values_list("year", "low")) == {2024: 100, 2023: 70}
    assert refresh.audit()["differences"] == 0
    assert any("both have a report" in note for note in done.journal["notes"])

    outcome = undo(personas, done).outcome
    assert outcome["kept"] == outcome["failed"] == []
    after = everything_about(kept, merged)
    derived = {
        "kpis.CountedLine organisation_id",
        "kpis.CountedLine others_id",
        "kpis.OrganisationTotal organisation_id",
    }
    assert {name: rows for name, rows in after.items() if name not in derived} == {
        name: rows for name, rows in before.items() if name not in derived
    }
    assert dict(cells.values_list("year", "low")) == {2024: 210, 2023: 70}
    assert refresh.audit()["differences"] == 0


def test_the_report_that_got_further_holds_and_an_unfinished_one_is_set_aside(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    draft = ReportFactory(organisation=kept, lines=[line(5, parts={"gender": {"f": 5}})], expected=True)
    approved = ApprovedReportFactory(organisation=merged, lines=[line(80)], expected=True)
    done = merge(personas, kept, merged)
    assert list(Report.objects.values_list("pk", "organisation")) == [(approved.pk, kept.pk)]
    assert ExpectedReporter.objects.get().organisation == kept
    undo(personas, done)
    assert Report.objects.get(pk=draft.pk).organisation == kept
    assert Figure.objects.get(report=draft).parts.count() == 1
    assert ExpectedReporter.objects.count() == 2


def test_two_lines_about_both_become_one_with_their_sum(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    trainer = ApprovedReportFactory(
        lines=[
            line(10, whose="others", others=kept, parts={"gender": {"f": 4, "m": 6}}),
            line(30, whose="others", others=merged),
            line(7, whose="others", others=merged, region="DE"),
        ]
    )
    refresh.rebuild_now()
    assert total()[1] == 47
    done = merge(personas, kept, merged)
    lines = Figure.objects.filter(report=trainer, others=kept).order_by("-value")
    assert [one.value for one in lines] == [40, 7]
    parts = {part.category.code: part.value for part in lines[0].parts.select_related("category")}
    assert parts == {"f": 4, "m": 6, "unknown": 30}
    assert total()[1] == 47
    undo(personas, done)
    assert sorted(Figure.objects.filter(report=trainer).values_list("others", "value")) == sorted(
        [(kept.pk, 10), (merged.pk, 30), (merged.pk, 7)]
    )
    assert total()[1] == 47


# -- Settlements ------------------------------------------------------------------------------------------------------
def claimed_and_settled(personas: Personas, employer: Organisation, numbers: tuple[int, int]) -> Adjustment:
    """Two others report the same workers of that employer, and the larger number is agreed to count."""
    for number, region in zip(numbers, ("CZ", "CZ08"), strict=True):
        ApprovedReportFactory(lines=[line(number, whose="others", others=employer, region=region)])
    refresh.rebuild_now()
    proposed = settle(personas.office, employer)
    services.approve_settlement(adjustment_id=proposed.pk, actor=StaffRoleFactory().user)
    jobs.run_waiting()
    return Adjustment.objects.get(pk=proposed.pk)


def low_and_gross() -> tuple[int, int]:
    cell = Total.objects.get(by="region", region="ALL", breakdown="", indicator__code="K1", series="achieved")
    return cell.low, cell.gross


def test_a_settlement_about_the_merged_one_goes_on_under_the_name_of_the_kept_one(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    settled = claimed_and_settled(personas, merged, (30, 20))
    assert (settled.status, low_and_gross()) == ("approved", (30, 50))
    before = everything_about(kept, merged)
    done = merge(personas, kept, merged)
    settled.refresh_from_db()
    assert (settled.contested_set, settled.status) == (f"org:{kept.pk}", "approved")
    assert low_and_gross() == (30, 50)
    assert refresh.audit()["differences"] == 0
    outcome = undo(personas, done).outcome
    assert outcome["kept"] == outcome["failed"] == []
    settled.refresh_from_db()
    assert (settled.contested_set, settled.status) == (f"org:{merged.pk}", "approved")
    assert low_and_gross() == (30, 50)
    assert everything_about(kept, merged) == before


def test_where_both_are_settled_the_claims_are_contested_anew(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    """Their claims are one set now, of more lines than either settlement was about."""
    mine = claimed_and_settled(personas, kept, (30, 20))
    other = claimed_and_settled(personas, merged, (7, 5))
    done = merge(personas, kept, merged)
    for one in (mine, other):
        one.refresh_from_db()
    assert {mine.status, other.status} == {"lapsed"}
    cell = Total.objects.get(by="region", region="ALL", breakdown="", indicator__code="K1", series="achieved")
    assert cell.gross == 62
    assert cell.low < cell.high, "contested again"
    assert refresh.audit()["differences"] == 0
    assert undo(personas, done).outcome["failed"] == []
    assert refresh.audit()["differences"] == 0
