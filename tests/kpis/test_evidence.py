"""Files behind figures: who may attach them, what is taken, who reads them, and when they go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core import events, privacy
from core.permissions import Denied
from core.uploads import accept
from kpis import services
from kpis.lines import line_name
from kpis.models import Evidence
from kpis.retention import EVIDENCE
from kpis.services.evidence import attach_evidence
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, SubmittedReportFactory, line
from tests.factories.members import StaffRoleFactory
from tests.kpis.test_reporting import row, send

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nattendance lists"
UPLOAD = accept("a.pdf", PDF)


@pytest.fixture(autouse=True)
def _own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def files(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def attach(client, report, *rows, data=PDF, name="lists.pdf", which=""):
    more = {"evidence-file": SimpleUploadedFile(name, data), "evidence-line": which}
    return send(client, report, *rows, action="attach", **more)


def test_a_file_is_attached_to_a_row_and_listed_with_the_report(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(120)])
    sent = attach(client_for(personas.reporter), report, row(total="130"), which=line_name(line(120)))
    assert sent.url.endswith("?step=K1#evidence")
    assert report.figures.get().value == 130
    kept = report.evidence.get()
    assert (kept.name, kept.media_type, kept.size) == ("lists.pdf", "application/pdf", len(PDF))
    assert [event.verb for event in events.of(report)] == ["report.attach"]
    page = client_for(personas.primary).get(report.get_absolute_url()).text
    assert "lists.pdf" in page
    assert "Czechia (CZ), Our own workers" in page
    read = client_for(personas.office).get(kept.get_absolute_url())
    assert b"".join(read.streaming_content) == PDF
    assert 'attachment; filename="lists.pdf"' in read["Content-Disposition"]
    assert client_for(personas.outsider).get(kept.get_absolute_url()).status_code == 404


def test_a_file_is_kept_though_the_figures_beside_it_are_wrong(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(120)])
    page = attach(client_for(personas.reporter), report, row(total="n/a"))
    assert page.status_code == 422
    assert 'value="n/a"' in page.text
    assert report.evidence.get().name == "lists.pdf"


def test_figures_are_kept_though_the_file_beside_them_is_not_taken(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(120)])
    page = attach(client_for(personas.reporter), report, row(total="130"), data=b"MZ\0\0program", name="lists.pdf")
    assert page.status_code == 422
    assert "Please send a document or picture" in page.text
    assert report.figures.get().value == 130
    assert send(client_for(personas.reporter), report, row(total="131"), seen=page.context["seen"]).status_code == 302


def test_a_file_is_removed_with_its_row_and_from_the_disk(
    personas, client_for, settings, django_capture_on_commit_callbacks
):
    report = ReportFactory(organisation=personas.organisation, lines=[line(120)])
    attach(client_for(personas.reporter), report, row())
    kept = report.evidence.get()
    assert len(files(settings)) == 1
    other = ReportFactory(organisation=personas.other_organisation, lines=[line(5)])
    send(client_for(personas.outsider), other, row(total="5"), action=f"detach-{kept.pk}")
    assert report.evidence.exists()
    with django_capture_on_commit_callbacks(execute=True):
        send(client_for(personas.primary), report, row(), action=f"detach-{kept.pk}")
    assert not report.evidence.exists()
    assert not files(settings)


def test_a_submitted_report_keeps_its_files_as_they_are(personas):
    report = SubmittedReportFactory(organisation=personas.organisation, lines=[line(5)])
    with pytest.raises(Denied):
        attach_evidence(report_id=report.pk, indicator="K1", upload=UPLOAD, actor=personas.reporter)


@pytest.mark.parametrize("act", ["attach", "detach"])
def test_whoever_of_the_office_touches_the_evidence_does_not_approve_the_report(personas, act):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5)])
    who = personas.office if act == "attach" else personas.reporter
    kept = attach_evidence(report_id=report.pk, indicator="K1", upload=UPLOAD, actor=who)
    if act == "detach":
        services.evidence.detach_evidence(evidence_id=kept.pk, actor=personas.office)
    services.submit_report(report_id=report.pk, actor=personas.primary)
    with pytest.raises(Denied, match="changed its evidence"):
        services.approve_report(report_id=report.pk, actor=personas.office)
    assert services.approve_report(report_id=report.pk, actor=StaffRoleFactory().user).status == "approved"


def test_figures_entered_after_a_file_was_attached_are_said_to_be_the_office_s(personas):
    report = ReportFactory(organisation=personas.organisation, lines=[line(5)])
    attach_evidence(report_id=report.pk, indicator="K1", upload=UPLOAD, actor=personas.office)
    for value in (6, 7):
        services.save_figures(report_id=report.pk, lines=[line(value)], actor=personas.office)
    assert [event.verb for event in events.of(report)] == ["report.enter", "report.attach"]


def test_a_new_revision_begins_with_the_files_and_the_old_one_keeps_its_own(
    personas, settings, django_capture_on_commit_callbacks
):
    old = ApprovedReportFactory(organisation=personas.organisation, lines=[line(5)])
    Evidence.objects.create(
        report=old,
        indicator=old.figures.get().indicator_version.indicator,
        file=SimpleUploadedFile("x", PDF),
        name="lists.pdf",
        media_type="application/pdf",
        size=len(PDF),
        digest="0",
        uploaded_by=personas.reporter,
    )
    new = services.reopen_report(report_id=old.pk, actor=personas.office, note="A plant was forgotten.")
    copied = new.evidence.get()
    assert copied.file.name == old.evidence.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        services.evidence.detach_evidence(evidence_id=copied.pk, actor=personas.reporter)
    assert old.evidence.count() == 1
    assert len(files(settings)) == 1


def test_files_go_when_their_time_is_over_and_their_owner_can_have_the_list(
    personas, settings, django_capture_on_commit_callbacks
):
    report = ReportFactory(organisation=personas.organisation, lines=[line(120)])
    kept = attach_evidence(report_id=report.pk, indicator="K1", upload=UPLOAD, actor=personas.reporter)
    assert [one["file"] for one in privacy.data_of(personas.reporter)["evidence"]] == ["a.pdf"]
    now = timezone.now()
    assert not EVIDENCE.due(now)
    with django_capture_on_commit_callbacks(execute=True):
        EVIDENCE.forget(list(EVIDENCE.due(now + timedelta(days=settings.RETENTION_EVIDENCE_DAYS + 1))))
    assert not Evidence.objects.filter(pk=kept.pk).exists()
    assert not files(settings)


def test_a_file_sent_twice_is_kept_once(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(120)])
    for _time in range(2):
        attach(client_for(personas.reporter), report, row())
    assert report.evidence.count() == 1
    assert reverse("kpis:evidence", args=[report.evidence.get().pk]) == report.evidence.get().get_absolute_url()


def test_the_files_of_a_report_that_nobody_started_go_with_it(personas, settings, django_capture_on_commit_callbacks):
    report = ReportFactory(organisation=personas.organisation, status="not_started", expected=True)
    attach_evidence(report_id=report.pk, indicator="K1", upload=UPLOAD, actor=personas.reporter)
    assert len(files(settings)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        services.release_reporter(
            round_id=report.round_id, organisation_id=report.organisation_id, note="It left.", actor=personas.office
        )
    assert not Evidence.objects.exists()
    assert not files(settings)
