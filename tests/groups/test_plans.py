"""Job c: the lead writes a work plan and submits it; the chair returns it, sees what changed, approves it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import events, grants
from core.models import ActivityType, Notification
from core.permissions import Denied
from core.workflow import NotPossible
from groups import services
from groups.models import Activity, Group, PlanIsFixed, WorkPlan
from tests.factories.groups import (
    THIS_YEAR,
    ActivityFactory,
    GroupFactory,
    GroupMembershipFactory,
    TaskForceFactory,
    WorkPlanFactory,
    make_lead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return group


def line(personas, **changes):
    """What somebody types into the form of an activity."""
    return {
        "title": "Survey of skills",
        "activity_type": ActivityType.objects.current().first().pk,
        "organisation": personas.organisation.pk,
        "owner": personas.primary.pk,
        "starts": f"{THIS_YEAR}-02-01",
        "ends": f"{THIS_YEAR}-06-30",
        "deliverable": "Report",
        "deliverable_date": f"{THIS_YEAR}-06-15",
        "indicator": "K1",
        "target": "500",
    } | changes


def test_a_plan_is_written_returned_mended_approved_and_its_history_tells_it_all(group, personas, client_for):
    lead, chair = client_for(personas.primary), client_for(personas.chair)
    lead.post(reverse("groups:plan_start", args=[group.code]), {"year": THIS_YEAR})
    plan = WorkPlan.objects.get()
    lead.post(reverse("groups:activity_add", args=[plan.pk]), line(personas))
    lead.post(
        reverse("groups:plan_edit", args=[plan.pk]),
        {"objectives": "Know the skills.", "meetings": "4", "resources": "", "revision": 1, "then": "submit"},
        follow=True,
    )
    lead.post(reverse("groups:plan_submit", args=[plan.pk]))
    plan.refresh_from_db()
    assert plan.status == "submitted"

    assert "handed in for the first time" in chair.get(plan.get_absolute_url()).content.decode()
    chair.post(reverse("groups:plan_return", args=[plan.pk]), {"note": "Too late in the year."})
    page = lead.get(reverse("groups:plan_edit", args=[plan.pk])).content.decode()
    assert "Too late in the year." in page
    survey = plan.activities.get()
    lead.post(
        reverse("groups:activity_edit", args=[survey.pk]),
        line(personas, ends=f"{THIS_YEAR}-05-31", deliverable_date=f"{THIS_YEAR}-05-20", revision=1),
    )
    lead.post(reverse("groups:activity_add", args=[plan.pk]), line(personas, title="A course"))
    lead.post(reverse("groups:plan_submit", args=[plan.pk]))

    change = chair.get(plan.get_absolute_url()).context["change"]
    assert [(row.name, row.before, row.after) for row in change.changed[0].changes] == [
        ("ends", f"30 Jun {THIS_YEAR}", f"31 May {THIS_YEAR}"),
        ("deliverable_date", f"15 Jun {THIS_YEAR}", f"20 May {THIS_YEAR}"),
    ]
    assert [row.title for row in change.added] == ["A course"]
    chair.post(reverse("groups:plan_approve", args=[plan.pk]), {"note": "Good."})
    plan.refresh_from_db()
    assert plan.status == "approved"

    story = [(event.verb, event.note) for event in events.of(plan).order_by("pk")]
    assert story == [
        ("workplan.start", ""),
        ("workplan.submit", ""),
        ("workplan.return", "Too late in the year."),
        ("workplan.submit", ""),
        ("workplan.approve", "Good."),
    ]


def test_everybody_in_the_group_is_told_of_the_approval_and_the_lead_of_a_return(group, personas):
    other = GroupMembershipFactory(
        group=group, organisation=personas.other_organisation, representative=personas.outsider
    )
    plan = WorkPlanFactory(group=group)

    def told(verb):
        return set(Notification.objects.filter(event__verb=verb).values_list("recipient", flat=True))

    services.submit_plan(plan_id=plan.pk, actor=personas.primary)
    assert told("workplan.submit") == {personas.chair.pk, personas.vice_chair.pk}
    services.return_plan(plan_id=plan.pk, actor=personas.chair, note="Why?")
    assert told("workplan.return") == {personas.primary.pk}
    services.submit_plan(plan_id=plan.pk, actor=personas.primary)
    services.approve_plan(plan_id=plan.pk, actor=personas.vice_chair)
    assert told("workplan.approve") == {personas.primary.pk, other.representative.pk}


@pytest.mark.parametrize("decides", ["vice_chair", "office"])
def test_a_chair_who_leads_the_group_cannot_decide_on_its_plan(personas, client_for, decides):
    group = GroupFactory()
    make_lead(group, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    plan = WorkPlanFactory(group=group, state="submitted")
    for verb in ("approve", "return"):
        answer = client_for(personas.chair).post(reverse(f"groups:plan_{verb}", args=[plan.pk]), {"note": "Mine."})
        assert answer.status_code == 403
        assert "You lead this group or wrote in this plan" in answer.content.decode()
    assert services.approve_plan(plan_id=plan.pk, actor=personas[decides]).status == "approved"


def test_who_wrote_in_a_plan_cannot_decide_on_it_after_handing_over_the_lead(group, personas):
    role = make_lead(group, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    plan = WorkPlanFactory(group=group)
    services.change_plan(plan_id=plan.pk, revision=1, actor=personas.chair, objectives="Mine.")
    role.ends = timezone.localdate() - timedelta(days=1)
    role.save()
    services.submit_plan(plan_id=plan.pk, actor=personas.primary)
    with pytest.raises(Denied, match="You lead this group or wrote"):
        services.approve_plan(plan_id=plan.pk, actor=personas.chair)


def test_an_approved_plan_cannot_be_rewritten_on_any_path(group, personas, client_for):
    plan = WorkPlanFactory(group=group, state="approved")
    activity = plan.activities.first()
    lead = client_for(personas.primary)
    assert lead.get(reverse("groups:plan_edit", args=[plan.pk])).status_code == 403
    page = lead.post(reverse("groups:plan_edit", args=[plan.pk]), {"objectives": "Other.", "revision": 1})
    assert page.status_code == 409
    assert "Other." in page.content.decode()
    assert lead.post(reverse("groups:activity_add", args=[plan.pk]), line(personas)).status_code == 403
    plan.objectives = "Other."
    activity.title = "Other."
    for write in (
        plan.save,
        activity.save,
        activity.delete,
        lambda: plan.activities.update(title="Other."),
        lambda: plan.activities.all().delete(),
        lambda: ActivityFactory(plan=plan),
    ):
        with pytest.raises(PlanIsFixed):
            write()
    plan.refresh_from_db()
    assert plan.objectives == "To know who does what."
    assert not plan.activities.filter(title="Other.").exists()


def test_a_submitted_plan_stands_until_it_is_returned(group, personas):
    plan = WorkPlanFactory(group=group, state="submitted")
    with pytest.raises(Denied, match="It is with the committee"):
        services.change_plan(plan_id=plan.pk, revision=1, actor=personas.primary, objectives="Other.")


def test_the_next_version_starts_as_a_copy_and_supersedes_the_one_in_force(group, personas):
    first = WorkPlanFactory(group=group, state="approved")
    second = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    assert (second.version, second.activities.count()) == (2, 2)
    activity = second.activities.first()
    services.change_activity(activity_id=activity.pk, revision=1, actor=personas.primary, title="Sharper")
    services.submit_plan(plan_id=second.pk, actor=personas.primary)
    first.refresh_from_db()
    assert first.status == "approved"
    services.approve_plan(plan_id=second.pk, actor=personas.chair, manner="meeting", held_on=timezone.localdate())
    first.refresh_from_db()
    assert first.status == "superseded"
    assert events.of(first).filter(verb="workplan.supersede").exists()


def test_the_database_knows_one_approved_plan_per_group_and_year(group):
    WorkPlanFactory(group=group, state="approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkPlanFactory(group=group, version=2, state="approved")


def test_a_second_draft_of_the_year_is_refused_and_the_first_is_opened(group, personas, client_for):
    lead = client_for(personas.primary)
    url = reverse("groups:plan_start", args=[group.code])
    first = lead.post(url, {"year": THIS_YEAR})
    assert lead.post(url, {"year": THIS_YEAR}).url == first.url
    assert WorkPlan.objects.count() == 1
    with pytest.raises(NotPossible):
        services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends": f"{THIS_YEAR}-01-01"}, "ends"),
        ({"starts": f"{THIS_YEAR + 1}-01-01", "ends": f"{THIS_YEAR + 1}-02-01"}, "starts"),
        ({"starts": f"{THIS_YEAR - 5}-01-01"}, "starts"),
        ({"deliverable_date": f"{THIS_YEAR}-12-31"}, "deliverable_date"),
        ({"deliverable": ""}, "deliverable"),
        ({"indicator": ""}, "indicator"),
        ({"title": ""}, "title"),
        ({"starts": "soon"}, "starts"),
    ],
)
def test_an_activity_that_does_not_fit_is_refused_at_the_field(group, personas, client_for, changes, field):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    page = client_for(personas.primary).post(reverse("groups:activity_add", args=[plan.pk]), line(personas, **changes))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not plan.activities.exists()


def test_an_activity_of_a_task_force_ends_with_it(personas, client_for):
    last_year = THIS_YEAR + 1
    group = TaskForceFactory(ends=date(last_year, 3, 31), starts=date(THIS_YEAR, 1, 1))
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    plan = services.start_plan(group_id=group.pk, year=last_year, actor=personas.primary)
    page = client_for(personas.primary).post(
        reverse("groups:activity_add", args=[plan.pk]),
        line(personas, starts=f"{last_year}-02-01", ends=f"{last_year}-06-30", deliverable_date=f"{last_year}-03-15"),
    )
    assert "The group ends on" in str(page.context["form"].errors["ends"])
    with pytest.raises(NotPossible):
        services.start_plan(group_id=group.pk, year=last_year + 1, actor=personas.primary)


def test_people_outside_the_group_cannot_be_made_responsible(group, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    page = client_for(personas.primary).post(
        reverse("groups:activity_add", args=[plan.pk]), line(personas, owner=personas.outsider.pk)
    )
    assert page.status_code == 422
    assert "owner" in page.context["form"].errors


def test_an_activity_sent_twice_is_there_once(group, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    lead = client_for(personas.primary)
    url = reverse("groups:activity_add", args=[plan.pk])
    key = lead.get(url).context["form"]["key"].value()
    for _ in range(2):
        lead.post(url, line(personas, key=key))
    assert plan.activities.count() == 1


def test_with_script_the_list_comes_back_and_an_error_comes_into_the_form(group, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    lead = client_for(personas.primary)
    url = reverse("groups:activity_add", args=[plan.pk])
    opened = lead.get(url, headers={"HX-Request": "true"})
    assert opened.headers["HX-Retarget"] == "#activity-form"
    assert "<html" not in opened.content.decode()
    wrong = lead.post(url, line(personas, title=""), headers={"HX-Request": "true"})
    assert (wrong.status_code, wrong.headers["HX-Retarget"]) == (422, "#activity-form")
    saved = lead.post(url, line(personas), headers={"HX-Request": "true"})
    assert saved.status_code == 200
    assert 'id="activities"' in saved.content.decode()


def test_an_activity_edited_in_two_windows_shows_what_the_other_did(group, personas, client_for):
    make_lead(group, user=personas.reporter, organisation=personas.organisation, role="co_lead")
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    client_for(personas.primary).post(reverse("groups:activity_add", args=[plan.pk]), line(personas))
    activity = plan.activities.get()
    url = reverse("groups:activity_edit", args=[activity.pk])
    client_for(personas.reporter).post(url, line(personas, title="Theirs", revision=1))
    page = client_for(personas.primary).post(url, line(personas, title="Mine", revision=1))
    assert page.status_code == 409
    assert [(row.label, row.theirs, row.mine) for row in page.context["conflict"]] == [("Title", "Theirs", "Mine")]
    again = page.context["form"]["revision"].value()
    client_for(personas.primary).post(url, line(personas, title="Mine", revision=again))
    activity.refresh_from_db()
    assert activity.title == "Mine"


def test_with_script_a_conflict_and_a_refusal_come_into_the_form_too(group, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    lead, script = client_for(personas.primary), {"HX-Request": "true"}
    lead.post(reverse("groups:activity_add", args=[plan.pk]), line(personas))
    activity = plan.activities.get()
    url = reverse("groups:activity_edit", args=[activity.pk])
    lead.post(url, line(personas, title="Theirs", revision=1))
    page = lead.post(url, line(personas, title="Mine", revision=1), headers=script)
    assert page.status_code == 422
    assert "Somebody saved this while you were writing" in page.content.decode()
    services.change_plan(plan_id=plan.pk, revision=1, actor=personas.primary, objectives="Clear.")
    services.submit_plan(plan_id=plan.pk, actor=personas.primary)
    for path in (url, reverse("groups:activity_add", args=[plan.pk])):
        page = lead.post(path, line(personas, title="Late thought", revision=2), headers=script)
        assert page.status_code == 422
        assert "It is with the committee" in page.content.decode()
        assert "Late thought" in page.content.decode()
    remove = reverse("groups:activity_remove", args=[plan.pk, activity.pk])
    assert lead.post(remove, headers=script).headers["HX-Redirect"] == plan.get_absolute_url()
    assert lead.post(remove).status_code == 403


def test_the_plan_itself_edited_in_two_windows_shows_what_the_other_did(group, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    services.change_plan(plan_id=plan.pk, revision=1, actor=personas.primary, objectives="Theirs")
    page = client_for(personas.primary).post(
        reverse("groups:plan_edit", args=[plan.pk]), {"objectives": "Mine", "meetings": "", "revision": 1}
    )
    assert page.status_code == 409
    assert [(row.theirs, row.mine) for row in page.context["conflict"]] == [("Theirs", "Mine")]
    plan.refresh_from_db()
    assert plan.objectives == "Theirs"


def test_an_activity_removed_twice_is_gone_once(group, personas, client_for):
    plan = WorkPlanFactory(group=group)
    activity = plan.activities.first()
    url = reverse("groups:activity_remove", args=[plan.pk, activity.pk])
    lead = client_for(personas.primary)
    lead.post(url, {"revision": activity.revision})
    assert "was removed already" in lead.post(url, {"revision": activity.revision}, follow=True).content.decode()
    assert plan.activities.count() == 1
    assert events.of(plan).get(verb="workplan.drop_activity").data == {"activity": str(activity)}


def test_an_activity_that_somebody_changed_meanwhile_is_not_removed_unseen(group, personas, client_for):
    plan = WorkPlanFactory(group=group)
    activity = plan.activities.first()
    Activity.objects.filter(pk=activity.pk).update(title="Another one", revision=activity.revision + 1)
    url = reverse("groups:activity_remove", args=[plan.pk, activity.pk])
    page = client_for(personas.primary).post(url, {"revision": activity.revision}, follow=True).content.decode()
    assert "is not removed: somebody changed it" in page
    assert "Another one" in page
    assert plan.activities.filter(pk=activity.pk).exists()


def test_what_is_missing_stands_against_submitting(group, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    page = client_for(personas.primary).post(reverse("groups:plan_submit", args=[plan.pk]), follow=True)
    text = page.content.decode()
    assert "Say what the group wants to reach" in text
    assert "Add at least one activity" in text
    plan.refresh_from_db()
    assert (plan.status, plan.submissions.count()) == ("draft", 0)


def test_approving_what_was_returned_meanwhile_says_so(group, personas, client_for):
    plan = WorkPlanFactory(group=group, state="submitted")
    services.return_plan(plan_id=plan.pk, actor=personas.vice_chair, note="Why?")
    page = client_for(personas.chair).post(reverse("groups:plan_approve", args=[plan.pk]), {}, follow=True)
    assert "Vice Chair returned the work plan in the meantime" in page.content.decode()


def test_drafts_are_for_the_group_and_its_committee_and_settled_plans_for_every_member(group, personas, client_for):
    draft = WorkPlanFactory(group=group, year=THIS_YEAR + 1)
    approved = WorkPlanFactory(group=group, state="approved")
    outsider = client_for(personas.outsider)
    assert outsider.get(draft.get_absolute_url()).status_code == 404
    page = outsider.get(approved.get_absolute_url())
    assert page.status_code == 200
    assert "History" not in page.content.decode()
    assert client_for(personas.visitor).get(approved.get_absolute_url()).status_code == 302


def test_a_guest_sees_the_one_plan_that_was_opened_to_them(group, personas, client_for):
    draft = WorkPlanFactory(group=group)
    other = WorkPlanFactory(group=GroupFactory())
    grants.give("groups.view_workplan", personas.stranger, draft)
    guest = client_for(personas.stranger)
    assert guest.get(draft.get_absolute_url()).status_code == 200
    assert guest.get(other.get_absolute_url()).status_code == 404
    assert guest.get(group.get_workspace_url()).status_code == 404
    grants.withdraw("groups.view_workplan", personas.stranger, draft)
    assert guest.get(draft.get_absolute_url()).status_code == 404


def test_owners_tell_how_their_activity_goes_once_the_plan_is_approved(group, personas, client_for):
    plan = WorkPlanFactory(group=group)
    ActivityFactory(plan=plan, organisation=personas.organisation, owner=personas.delegate, title="Ours")
    WorkPlan._base_manager.filter(pk=plan.pk).update(status="approved")
    ours = plan.activities.get(title="Ours")
    url = reverse("groups:activity_report", args=[ours.pk])
    owner = client_for(personas.delegate)
    owner.post(url, {"status": "running", "progress": "40", "note": "Half the survey is in."})
    ours.refresh_from_db()
    assert (ours.status, ours.progress) == ("running", 40)
    owner.post(url, {"status": "running", "progress": "60", "note": ""})
    assert owner.post(url, {"status": "dropped", "progress": "60", "note": ""}).status_code == 422
    assert owner.post(url, {"status": "running", "progress": "160", "note": ""}).status_code == 422
    owner.post(url, {"status": "done", "progress": "60", "note": "There."})
    ours.refresh_from_db()
    assert (ours.status, ours.progress) == ("done", 100)
    assert [event.verb for event in events.of(ours).order_by("pk")] == [
        "activity.start",
        "activity.report",
        "activity.finish",
    ]
    theirs = plan.activities.get(title="Activity 1")
    assert owner.get(reverse("groups:activity_report", args=[theirs.pk])).status_code == 403


def test_a_plan_is_completed_by_the_lead_when_its_year_is_over(group, personas):
    this, last = WorkPlanFactory(group=group, state="approved"), None
    with pytest.raises(Denied, match="when its year is over"):
        services.complete_plan(plan_id=this.pk, actor=personas.primary)
    last = WorkPlanFactory(group=group, year=THIS_YEAR - 1)
    Activity.objects.filter(plan=last).update(starts=date(THIS_YEAR - 1, 1, 1), ends=date(THIS_YEAR - 1, 6, 1))
    WorkPlan._base_manager.filter(pk=last.pk).update(status="approved")
    with pytest.raises(NotPossible, match="Say what the group reached"):
        services.complete_plan(plan_id=last.pk, actor=personas.primary)
    outcomes = {str(row.key): "Goes on next year." for row in last.activities.all()}
    services.save_closing_report(
        plan_id=last.pk, revision=0, actor=personas.primary, summary="All of it.", outcomes=outcomes
    )
    assert services.complete_plan(plan_id=last.pk, actor=personas.primary).status == "completed"


def test_the_timeline_can_be_downloaded(group, personas, client_for):
    plan = WorkPlanFactory(group=group, state="approved")
    member = client_for(personas.primary)
    for kind in ("csv", "svg"):
        answer = member.get(plan.get_absolute_url(), {"download": kind, "chart": "timeline"})
        assert answer.status_code == 200
        assert b"Activity 1" in answer.content


def test_progress_told_while_the_next_version_is_written_is_not_lost_when_it_is_approved(group, personas):
    first = WorkPlanFactory(group=group, state="approved")
    going, other = first.activities.order_by("pk")
    second = services.start_plan(group_id=group.pk, year=first.year, actor=personas.primary)
    services.add_activity(
        plan_id=second.pk,
        actor=personas.primary,
        activity_type=going.activity_type,
        title="A new one",
        owner=personas.primary,
        starts=going.starts,
        ends=going.ends,
    )
    services.report_activity(
        activity_id=going.pk, actor=personas.primary, status="running", progress=60, note="Half of the interviews."
    )
    services.submit_plan(plan_id=second.pk, actor=personas.primary)
    services.report_activity(activity_id=other.pk, actor=personas.primary, status="done", progress=100)
    services.approve_plan(plan_id=second.pk, actor=personas.chair, manner="meeting", held_on=timezone.localdate())
    found = {row.title: (row.status, row.progress, row.progress_note) for row in second.activities.all()}
    assert found == {
        going.title: ("running", 60, "Half of the interviews."),
        other.title: ("done", 100, ""),
        "A new one": ("planned", 0, ""),
    }


def test_the_plans_of_a_closed_group_stay_as_they_are(group, personas, client_for):
    plan = WorkPlanFactory(group=group)
    Group._base_manager.filter(pk=group.pk).update(status="closed")
    lead = client_for(personas.primary)
    assert lead.post(reverse("groups:plan_submit", args=[plan.pk])).status_code == 403
    assert lead.get(reverse("groups:plan_edit", args=[plan.pk])).status_code == 403
    assert lead.post(reverse("groups:activity_add", args=[plan.pk]), line(personas)).status_code == 403
    with pytest.raises(Denied, match="closed"):
        services.submit_plan(plan_id=plan.pk, actor=personas.primary)
    plan = WorkPlan.objects.get(pk=plan.pk)
    assert (plan.status, plan.activities.count()) == ("draft", 2)


def test_who_led_the_group_when_its_plan_was_handed_in_does_not_decide_after_stepping_down(group, personas):
    role = make_lead(group, user=personas.vice_chair, role="co_lead")
    plan = WorkPlanFactory(group=group, state="submitted")
    type(role).objects.filter(pk=role.pk).update(ended_at=timezone.now(), ends=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Denied):
        services.approve_plan(plan_id=plan.pk, actor=personas.vice_chair)
    assert personas.vice_chair.pk in plan.recused()
    services.approve_plan(plan_id=plan.pk, actor=personas.chair)


def test_a_plan_in_force_takes_as_many_queries_with_two_activities_as_with_twelve(group, personas, client_for):
    plan = WorkPlanFactory(group=group, state="approved")
    counts = []
    for total in (2, 12):
        while plan.activities.count() < total:
            Activity.objects.bulk_create([copied(plan.activities.first())])
        browser = client_for(personas.primary)
        browser.get(plan.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(plan.get_absolute_url()).content.decode()
        assert page.count("/report/") >= total
        counts.append(len(queries))
    assert counts[0] == counts[1]


def copied(activity):
    """Another one, written past the model: a plan in force takes none."""
    activity.pk, activity.key = None, uuid.uuid4()
    activity._state.adding = True
    return activity
