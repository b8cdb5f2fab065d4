"""A task force from the first idea to its closing, over three years; its history tells all of it, in order."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from committees.models import Committee, Decision, Procedure
from committees.services import procedures
from core.models import ActivityType, Event, Notification, Theme
from groups import selectors, services
from groups.models import Activity, Group, GroupChange, Meeting, Proposal, WorkPlan
from groups.overdue import send_reminders
from groups.prompting import send_prompts
from members.models import User
from tests.factories.members import RepresentationFactory

pytestmark = pytest.mark.django_db
FIRST = date.today().year + 1  # noqa: DTZ011 (any year after that of the test)


@pytest.fixture
def on():
    """on(month, day, year=FIRST, hour=10): from now on it is that moment, in Brussels."""
    journey: list[time_machine.travel] = []

    def travel(month: int, day: int, year: int = FIRST, hour: int = 10) -> None:
        if journey:
            journey.pop().stop()
        moment = datetime(year, month, day, hour, tzinfo=ZoneInfo("Europe/Brussels"))
        journey.append(time_machine.travel(moment, tick=False))
        journey[-1].start()

    yield travel
    if journey:
        journey.pop().stop()


def anew(person) -> User:
    """Roles are remembered for a request, and here years pass."""
    return User.objects.get(pk=person.pk)


@pytest.mark.thorough
def test_the_whole_life_of_a_task_force_stands_in_its_history(personas, client_for, on):
    def do(person, name, pk, **data):
        """What the person does on a page: accepted, and nothing else."""
        answer = client_for(anew(person)).post(reverse(f"groups:{name}", args=[pk]), data)
        assert answer.status_code == 302, answer.context and answer.context.get("form")

    lead, chair = personas.primary, personas.chair
    founders = [RepresentationFactory(role="primary") for _ in range(2)]

    # The proposal, and the co-founders
    on(1, 11)
    proposal = services.start_proposal(
        actor=anew(lead),
        organisation_id=personas.organisation.pk,
        title="Battery passport",
        kind="task_force",
        committee=Committee.objects.get(code="TECH"),
        scope="Who reads the passport of a battery, and what they need to know.",
        expected_outputs="A course of two days.",
        ends=date(FIRST + 1, 6, 30),
        themes=Theme.objects.filter(committee_code="TECH")[:1],
        founders=[one.organisation for one in founders],
    )
    on(1, 12)
    do(lead, "proposal_submit", proposal.pk)
    for day, founder in zip((13, 14), founders, strict=True):
        on(1, day)
        row = proposal.founder_rows.get(organisation=founder.organisation)
        do(founder.user, "founder_confirm", row.pk)

    # The written procedure, adopted in silence
    on(1, 18)
    procedure = procedures.open_procedure(
        subject=Proposal.objects.get(pk=proposal.pk), actor=anew(chair), last_day=procedures.first_last_day()
    )
    on(2, 28)
    assert procedures.close_due() == {Procedure.Status.ADOPTED: 1}
    group = Group.objects.get()
    assert (group.code, group.status, group.starts, procedure.committee_id) == (
        "TECH-TF-01",
        "active",
        date(FIRST, 2, 28),
        group.committee_id,
    )

    # The first plan
    on(3, 2)
    do(lead, "plan_start", group.code, year=FIRST)
    plan = WorkPlan.objects.get()
    services.change_plan(
        plan_id=plan.pk, revision=plan.revision, actor=anew(lead), objectives="To teach the passport.", meetings=2
    )
    activity = services.add_activity(
        plan_id=plan.pk,
        actor=anew(lead),
        activity_type=ActivityType.objects.current().first(),
        title="Write the course",
        organisation=personas.organisation,
        owner=lead,
        starts=date(FIRST, 4, 1),
        ends=date(FIRST, 6, 30),
        deliverable="The course",
        deliverable_date=date(FIRST, 6, 30),
    )
    on(3, 9)
    do(lead, "plan_submit", plan.pk)
    on(3, 16)
    do(chair, "plan_approve", plan.pk, note="Good.", manner="chair")

    # A meeting
    on(4, 6)
    begins = datetime(FIRST, 4, 20, 10, tzinfo=ZoneInfo("Europe/Brussels"))
    meeting = services.call_meeting(
        body=group,
        actor=anew(lead),
        title="First meeting",
        starts_at=begins,
        ends_at=begins.replace(hour=12),
        zone="Europe/Brussels",
        place="Brussels",
        link="",
        agenda="1. The course",
    )
    on(4, 20, hour=13)
    do(lead, "meeting_record", meeting.pk, minutes="We met.", decisions="Go on.", revision=meeting.revision)

    # The activity is overdue: its owner is told, and the plan gets another date, on which the chair decides alone
    on(7, 6, hour=7)
    assert send_reminders() == 1
    assert Notification.objects.filter(recipient=lead, event__verb="activity.remind").exists()
    on(7, 13)
    do(lead, "plan_start", group.code, year=FIRST)
    second = WorkPlan.objects.get(version=2)
    moved = second.activities.get(key=activity.key)
    services.change_activity(
        activity_id=moved.pk,
        revision=moved.revision,
        actor=anew(lead),
        ends=date(FIRST, 10, 30),
        deliverable_date=date(FIRST, 10, 30),
    )
    do(lead, "plan_submit", second.pk)
    on(7, 20)
    do(chair, "plan_approve", second.pk, note="Three months more.", manner="chair")
    assert WorkPlan.objects.get(version=1).status == "superseded"
    on(10, 19)
    do(lead, "activity_report", moved.pk, status="done", progress=100, note="It is taught.")
    on(1, 18, FIRST + 1)
    do(lead, "closing_report", second.pk, revision=0, summary="The course is taught.", then="submit")

    # Its end comes near: it is prompted, extended, prompted again, and closed
    on(5, 1, FIRST + 1, hour=7)
    assert send_prompts() == 1
    on(5, 4, FIRST + 1)
    ask = reverse("groups:change_ask", args=[group.code, "extension"])
    client_for(anew(lead)).post(ask, {"new_end": date(FIRST + 2, 3, 31), "reason": "A second pilot."})
    on(5, 11, FIRST + 1)
    do(chair, "change_grant", GroupChange.objects.get().pk, manner="meeting", note="A good pilot.")
    on(1, 30, FIRST + 2, hour=7)
    assert send_prompts() == 1
    on(2, 8, FIRST + 2)
    ask = reverse("groups:change_ask", args=[group.code, "closing"])
    client_for(anew(lead)).post(ask, {"reason": "It is done.", "report": "200 were taught.", "outputs": "The course."})
    on(2, 15, FIRST + 2)
    do(personas.vice_chair, "change_grant", GroupChange.objects.get(kind="closing").pk, note="Thank you.")
    group.refresh_from_db()
    assert (group.status, group.ends) == ("closed", date(FIRST + 2, 2, 15))

    # All of it stands in the history, in order, and is told on the page; the decisions also in the register
    story = list(selectors.history_of(group, anew(chair)))[::-1]
    assert [event.verb for event in story] == STORY
    assert [event.at for event in story] == sorted(event.at for event in story)
    page = client_for(anew(chair)).get(f"{group.get_workspace_url()}?history=all").content.decode()
    place = 0
    for event in reversed(story):
        told = str(event.phrase)
        assert told != event.verb, f"{event.verb} has no words"
        place = page.find(told, place)
        assert place > 0, f"{event.verb} is not told, or not in its place"
    about_it = Event.objects.filter(subject_label__contains="Battery passport").values_list("pk", flat=True)
    assert set(about_it) <= {event.pk for event in story}
    kinds = Decision.objects.order_by("pk").values_list("kind", "manner")
    assert list(kinds) == [
        ("proposal", "written"),
        ("workplan", "chair"),
        ("workplan", "chair"),
        ("extension", "meeting"),
        ("closing", "chair"),
    ]
    assert (Activity.objects.get(pk=moved.pk).status, Meeting.objects.get().minutes) == ("done", "We met.")


STORY = [
    "proposal.start",
    "proposal.submit",
    "founder.confirm",
    "founder.confirm",
    "procedure.open",
    "procedure.adopt",
    "proposal.accept",
    "group.found",
    "workplan.start",
    "workplan.submit",
    "workplan.approve",
    "meeting.call",
    "meeting.record",
    "activity.remind",
    "workplan.start",
    "workplan.submit",
    "workplan.supersede",
    "workplan.approve",
    "activity.finish",
    "workplan.complete",
    "group.prompt",
    "extension.ask",
    "extension.grant",
    "group.extend",
    "group.prompt",
    "closing.ask",
    "closing.grant",
    "group.close",
]
