"""A second person of the Office approves the reports of an import in one act; what is not theirs is left and named."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events, jobs
from core.imports import services as imports
from core.imports.models import Import
from core.models import Job
from core.permissions import Denied
from core.workflow import NotPossible
from kpis import services
from kpis.models import Report
from kpis.services import approvals
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory, WorkforceFactory

pytestmark = pytest.mark.django_db
HEADER = "organisation,year,round,indicator,region,whose,value\n"


def imported(actor, *rows: str) -> Import:
    data = (HEADER + "\n".join(rows) + "\n").encode()
    batch = imports.start_import(kind_key="figures", file_name="past.csv", data=data, actor=actor)
    mapping = {int(position): name for position, name in batch.mapping.items()}
    imports.map_columns(import_id=batch.pk, mapping=mapping, options={}, actor=actor)
    for step in (imports.start_check, imports.confirm):
        jobs.run(step(import_id=batch.pk, actor=actor).job.pk)
    batch.refresh_from_db()
    assert batch.status == "applied", batch.error
    return batch


def row(organisation, year: int, value: int = 100, period: str = "YEAR") -> str:
    return f"{organisation.code},{year},{period},K1,CZ,own,{value}"


def page_of(client, batch, show: str = "") -> str:
    answer = client.get(reverse("kpis:history_reports", args=[batch.pk]) + f"?show={show}")
    assert answer.status_code == 200
    return answer.content.decode()


def approve(client, batch) -> Job:
    page = client.get(reverse("kpis:history_reports", args=[batch.pk]))
    sent = {"seen": page.context["seen_form"]["seen"].value()}
    assert client.post(reverse("kpis:history_approve", args=[batch.pk]), sent).status_code == 302
    job = approvals.approval_of(batch)
    assert job is not None
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def states(batch) -> list[str]:
    return list(
        Report.objects.filter(pk__in=approvals.reports_of(batch)).order_by("pk").values_list("status", flat=True)
    )


def test_the_second_person_approves_all_but_the_own_organisation(personas, client_for):
    one, own, third = MemberFactory(), MemberFactory(legal_name="The approver's own"), MemberFactory()
    RepresentationFactory(user=personas.office, organisation=own)
    importer = StaffRoleFactory().user
    batch = imported(importer, row(one, 2020), row(own, 2020), row(third, 2021))
    office = client_for(personas.office)
    assert "Approve all 2 reports" in page_of(office, batch)
    left = page_of(office, batch, "left")
    assert "The approver" in left
    assert "You represent this organisation" in left

    job = approve(office, batch)
    assert (job.state, job.result) == ("done", {"approved": 2, "left": 1})
    assert states(batch) == ["approved", "submitted", "approved"]
    assert {one.approved_by for one in Report.objects.counting()} == {personas.office}
    assert [(one.actor, one.data) for one in events.of(batch).filter(verb="history.approve")] == [
        (personas.office, {"approved": 2, "left": 1})
    ]
    page = page_of(office, batch)
    assert "approved 2 reports" in page
    assert "1 was left out." in page
    assert "Approve all" not in page


def test_whoever_imported_approves_nothing_of_it(personas, client_for):
    batch = imported(personas.office, row(MemberFactory(), 2020))
    office = client_for(personas.office)
    page = page_of(office, batch)
    assert "You imported this file" in page
    assert reverse("kpis:history_approve", args=[batch.pk]) not in page
    assert office.post(reverse("kpis:history_approve", args=[batch.pk])).status_code == 403
    with pytest.raises(Denied):
        services.ask_to_approve_import(import_id=batch.pk, actor=personas.office)
    assert states(batch) == ["submitted"]
    assert not Job.objects.filter(kind=approvals.KIND).exists()


def test_what_a_later_file_changed_is_left_to_be_looked_at(personas, client_for):
    plant, other = MemberFactory(), MemberFactory()
    importer = StaffRoleFactory().user
    first = imported(importer, row(plant, 2020), row(other, 2020))
    second = imported(importer, row(plant, 2020, 130))
    office = client_for(personas.office)
    assert "Another file or person has changed these figures" in page_of(office, first, "left")
    assert approve(office, first).result == {"approved": 1, "left": 1}
    assert approve(office, second).result == {"approved": 1, "left": 0}
    assert states(first) == ["approved", "approved"]


def test_what_the_file_does_not_explain_is_left_to_be_looked_at_and_approved_with_a_reason(personas, client_for):
    plant, other = MemberFactory(), MemberFactory()
    WorkforceFactory(organisation=plant, year=2020, people=90)
    batch = imported(StaffRoleFactory().user, row(plant, 2020), row(other, 2020))
    office = client_for(personas.office)
    assert "A check asks for a reason that the file does not give" in page_of(office, batch, "left")
    assert approve(office, batch).result == {"approved": 1, "left": 1}
    waiting = Report.objects.get(organisation=plant)
    with pytest.raises(NotPossible, match=r"more than the 90.*write the reason into the remark"):
        services.approve_report(report_id=waiting.pk, actor=personas.office, note=" ")
    services.approve_report(report_id=waiting.pk, actor=personas.office, note="They had temporary staff.")
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reasons) == ("approved", {"workforce": "They had temporary staff."})
    assert "They had temporary staff." in office.get(waiting.get_absolute_url()).text


def test_it_is_asked_for_and_done_once(personas, client_for):
    batch = imported(StaffRoleFactory().user, row(MemberFactory(), 2020))
    first = services.ask_to_approve_import(import_id=batch.pk, actor=personas.office)
    assert services.ask_to_approve_import(import_id=batch.pk, actor=StaffRoleFactory().user) == first
    office = client_for(personas.office)
    assert "The reports are being approved" in page_of(office, batch)
    jobs.run(first.pk)
    answer = office.post(reverse("kpis:history_approve", args=[batch.pk]), follow=True).content.decode()
    assert "Nothing of this import waits for your approval." in answer
    assert events.of(batch).filter(verb="history.approve").count() == 1


@pytest.mark.thorough
def test_killed_half_way_the_next_attempt_goes_on_with_the_rest(personas):
    plant = MemberFactory()
    batch = imported(StaffRoleFactory().user, *(row(plant, year) for year in range(2001, 2031)))
    job = services.ask_to_approve_import(import_id=batch.pk, actor=personas.office)
    jobs.ask_to_cancel(job)  # a waiting job ends at once; as if its worker had been lost after the first reports:
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, finished_at=None)
    jobs.run(job.pk)
    assert states(batch).count("approved") == 25
    cache.delete(f"job-{job.pk}-cancel")
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, finished_at=None)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.result == {"approved": 30, "left": 0}
    assert states(batch) == ["approved"] * 30


@pytest.mark.thorough
def test_the_page_takes_the_same_queries_for_a_few_and_for_a_thousand_reports(personas, client_for):
    importer = StaffRoleFactory().user
    plants = MemberFactory.create_batch(8)
    few = imported(importer, *(row(plant, 2000) for plant in plants[:3]))
    periods = ("Q1", "Q2", "Q3", "Q4", "YEAR")
    rows = [row(plant, year, period=period) for plant in plants for year in range(2001, 2026) for period in periods]
    many = imported(importer, *rows)
    office = client_for(personas.office)
    taken = []
    for batch in (few, many, few, many):  # the first round fills what is kept in memory
        with CaptureQueriesContext(connection) as queries:
            page_of(office, batch)
        taken.append(len(queries))
    assert taken[2] == taken[3] <= 16
    assert "Approve all 1,000 reports" in page_of(office, many)
    assert "1 to 50 of 1,000" in page_of(office, many)
