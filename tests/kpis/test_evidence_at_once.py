"""A file taken away at the moment in which its report is submitted."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction

from core.permissions import Denied
from core.uploads import accept
from core.workflow import perform
from kpis import steps
from kpis.models import Report
from kpis.services.evidence import attach_evidence, detach_evidence
from tests.factories.kpis import ReportFactory, line
from tests.factories.members import RepresentationFactory
from tests.kpis.test_at_once import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_report_that_is_being_submitted_keeps_its_files(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    primary = RepresentationFactory(role="primary")
    actor = primary.user
    report = ReportFactory(organisation=primary.organisation, lines=[line(5)])
    kept = attach_evidence(report_id=report.pk, indicator="K1", upload=accept("a.pdf", b"%PDF-1.7"), actor=actor)
    submitted = threading.Event()

    def submit():
        with transaction.atomic():
            perform(Report.objects.all(), report.pk, steps.SUBMIT_REPORT, actor=actor, submitted_by=actor)
            submitted.set()
            time.sleep(1)

    def detach():
        submitted.wait(10)
        detach_evidence(evidence_id=kept.pk, actor=actor)

    _done, refused = together(submit, detach)
    assert isinstance(refused, Denied)
    assert report.evidence.get() == kept
