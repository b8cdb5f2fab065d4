"""What a report will do to the totals is told before it is submitted, by the rules of counting themselves."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import jobs
from kpis import rollup, services
from kpis.effect import effects_of
from kpis.models import CountedLine, Report, Total
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory

pytestmark = pytest.mark.django_db


def totals() -> dict[tuple[str, str], tuple[int, int]]:
    found = Total.objects.filter(by="region", key="ALL", breakdown="")
    return {(one.indicator.code, one.series): (one.low, one.high) for one in found.select_related("indicator")}


def test_what_is_told_before_is_what_the_roll_up_says_afterwards(personas):
    """With a claim that meets an own line, one that is contested, and figures that replace an earlier quarter."""
    round, employer = RoundFactory(), MemberFactory()
    ApprovedReportFactory(round=round, lines=[line(70, whose="others", others=personas.organisation)])
    ApprovedReportFactory(round=round, lines=[line(30, whose="others", others=employer), line(8, indicator="K2")])
    ApprovedReportFactory(organisation=personas.organisation, round=RoundFactory(period="Q2"), lines=[line(50)])
    rollup.rebuild()
    before = totals()
    lines = [line(120), line(40, whose="others", others=employer), line(5, indicator="K2")]
    report = ReportFactory(organisation=personas.organisation, round=round, lines=lines)
    told = {(one.indicator, one.series): one for one in effects_of(report)}
    assert {key: (one.low_before, one.high_before) for key, one in told.items()} == before
    assert totals() == before
    services.submit_report(report_id=report.pk, actor=personas.primary)
    services.approve_report(report_id=report.pk, actor=personas.office)
    jobs.run_waiting()
    assert {key: (one.low, one.high) for key, one in told.items()} == totals()
    assert totals()["K1", "achieved"] == (120, 190)


@pytest.mark.thorough
def test_the_page_takes_as_many_queries_however_much_is_settled_and_reported(personas, client_for):
    """Settlements, claims and the rows of the report itself."""
    second, primary, taken = StaffRoleFactory().user, client_for(personas.primary), []
    for year, count in ((2019, 1), (2020, 1), (2021, 6)):  # the first fills what is kept in the process
        round = RoundFactory(year=year)
        employers = [MemberFactory() for _one in range(count)]
        for employer in employers:
            for value in (10, 20):
                ApprovedReportFactory(round=round, lines=[line(value, whose="others", others=employer)])
        rollup.rebuild()
        for employer in employers:
            made = services.propose_settlement(
                year=year, indicator="K1", series="achieved", contested_set=f"org:{employer.pk}", method="max",
                reason="The same people.", actor=personas.office,
            )  # fmt: skip
            services.approve_settlement(adjustment_id=made.pk, actor=second)
        rollup.rebuild()
        lines = [line(5, region=code) for code in ("CZ01", "CZ02", "CZ03", "CZ04", "CZ05", "CZ06")[:count]]
        lines += [line(7, whose="others", others=employer) for employer in employers]
        report = ReportFactory(organisation=personas.organisation, round=round, lines=lines)
        with CaptureQueriesContext(connection) as asked:
            page = primary.get(reverse("kpis:report_submit", args=[report.pk]))
        # Each settlement lapses, since a third claim came to its set.
        said = page.context["effects"][0]
        assert (said.low_before, said.high_before, said.low) == (20 * count, 20 * count, 5 * count)
        taken.append(len(asked))
    assert taken[1] == taken[2] <= 60


def test_looking_leaves_no_trace(personas, client_for):
    old = ApprovedReportFactory(organisation=personas.organisation, lines=[line(5)])
    rollup.rebuild()
    new = services.reopen_report(report_id=old.pk, actor=personas.office, note="A plant was forgotten.")
    services.save_figures(report_id=new.pk, lines=[line(9)], actor=personas.reporter)
    page = client_for(personas.primary).get(reverse("kpis:report_submit", args=[new.pk]))
    effect = page.context["effects"][0]
    assert (effect.low_before, effect.low, effect.change) == (5, 9, 4)
    assert dict(Report.objects.values_list("revision", "status")) == {1: "approved", 2: "draft"}
    assert Report.objects.get(pk=old.pk).superseded_at is None
    assert CountedLine.objects.get().low == 5


def test_what_stands_against_submitting_is_told_there_and_there_is_no_button(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(10, parts={"gender": {"f": 4}})])
    page = client_for(personas.primary).get(reverse("kpis:report_submit", args=[report.pk]))
    assert "6 are left of 10" in page.text
    assert "Confirm and submit" not in page.text
