"""Progress notes stand with who wrote them, and the report that closes a year begins with them."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.permissions import Denied
from groups import services
from groups.models import ClosingReport, WorkPlan
from groups.waiting import waiting_for
from tests.factories.groups import THIS_YEAR, GroupFactory, WorkPlanFactory, make_lead

pytestmark = pytest.mark.django_db
NEXT_YEAR = timezone.make_aware(timezone.datetime(THIS_YEAR + 1, 1, 15, 12))


@pytest.fixture
def plan(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return WorkPlanFactory(group=group, state="approved")


def tell(activity, personas, note, *, status="running", progress=40):
    return services.report_activity(
        activity_id=activity.pk, actor=personas.primary, status=status, progress=progress, note=note
    )


@pytest.fixture
def told(plan, personas):
    first, second = plan.activities.order_by("pk")
    tell(first, personas, "Twelve of thirty firms answered.")
    tell(first, personas, "The report is there.", status="done", progress=100)
    tell(second, personas, "", progress=10)
    return plan


def test_notes_stand_on_the_plan_with_who_wrote_them_and_how_far_it_was(told, personas, client_for):
    page = client_for(personas.primary).get(told.get_absolute_url()).content.decode()
    assert page.index("Twelve of thirty firms answered.") < page.index("The report is there.")
    assert "2 notes" in page
    assert "Under way, 40 %" in page
    outside = client_for(personas.outsider).get(told.get_absolute_url()).content.decode()
    assert "Twelve of thirty" not in outside


def test_the_next_note_does_not_replace_the_last_one(told, personas, client_for):
    activity = told.activities.order_by("pk")[0]
    url = reverse("groups:activity_report", args=[activity.pk])
    lead = client_for(personas.primary)
    page = lead.get(url)
    assert "Twelve of thirty firms answered." in page.content.decode()
    assert page.context["form"]["note"].value() is None
    same = lead.post(url, {"status": "done", "progress": "100", "note": " "})
    assert same.status_code == 422
    assert "status and progress are as they were" in str(same.context["form"].errors["note"])
    lead.post(url, {"status": "running", "progress": "80", "note": ""})
    activity.refresh_from_db()
    assert (activity.status, activity.progress_note) == ("running", "The report is there.")


def test_notes_on_the_version_before_belong_to_the_activity(told, personas, client_for):
    second = services.start_plan(group_id=told.group_id, year=THIS_YEAR, actor=personas.primary)
    services.submit_plan(plan_id=second.pk, actor=personas.primary)
    services.approve_plan(plan_id=second.pk, actor=personas.chair)
    page = client_for(personas.primary).get(second.get_absolute_url()).content.decode()
    assert "Twelve of thirty firms answered." in page


def test_the_report_is_drafted_from_the_notes_saved_as_it_is_typed_and_closes_the_year(told, personas, client_for):
    url = reverse("groups:closing_report", args=[told.pk])
    form = client_for(personas.primary).get(url).context["form"]
    first, second = (f"outcome_{row.key.hex}" for row in told.activities.order_by("pk"))
    assert form["summary"].value().startswith("To know who does what.\n\n1 of 2 activities are done.")
    assert "40 %: Twelve of thirty firms answered.\n" in form[first].value()
    assert "Primary" not in form[first].value()
    assert form[second].value() == ""
    data = {"revision": "0", "summary": "We know.", first: form[first].value(), second: ""}
    early = client_for(personas.primary).post(url, data, headers={"Accept": "application/json"})
    assert early.json()["seen"] == 1
    with pytest.raises(Denied, match="when its year is over"):
        services.complete_plan(plan_id=told.pk, actor=personas.primary)
    with time_machine.travel(NEXT_YEAR, tick=False):
        lead = client_for(personas.primary)
        assert url in [item.url for item in waiting_for(personas.primary)]
        answer = lead.post(url, data | {"revision": "1", "then": "submit"})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [second]
        sent = data | {"revision": answer.context["form"]["revision"].value(), second: "Goes on.", "then": "submit"}
        page = lead.post(url, sent, follow=True).content.decode()
    told.refresh_from_db()
    assert told.status == "completed"
    assert "We know." in page
    assert "Goes on." in page


def test_a_closing_report_is_read_by_every_member_and_changed_by_nobody(told, personas, client_for):
    url = reverse("groups:closing_report", args=[told.pk])
    outcomes = {str(row.key): "Done." for row in told.activities.all()}
    services.save_closing_report(
        plan_id=told.pk, revision=0, actor=personas.primary, summary="We know.", outcomes=outcomes
    )
    assert client_for(personas.outsider).get(url).status_code == 403  # a draft
    WorkPlan._base_manager.filter(pk=told.pk).update(status="completed")
    page = client_for(personas.outsider).get(url)
    assert page.status_code == 200
    assert "We know." in page.content.decode()
    assert client_for(personas.visitor).get(url).status_code == 302
    late = client_for(personas.primary).post(url, {"revision": "1", "summary": "Rather more."})
    assert late.status_code == 403
    assert "Rather more." in late.content.decode()
    assert ClosingReport.objects.get().summary == "We know."


def test_two_windows_on_one_report_lose_nothing(told, personas, client_for):
    url = reverse("groups:closing_report", args=[told.pk])
    lead = client_for(personas.primary)
    first, second = (f"outcome_{row.key.hex}" for row in told.activities.order_by("pk"))
    opened = {"revision": "0", "summary": "Draft.", first: "", second: ""}
    opened |= {f"initial-{name}": opened[name] for name in ("summary", first, second)}
    lead.post(url, opened | {first: "Theirs."})
    answer = lead.post(url, opened | {second: "Mine."}, headers={"Accept": "application/json"})
    assert answer.json()["values"] == {first: "Theirs."}
    assert set(ClosingReport.objects.get().outcomes.values()) == {"Theirs.", "Mine."}
    assert lead.post(url, opened | {second: "Other."}).status_code == 409


def test_the_owner_of_an_overdue_activity_is_led_to_where_progress_is_told(plan, personas):
    row = plan.activities.order_by("pk")[0]
    type(row)._base_manager.filter(pk=row.pk).update(owner=personas.primary, ends=row.starts)
    assert reverse("groups:activity_report", args=[row.pk]) in [item.url for item in waiting_for(personas.primary)]
