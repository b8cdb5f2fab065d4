"""Nobody approves figures that they have not seen: a page older than what stands now is refused, and shown anew."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.models import Job
from core.uploads import accept
from kpis import rollup, services
from kpis.lines import lines_of
from kpis.models import Report
from kpis.services import approvals
from kpis.services.evidence import attach_evidence
from tests.factories.kpis import ReportFactory, line
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.kpis.test_history_approval import imported, row
from tests.kpis.test_settlements import claims, employer, new_revision, settle
from tests.variants import telling

pytestmark = pytest.mark.django_db
__all__ = ["claims", "employer"]
CHANGED = "what this page showed has changed since you opened it"


def seen_on(page) -> str:
    return page.context["approve_form"]["seen"].value()


def change_figures(report, who):
    services.save_figures(report_id=report.pk, lines=[line(500)], actor=who)


def change_notes(report, who):
    services.save_figures(report_id=report.pk, lines=[line(120, note="Without the second plant")], actor=who)


def give_reason(report, who):
    services.save_figures(report_id=report.pk, lines=lines_of(report), actor=who, reasons={"workforce": "Temps"})


def attach(report, who):
    attach_evidence(report_id=report.pk, indicator="K1", upload=accept("a.pdf", b"%PDF-1.7"), actor=who)


@pytest.mark.parametrize("change", telling([change_figures, change_notes, give_reason, attach], 0))
def test_a_report_that_was_changed_under_an_open_page_is_not_approved(personas, client_for, settings, tmp_path, change):
    settings.MEDIA_ROOT = tmp_path
    report = ReportFactory(organisation=personas.organisation, lines=[line(120)])
    services.submit_report(report_id=report.pk, actor=personas.primary)
    office, address = client_for(personas.office), reverse("kpis:report_approve", args=[report.pk])
    old = seen_on(office.get(report.get_absolute_url()))
    services.return_report(report_id=report.pk, actor=StaffRoleFactory().user, note="Please look again.")
    change(report, personas.reporter)
    services.submit_report(report_id=report.pk, actor=personas.primary)

    page = office.post(address, {"note": "Looks right.", "seen": old})
    assert page.status_code == 422
    assert CHANGED in page.text
    assert "Looks right." in page.text
    assert Report.objects.get(pk=report.pk).status == "submitted"
    assert office.post(address, {"note": ""}).status_code == 422  # nor without having looked
    now = seen_on(page)
    assert now != old
    assert f'value="{now}"' in page.text
    assert office.post(address, {"note": "", "seen": now}).status_code == 302
    assert Report.objects.get(pk=report.pk).status == "approved"


def test_what_did_not_change_is_approved_from_a_page_however_old(personas, client_for):
    report = ReportFactory(organisation=personas.organisation, lines=[line(120), line(5, indicator="K2")])
    services.submit_report(report_id=report.pk, actor=personas.primary)
    office = client_for(personas.office)
    old = seen_on(office.get(report.get_absolute_url()))
    services.return_report(report_id=report.pk, actor=personas.office, note="By mistake.")
    services.save_figures(report_id=report.pk, lines=lines_of(report), actor=personas.reporter)
    services.submit_report(report_id=report.pk, actor=personas.primary)
    assert office.post(reverse("kpis:report_approve", args=[report.pk]), {"seen": old}).status_code == 302


def test_a_settlement_is_not_approved_over_lines_that_its_page_did_not_show(personas, client_for, claims, employer):
    proposed = settle(personas.office, employer)
    second = client_for(StaffRoleFactory().user)
    address, shown = reverse("kpis:settlement_approve", args=[proposed.pk]), []
    claim = claims[1]
    for value in (25, 20):  # another number, and the first again
        claim = new_revision(claim, line(value, whose="others", others=employer, region="CZ08"))
        services.approve_report(report_id=claim.pk, actor=personas.office)
        rollup.rebuild()
        shown.append(seen_on(second.get(proposed.get_absolute_url())))
    page = second.post(address, {"seen": shown[0]})
    assert page.status_code == 422
    assert CHANGED in page.text
    assert second.post(address, {"seen": seen_on(page)}).status_code == 302
    proposed.refresh_from_db()
    assert proposed.status == "approved"


def test_the_reports_of_an_import_are_approved_as_the_page_listed_them(personas, client_for):
    plant, other = MemberFactory(), MemberFactory()
    importer = StaffRoleFactory().user
    batch = imported(importer, row(plant, 2020), row(other, 2020))
    office = client_for(personas.office)
    reports, address = (reverse(f"kpis:history_{name}", args=[batch.pk]) for name in ("reports", "approve"))
    old = office.get(reports).context["seen_form"]["seen"].value()
    imported(importer, row(plant, 2020, 130))
    page = office.post(address, {"seen": old}, follow=True)
    assert CHANGED in page.text
    assert not Job.objects.filter(kind=approvals.KIND).exists()
    assert "Approve 1 report" in page.text
    now = page.context["seen_form"]["seen"].value()
    assert CHANGED not in office.post(address, {"seen": now}, follow=True).text
    assert Job.objects.filter(kind=approvals.KIND).count() == 1
