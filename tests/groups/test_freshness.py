"""Groups without news: who sees it, what counts as news, and what it costs to find out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.models import Committee
from core import waiting, workflow
from core.models import Event, EventTarget
from groups import freshness
from groups.desk import desk_of
from groups.models import Group
from groups.overdue import send_reminders
from groups.services import plans, progress
from groups.steps import CALL_MEETING, PROMPT_END
from members.models import User
from tests.factories.groups import GroupFactory, MeetingFactory, WorkPlanFactory, make_lead

pytestmark = pytest.mark.django_db
FOUNDED = date(2026, 1, 12)
BRUSSELS = ZoneInfo("Europe/Brussels")


def on(day: date, hour: int = 9, minute: int = 0):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, minute, tzinfo=BRUSSELS), tick=False)


def stale_on(day: date, **at) -> list[str]:
    with on(day, **at):
        return [group.title for group in freshness.stale(Group.objects.order_by("title"))]


@pytest.fixture
def group(personas):
    with on(FOUNDED):
        found = GroupFactory(title="Quiet", starts=FOUNDED)
        make_lead(found, user=personas.primary, organisation=personas.organisation)
    return found


def test_a_group_is_stale_after_ninety_days_without_anything(personas, group):
    assert stale_on(FOUNDED + timedelta(days=90)) == []
    assert stale_on(FOUNDED + timedelta(days=91)) == ["Quiet"]


@pytest.mark.parametrize("act", ["plan", "activity", "meeting"])
def test_what_somebody_does_on_anything_in_it_is_news_for_ninety_days(personas, group, act):
    with on(FOUNDED + timedelta(days=80)):
        if act == "plan":
            plans.start_plan(group_id=group.pk, year=2026, actor=personas.primary)
        elif act == "meeting":
            workflow.act(CALL_MEETING, MeetingFactory(group=group), actor=personas.primary)
        else:
            activity = WorkPlanFactory(group=group, year=2026, state="approved").activities.first()
            progress.report_activity(
                activity_id=activity.pk, actor=personas.primary, status="running", progress=20, note="Begun."
            )
    moment = Event.objects.order_by("-pk")[0].at
    assert stale_on(FOUNDED + timedelta(days=170), hour=8) == []
    assert stale_on(FOUNDED + timedelta(days=170), hour=9, minute=1) == ["Quiet"]
    with on(FOUNDED + timedelta(days=171)):
        assert freshness.stale(Group.objects.all()).get().last_news == moment


def test_what_the_portal_does_by_itself_is_no_news(personas, group):
    with on(FOUNDED + timedelta(days=85)):
        workflow.act(PROMPT_END, group, actor=User.objects.system())
        send_reminders()
    assert stale_on(FOUNDED + timedelta(days=91)) == ["Quiet"]


def test_a_closed_group_is_not_stale(personas, group):
    Group._base_manager.filter(pk=group.pk).update(status="closed")
    assert stale_on(FOUNDED + timedelta(days=200)) == []


def test_it_is_marked_for_people_inside_and_not_for_visitors(personas, client_for, group):
    mark = "no news for 90 days"
    with on(FOUNDED + timedelta(days=91)):
        GroupFactory(title="Lively", starts=FOUNDED + timedelta(days=80))
        for who in ("chair", "delegate", "outsider", "office"):
            browser = client_for(personas[who])
            assert browser.get("/groups/").content.decode().count(mark) == 1, who
            assert mark in browser.get(group.get_absolute_url()).content.decode()
        page = client_for(personas.chair).get("/groups/", {"news": "stale"})
        assert [row.title for row in page.context["page"]] == ["Quiet"]
        assert mark in client_for(personas.primary).get(group.get_workspace_url()).content.decode()
        for who in ("visitor", "stranger"):
            browser = client_for(personas[who])
            page = browser.get("/groups/", {"news": "stale"})
            assert len(page.context["page"].object_list) == 2, "the filter is not theirs either"
            assert mark not in page.content.decode() + browser.get(group.get_absolute_url()).content.decode()


def test_it_lies_on_the_desk_of_the_committee_and_on_the_page_of_the_lead(personas, client_for, group):
    with on(FOUNDED + timedelta(days=100)):
        assert [one.title for one in desk_of(group.committee, personas.chair).stale.rows] == ["Quiet"]
        assert (
            "1 group has had no news for long" in client_for(personas.chair).get("/committees/TECH/").content.decode()
        )
        (item,) = [one for one in waiting.waiting_for(personas.primary) if one.kind == "group"]
        assert (item.action, item.url) == ("Tell how it goes", group.get_workspace_url())
        assert item.since.date() == FOUNDED + timedelta(days=90)
        plan = WorkPlanFactory(group=group, year=2026, state="approved")
        (item,) = [one for one in waiting.waiting_for(personas.primary) if one.kind == "group"]
        assert item.url == plan.get_absolute_url()
        activity = plan.activities.first()
        client_for(personas.primary).post(
            reverse("groups:activity_report", args=[activity.pk]),
            {"status": "running", "progress": 10, "progress_note": "Begun.", "revision": activity.revision},
        )
        assert not [one for one in waiting.waiting_for(personas.primary) if one.kind == "group"]


@pytest.mark.thorough
def test_the_list_takes_the_same_number_of_queries_for_ten_and_for_a_thousand(personas, client_for):
    committee = Committee.objects.get(code="TECH")
    browser, counts = client_for(personas.chair), []
    with on(FOUNDED + timedelta(days=300)):
        for total in (10, 1000):
            have = Group.objects.count()
            made = Group.objects.bulk_create(
                Group(
                    code=f"TECH-WG-{n:04d}",
                    title=f"Group {n}",
                    kind="working_group",
                    committee=committee,
                    scope="x",
                    starts=FOUNDED,
                )
                for n in range(have, total)
            )
            events = Event.objects.bulk_create(
                Event(verb="workplan.start", actor=personas.primary, subject_label="x") for _group in made[::2]
            )
            kind = freshness.ContentType.objects.get_for_model(Group)
            EventTarget.objects.bulk_create(
                EventTarget(event=event, content_type=kind, object_id=group.pk, role="parent")
                for event, group in zip(events, made[::2], strict=True)
            )
            browser.get("/groups/", {"news": "stale"})
            with CaptureQueriesContext(connection) as counted:
                page = browser.get("/groups/", {"news": "stale"})
            assert page.context["page"].paginator.count == total // 2
            counts.append(len(counted))
    assert counts[0] == counts[1]
