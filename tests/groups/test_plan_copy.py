"""An empty plan begins as a copy of the plan of the year before."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from core import events
from core.models import ActivityType
from groups import services
from groups.models import Activity, WorkPlan
from groups.services.copying import _a_year_later
from tests.factories.groups import THIS_YEAR, ActivityFactory, TaskForceFactory, WorkPlanFactory, make_lead
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
NEXT_YEAR = THIS_YEAR + 1


@pytest.fixture
def group(personas):
    group = TaskForceFactory(starts=date(THIS_YEAR, 2, 15), ends=date(NEXT_YEAR, 10, 31))
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return group


def activity(plan, title, first, last, **more):
    days = {"starts": date(THIS_YEAR, *first), "ends": date(THIS_YEAR, *last)}
    return ActivityFactory(plan=plan, title=title, **days, **more)


@pytest.fixture
def last_year(group, personas):
    plan = WorkPlanFactory(group=group, year=THIS_YEAR, resources="Two people.")
    Activity.objects.filter(plan=plan).delete()
    kept = {"organisation": personas.organisation, "owner": personas.primary}
    activity(plan, "Survey", (3, 1), (12, 20), deliverable="Report", deliverable_date=date(THIS_YEAR, 12, 1), **kept)
    activity(plan, "Course", (3, 1), (6, 30), owner=UserFactory(), indicator="K4", target=20, status="done")
    activity(plan, "Fair", (11, 5), (12, 1), **kept)
    activity(plan, "Guide", (4, 1), (5, 1), status="dropped", **kept)
    WorkPlan._base_manager.filter(pk=plan.pk).update(status="completed")
    return plan


def test_dates_move_by_a_year_into_the_life_of_the_group_and_nothing_is_done(group, last_year, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=NEXT_YEAR, actor=personas.primary)
    lead = client_for(personas.primary)
    url = reverse("groups:plan_copy", args=[plan.pk])
    assert url in lead.get(reverse("groups:plan_edit", args=[plan.pk])).content.decode()
    page = lead.post(url, follow=True).content.decode()
    plan.refresh_from_db()
    assert (plan.objectives, plan.meetings, plan.resources) == ("To know who does what.", 4, "Two people.")
    survey, course = plan.activities.order_by("-ends")
    assert (survey.title, str(survey.starts), str(survey.ends), str(survey.deliverable_date)) == (
        "Survey",
        f"{NEXT_YEAR}-03-01",
        f"{NEXT_YEAR}-10-31",
        f"{NEXT_YEAR}-10-31",
    )
    assert (survey.owner, survey.organisation) == (personas.primary, personas.organisation)
    assert (course.status, course.progress, course.owner, course.organisation) == ("planned", 0, None, None)
    assert (course.indicator, course.target) == ("K4", 20)
    assert "Left out, dropped then or beyond the end of the group: Guide, Fair." in page
    assert "Somebody responsible does not take part any more: Course." in page
    assert url not in page
    assert events.of(plan).filter(verb="workplan.copy").count() == 1


def test_what_the_catalogue_dropped_is_told_and_must_be_replaced_before_submitting(
    group, last_year, personas, client_for
):
    entry = ActivityType.objects.current().first()
    entry.retired_at = timezone.now()
    entry.save()
    plan = services.start_plan(group_id=group.pk, year=NEXT_YEAR, actor=personas.primary)
    lead = client_for(personas.primary)
    page = lead.post(reverse("groups:plan_copy", args=[plan.pk]), follow=True).content.decode()
    assert "not in the catalogue any more, choose another: Survey, Course." in page.replace(
        "Course, Survey", "Survey, Course"
    )
    page = lead.get(reverse("groups:plan_submit", args=[plan.pk])).content.decode()
    assert "is not in the catalogue any more: choose a type that is." in page
    assert "Something is missing" in page
    ActivityType.objects.create(code=entry.code, version=entry.version + 1, name="The same, renamed")
    other = WorkPlan.objects.get(pk=plan.pk)
    other.activities.all().delete()
    WorkPlan._base_manager.filter(pk=plan.pk).update(objectives="", resources="")
    copied = services.copy_last_year(plan_id=plan.pk, actor=personas.primary)
    assert copied.retired == []
    assert {row.activity_type.version for row in plan.activities.all()} == {entry.version + 1}


def test_a_plan_in_which_something_is_written_is_left_as_it_is(group, last_year, personas, client_for):
    plan = services.start_plan(group_id=group.pk, year=NEXT_YEAR, actor=personas.primary)
    services.change_plan(plan_id=plan.pk, revision=1, actor=personas.primary, objectives="Written.")
    page = client_for(personas.primary).post(reverse("groups:plan_copy", args=[plan.pk]), follow=True)
    assert "Only an empty plan can be filled" in page.content.decode()
    plan.refresh_from_db()
    assert (plan.objectives, plan.activities.count()) == ("Written.", 0)


def test_a_leap_day_becomes_the_last_of_february():
    assert _a_year_later(date(2028, 2, 29)) == date(2029, 2, 28)
    assert _a_year_later(date(2027, 2, 28)) == date(2028, 2, 28)
