"""A new version of an approved plan: moved dates go to the chair, a change of scope to the committee."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from committees.models import Decision
from committees.services import procedures
from groups import services
from groups.scope import causes
from tests.factories.groups import THIS_YEAR, GroupFactory, MeetingFactory, WorkPlanFactory, make_lead
from tests.variants import telling

FIRST, LAST = date(2026, 1, 10), date(2026, 11, 30)
SURVEY = {
    "key": "a",
    "title": "Survey",
    "type": "Skills intelligence",
    "organisation": "Acme",
    "owner": 1,
    "starts": "2026-02-01",
    "ends": "2026-06-30",
    "deliverable": "Report",
    "deliverable_date": "2026-06-15",
    "indicator": "K1",
    "target": 500,
}
PLAN = {"objectives": "Know the skills.", "meetings": 4, "resources": "Two people.", "activities": [SURVEY]}


def changed(of_plan=None, **of_activity):
    after = deepcopy(PLAN) | (of_plan or {})
    after["activities"][0] |= of_activity
    return after


def fields(after, last=LAST):
    return [(one.key, one.field) for one in causes(PLAN, after, FIRST, last)]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"starts": "2026-03-01"},
        {"starts": FIRST.isoformat()},
        {"ends": LAST.isoformat()},
        {"deliverable_date": "2026-06-30"},
        {"owner": 2},
        {"owner": None},
        {"organisation": "Other"},
        {"of_plan": {"meetings": 6}},
        {"starts": "2026-03-01", "ends": "2026-07-31", "deliverable_date": "2026-07-01", "owner": 2},
    ],
)
def test_moved_dates_and_other_hands_are_for_the_chair(change):
    assert fields(changed(**change)) == []


@pytest.mark.parametrize(
    ("change", "key", "field"),
    [
        ({"of_plan": {"objectives": "Something else."}}, "", "objectives"),
        ({"of_plan": {"resources": "Ten people."}}, "", "resources"),
        ({"title": "Another survey"}, "a", "title"),
        ({"type": "Training offer"}, "a", "type"),
        ({"deliverable": "Two reports"}, "a", "deliverable"),
        ({"deliverable": ""}, "a", "deliverable"),
        ({"indicator": "K4"}, "a", "indicator"),
        ({"target": 400}, "a", "target"),
        ({"target": None}, "a", "target"),
        ({"deliverable_date": ""}, "a", "deliverable_date"),
        ({"starts": "2026-01-09"}, "a", "starts"),
        ({"ends": "2026-12-01"}, "a", "ends"),
        ({"deliverable_date": "2026-12-01"}, "a", "deliverable_date"),
    ],
)
def test_everything_else_is_scope(change, key, field):
    after = changed(**change)
    assert fields(after) == [(key, field)]
    assert all(str(one) for one in causes(PLAN, after, FIRST, LAST))


def test_activities_that_come_and_go_are_scope():
    other = SURVEY | {"key": "b", "title": "Course"}
    assert fields(deepcopy(PLAN) | {"activities": [SURVEY, other]}) == [("b", "added")]
    assert fields(deepcopy(PLAN) | {"activities": [other]}) == [("b", "added"), ("a", "removed")]


def test_a_permanent_group_has_no_last_day():
    assert fields(changed(ends="2027-03-31"), last=None) == []


# -- What the portal makes of it -----------------------------------------------------------------------------------


@pytest.fixture
def group(db, personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    WorkPlanFactory(group=group, state="approved")
    return group


def second_version(group, personas, **changes):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    activity = plan.activities.order_by("pk")[0]
    services.change_activity(activity_id=activity.pk, revision=1, actor=personas.primary, **changes)
    services.submit_plan(plan_id=plan.pk, actor=personas.primary)
    return plan


def test_a_change_of_dates_is_approved_by_the_chair_alone(group, personas, client_for):
    plan = second_version(group, personas, ends=date(THIS_YEAR, 10, 31))
    chair = client_for(personas.chair)
    assert "the chair decides alone" in chair.get(plan.get_absolute_url()).content.decode()
    answer = chair.post(reverse("groups:plan_approve", args=[plan.pk]), {"manner": "chair", "note": "Fine."})
    plan.refresh_from_db()
    assert (answer.status_code, plan.status) == (302, "approved")


@pytest.mark.parametrize("manner", telling(["chair", "", "written"], 0))
def test_a_chair_cannot_approve_a_change_of_scope_alone(group, personas, client_for, manner):
    plan = second_version(group, personas, title="Something else")
    chair = client_for(personas.chair)
    page = chair.get(plan.get_absolute_url()).content.decode()
    assert "The committee decides on that" in page
    assert reverse("committees:procedure_open", args=["workplan", plan.pk]) in page
    answer = chair.post(reverse("groups:plan_approve", args=[plan.pk]), {"manner": manner, "note": "Fine."})
    plan.refresh_from_db()
    assert plan.status == "submitted"
    if manner == "written":  # nobody says so of themselves
        assert answer.status_code == 422
    else:
        assert answer.status_code == 403
        assert "“Something else”: Title" in answer.content.decode()


def test_a_change_of_scope_is_approved_with_the_meeting_that_decided_it(group, personas, client_for):
    plan = second_version(group, personas, title="Something else")
    chair, url = client_for(personas.chair), reverse("groups:plan_approve", args=[plan.pk])
    late = timezone.now() + timedelta(days=5)
    with time_machine.travel(late, tick=False):
        chair = client_for(personas.chair)
        held = MeetingFactory(group=None, committee=group.committee, title="Autumn meeting", days=-1)
        too_early = MeetingFactory(group=None, committee=group.committee, days=-9)
        elsewhere = MeetingFactory(days=-1)
        to_come = MeetingFactory(group=None, committee=group.committee, days=3)
        for wrong in (too_early, elsewhere, to_come):
            answer = chair.post(url, {"manner": "meeting", "meeting_id": wrong.pk})
            assert answer.status_code == 422
            assert "meeting_id" in answer.context["approve_form"].errors
        days = {"": "Choose the meeting", "2020-01-01": "it cannot have decided before", "2150-01-01": "still to come"}
        for day, words in days.items():
            answer = chair.post(url, {"manner": "meeting", "held_on": day})
            assert answer.status_code == 422
            assert words in str(answer.context["approve_form"].errors["held_on"])
        page = chair.post(url, {"manner": "meeting", "meeting_id": held.pk, "note": "All agreed."}, follow=True)
    plan.refresh_from_db()
    assert (plan.status, plan.decided_in, plan.decided_on) == ("approved", held, held.local_start.date())
    assert "Autumn meeting" in page.content.decode()
    assert Decision.objects.get().manner == "meeting"


def test_a_change_of_scope_is_approved_by_written_procedure(group, personas):
    plan = second_version(group, personas, deliverable="Another report")
    last_day = procedures.first_last_day()
    procedures.open_procedure(subject=plan, actor=personas.chair, last_day=last_day)
    with time_machine.travel(last_day + timedelta(days=2), tick=False):
        procedures.close_due()
    plan.refresh_from_db()
    assert plan.status == "approved"
    assert Decision.objects.get().manner == "written"


def test_the_office_decides_on_scope_no_more_than_a_chair(personas, client_for):
    group = GroupFactory()
    make_lead(group, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    make_lead(group, user=personas.primary, organisation=personas.organisation, role="co_lead")
    WorkPlanFactory(group=group, state="approved")
    plan = second_version(group, personas, title="Something else")
    url = reverse("groups:plan_approve", args=[plan.pk])
    answer = client_for(personas.office).post(url, {"manner": "chair"})
    assert answer.status_code == 403
    assert "changes the scope" in answer.content.decode()


def test_before_submitting_the_lead_reads_who_decides_and_why(group, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR, actor=personas.primary)
    lead, url = client_for(personas.primary), reverse("groups:plan_submit", args=[plan.pk])
    assert "says the same as the one in force" in lead.get(url).content.decode()
    activity = plan.activities.order_by("pk")[0]
    services.change_activity(
        activity_id=activity.pk, revision=1, actor=personas.primary, starts=date(THIS_YEAR, 2, 1), title="Better"
    )
    page = lead.get(url).content.decode()
    assert "The committee decides" in page
    assert "“Better”: Title" in page
    assert "“Better”: Starts" not in page
    assert "2 changes" not in page  # two fields of one activity
    assert f"1 Feb {THIS_YEAR}" in page


def test_what_is_missing_leads_to_its_field(group, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=THIS_YEAR + 1, actor=personas.primary)
    lead, url = client_for(personas.primary), reverse("groups:plan_submit", args=[plan.pk])
    page = lead.get(url).content.decode()
    assert f'href="{reverse("groups:plan_edit", args=[plan.pk])}#id_objectives"' in page
    assert f'href="{reverse("groups:activity_add", args=[plan.pk])}"' in page
    draft = WorkPlanFactory(group=GroupFactory(starts=date(THIS_YEAR, 3, 1)))
    make_lead(draft.group, user=personas.primary, organisation=personas.organisation)
    row = draft.activities.order_by("pk")[0]
    services.change_activity(
        activity_id=row.pk, revision=1, actor=personas.primary, organisation=None, starts=date(THIS_YEAR, 3, 1)
    )
    answer = lead.post(reverse("groups:plan_submit", args=[draft.pk]))
    here, other = (reverse("groups:activity_edit", args=[one.pk]) for one in draft.activities.order_by("pk"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="{here}#id_organisation"' in page
    assert f'href="{other}#id_starts"' in page
    assert f'href="{here}#id_deliverable"' in page
    draft.refresh_from_db()
    assert draft.status == "draft"
