"""The form of a report: rows, states, drafts that save themselves, two windows, what is typed when it is too late."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis import services
from kpis.context import context_of
from kpis.lines import Cell, fingerprint, lines_of
from kpis.models import Report
from members.models import today
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory
from tests.kpis.test_reporting import row, send

pytestmark = pytest.mark.django_db
REGIONS = (
    "CZ01 CZ02 CZ03 CZ04 CZ05 CZ06 CZ07 CZ08 AT11 AT12 AT13 AT21 AT22 AT31 AT32 AT33 AT34 SK01 SK02 SK03 SK04".split()
)
REGIONS += "HU11 HU12 HU21 HU22 HU23 HU31 HU32 HU33 SI03 SI04".split()


def autosave(client, report, *rows, seen="", step="K1", **more):
    data = {"rows": str(len(rows)), "seen": seen, **more}
    for one in rows:
        data |= one
    return client.post(reverse("kpis:report_autosave", args=[report.pk]) + f"?step={step}", data)


def seen_of(report, step="K1"):
    return fingerprint(one for one in lines_of(report) if one.indicator == step)


def test_a_draft_saves_itself_and_says_when(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, status="not_started")
    answer = autosave(client_for(personas.reporter), report, row(total="120", gender__f="20"), seen=seen_of(report))
    assert answer.status_code == 200
    assert answer.json()["saved"]
    assert answer.json()["seen"] == seen_of(report)
    report.refresh_from_db()
    assert (report.status, report.saved_by) == ("draft", personas.reporter)
    assert report.figures.get().value == 120


def test_a_draft_that_saves_itself_leaves_what_cannot_be_stored_as_it_was_and_says_where(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5), line(6, region="DE")])
    rows = [row(total="n/a"), row(1, "60", region="DE"), row(2, "9", region="AT", gender__f="10")]
    answer = autosave(client_for(personas.reporter), report, *rows, seen=seen_of(report))
    assert answer.status_code == 200
    assert list(answer.json()["errors"]) == ["r0-total", "r2-gender.f"]
    assert "is not a number" in answer.json()["errors"]["r0-total"][0]
    assert dict(report.figures.values_list("region__code", "value")) == {"CZ": 5, "DE": 60}


def test_the_second_of_two_windows_is_told_what_the_first_did(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5)])
    opened = seen_of(report)
    assert autosave(client_for(personas.primary), report, row(total="300"), seen=opened).status_code == 200
    late = autosave(client_for(personas.reporter), report, row(total="7"), seen=opened)
    assert late.status_code == 409
    assert late.json() == {"who": "Primary", "changes": ["Czechia (CZ), Our own workers, Total: 300 (yours: 7)"]}
    page = send(client_for(personas.reporter), report, row(total="7"), seen=opened)
    assert page.status_code == 422
    assert "Primary saved other figures" in page.text
    assert [(one.where, one.cell, one.old, one.new) for one in page.context["theirs"]] == [
        ("Czechia (CZ), Our own workers", "Total", "7", "300")
    ]
    assert report.figures.get().value == 300
    again = send(client_for(personas.reporter), report, row(total="7"), seen=page.context["seen"])
    assert again.status_code == 302
    assert report.figures.get().value == 7


def test_a_draft_of_somebody_who_is_signed_out_is_not_taken_and_not_lost(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5)])
    assert autosave(client_for(personas.visitor), report, row(total="8"), seen=seen_of(report)).status_code == 401
    address = reverse("kpis:report_edit", args=[report.pk]) + "?step=K1"
    page = client_for(personas.visitor).post(
        address, {"rows": "1", **row(total="4711")}, headers={"origin": "http://testserver"}
    )
    assert page.status_code == 401
    assert "4711" in page.text
    assert report.figures.get().value == 5


def test_what_is_typed_when_the_round_has_closed_is_given_back(personas, client_for):
    past = RoundFactory(opens=today() - timedelta(days=60), closes=today() - timedelta(days=1))
    report = ReportFactory(organisation=personas.organisation, round=past, lines=[line(5)])
    page = send(client_for(personas.reporter), report, row(total="4711", note="A late thought"))
    assert page.status_code == 403
    assert "The round is closed" in page.text
    assert 'value="4711"' in page.text
    assert "A late thought" in page.text
    assert report.figures.get().value == 5


def test_a_report_of_another_organisation_takes_nothing(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5)])
    assert send(client_for(personas.outsider), report, row(total="6")).status_code == 404
    assert autosave(client_for(personas.outsider), report, row(total="6")).status_code == 404
    assert report.figures.get().value == 5


def test_the_rows_of_the_report_before_are_copied_without_values(personas, client_for):
    ApprovedReportFactory(
        organisation=personas.organisation,
        round=RoundFactory(period="Q2"),
        lines=[line(10, region="DE21"), line(20, region="AT13", whose="not_employed")],
    )
    report = ReportFactory(organisation=personas.organisation, round=RoundFactory(period="Q3"), lines=[line(5)])
    reporter = client_for(personas.reporter)
    assert "copy its rows" in reporter.get(reverse("kpis:report_edit", args=[report.pk])).text
    assert send(reporter, report, row(total="7"), action="copy").status_code == 302
    found = {(one.region.code, one.whose): (one.state, one.value) for one in report.figures.select_related("region")}
    assert found == {
        ("CZ", "own"): ("value", 7),
        ("DE21", "own"): ("missing", None),
        ("AT13", "not_employed"): ("missing", None),
    }
    assert "copy its rows" not in reporter.get(reverse("kpis:report_edit", args=[report.pk])).text


def test_a_code_of_an_older_version_of_nuts_is_explained(personas, client_for):
    report = ReportFactory(organisation=personas.organisation)
    page = send(client_for(personas.reporter), report, row(region="FR24"))
    assert page.status_code == 422
    assert "is a code of NUTS" in page.text or "lies in" in page.text


def test_a_part_of_which_it_is_on_record_that_there_is_no_number_keeps_that(personas, client_for):
    kept = line(10, parts={"gender": {"f": 4}})
    kept.parts["gender", "x"] = Cell("not_collected")
    report = ReportFactory(organisation=personas.organisation, lines=[kept])
    assert send(client_for(personas.reporter), report, row(total="10", gender__f="5")).status_code == 302
    states = dict(report.figures.get().parts.values_list("category__code", "state"))
    assert states == {"f": "value", "x": "not_collected"}


def test_reasons_given_can_be_written_anew(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, round=RoundFactory(period="Q3"), lines=[line(5)])
    ApprovedReportFactory(organisation=personas.organisation, round=RoundFactory(period="Q2"), lines=[line(100)])
    reporter = client_for(personas.reporter)
    send(reporter, report, row(total="5"), **{"reason-fall-K1": "Counted twice before."})
    page = reporter.get(reverse("kpis:report_edit", args=[report.pk]))
    assert "Counted twice before." in page.text
    assert [one.key for one, _given in page.context["asks"]] == ["fall-K1"]


def of_regions(number: int, report: Report, **more) -> Report:
    definition = context_of(report).definitions["K1"]
    parts = {code: {next(iter(categories)): 100} for code, categories in definition.categories.items()}
    services.reports.write_lines(
        report, [line(100, region=code, parts=parts, **more) for code in REGIONS[:number]], context_of(report)
    )
    return report


@pytest.mark.thorough
def test_the_form_takes_as_many_queries_for_one_row_as_for_thirty(personas, client_for):
    reporter = client_for(personas.reporter)

    def queries(number: int, year: int) -> int:
        report = ReportFactory(organisation=personas.organisation, round=RoundFactory(year=year))
        of_regions(number, report)
        for one in range(number):
            other = MemberFactory()
            services.save_figures(
                report_id=report.pk,
                actor=personas.reporter,
                lines=[*lines_of(report), line(one + 1, whose="others", others=other)],
            )
        with CaptureQueriesContext(connection) as asked:
            assert reporter.get(reverse("kpis:report_edit", args=[report.pk])).status_code == 200
        return len(asked)

    queries(1, 2010)
    assert queries(2, 2020) == queries(30, 2022) <= 28


@pytest.mark.thorough
def test_the_step_with_most_cells_takes_less_than_half_as_long_as_as_many_plain_fields(personas, client_for):
    """Measured beside a form of Django with as many fields, so that the machine matters little."""
    report = of_regions(30, ReportFactory(organisation=personas.organisation))
    reporter = client_for(personas.reporter)
    address = reverse("kpis:report_edit", args=[report.pk])
    fields = reporter.get(address).content.decode().count("<input")
    plain = type("Plain", (forms.Form,), {f"cell{number}": forms.IntegerField() for number in range(fields)})

    def spent(work: Callable[[], object]) -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    rounds = [(spent(lambda: reporter.get(address)), spent(lambda: plain().as_p())) for _time in range(6)]
    assert fields > 300
    assert min(ours / other for ours, other in rounds) < 0.5  # about a quarter
