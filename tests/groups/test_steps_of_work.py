"""Each step of a group's daily work, and who may take it: what it asks for, its meetings, papers and discussions. With
the steps of test_steps these are all that there are."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from committees.models import Committee
from groups import services, steps
from groups.models import MeetingAction
from groups.services import announcements, dialogue
from members.models import today
from tests.factories.dialogue import CommentFactory, ThreadFactory
from tests.factories.groups import (
    GroupMembershipFactory,
    MeetingFactory,
    OutputFactory,
    RecommendationFactory,
    TaskForceFactory,
    WorkPlanFactory,
    make_document,
)
from tests.groups.test_steps import STEPS as TOWARDS_A_DECISION
from tests.steps import ACME, LEADS, SEATS, STEERING, each_takes, group_of_acme, verbs_of

pytestmark = pytest.mark.django_db

WHO_RUNS_IT = LEADS | STEERING | {"office"}
WHO_READS_IT = LEADS | SEATS | ACME | {"office", "administrator"}


def _force(p):
    return group_of_acme(p, TaskForceFactory)


def _meeting(p, **more):
    return MeetingFactory(group=group_of_acme(p), **more)


def _action(p):
    meeting = _meeting(p, days=-2)
    return MeetingAction.objects.create(meeting=meeting, title="Ask around", owner=p.co_lead, due=today())


def _running(p):
    activity = WorkPlanFactory(group=group_of_acme(p), state="approved").activities.first()
    return services.report_activity(activity_id=activity.pk, status="running", progress=10, actor=p.primary)


def _thread(p, **more):
    return ThreadFactory(group=group_of_acme(p), **more)


def _ask(kind, **more):
    return lambda o, actor, note: services.ask_for_change(group_id=o.pk, kind=kind, actor=actor, reason=note, **more)


def _record(o, actor, note):
    services.record_meeting(
        meeting_id=o.pk, revision=o.record_revision, actor=actor, minutes=note, decisions="", attended=[]
    )


CHANGE_OF_STATE = {
    "activity.postpone": (
        _running,
        lambda o, **a: services.report_activity(activity_id=o.pk, status="planned", progress=0, **a),
        LEADS,
    ),
    "meeting.cancel": (_meeting, lambda o, **a: services.cancel_meeting(meeting_id=o.pk, **a), WHO_RUNS_IT),
    "meetingaction.finish": (
        _action,
        lambda o, **a: services.finish_action(action_id=o.pk, **a),
        WHO_RUNS_IT,
    ),
    "meetingaction.drop": (_action, lambda o, **a: services.drop_action(action_id=o.pk, **a), WHO_RUNS_IT),
    "document.withdraw": (
        lambda p: make_document(group_of_acme(p)),
        lambda o, **a: services.withdraw_document(document_id=o.pk, **a),
        WHO_RUNS_IT,
    ),
    "output.withdraw": (
        lambda p: OutputFactory(group=group_of_acme(p)),
        lambda o, **a: services.withdraw_output(output_id=o.pk, **a),
        WHO_RUNS_IT,
    ),
    "discussion.close": (_thread, lambda o, **a: dialogue.close_discussion(discussion_id=o.pk, **a), WHO_RUNS_IT),
    "discussion.reopen": (
        lambda p: _thread(p, status="closed"),
        lambda o, **a: dialogue.reopen_discussion(discussion_id=o.pk, **a),
        WHO_RUNS_IT,
    ),
    "comment.withdraw": (
        lambda p: CommentFactory(thread=_thread(p), author=p.delegate),
        lambda o, actor, note: dialogue.withdraw_comment(comment_id=o.pk, actor=actor),
        {"delegate"},
    ),
    "comment.remove": (
        lambda p: CommentFactory(thread=_thread(p), author=p.delegate),
        lambda o, **a: dialogue.remove_comment(comment_id=o.pk, **a),
        WHO_RUNS_IT,
    ),
}
NO_CHANGE_OF_STATE = {
    "extension.ask": (_force, lambda o, **a: _ask("extension", new_end=o.ends + timedelta(days=30))(o, **a), LEADS),
    "conversion.ask": (_force, _ask("conversion"), LEADS),
    # The committee asks for a closing too, where nobody of the group does; who asked is left out of the decision.
    "closing.ask": (_force, _ask("closing", report="Done.", outputs="A handbook."), LEADS | STEERING | {"office"}),
    "joining.represent": (
        lambda p: GroupMembershipFactory(organisation=p.organisation),
        lambda o, actor, note: services.change_people(
            membership_id=o.pk, actor=actor, representative=o.organisation.representations.all()[0].user
        ),
        ACME,
    ),
    "workplan.start": (
        group_of_acme,
        lambda o, actor, note: services.start_plan(group_id=o.pk, year=today().year, actor=actor),
        LEADS,
    ),
    "activity.report": (
        _running,
        lambda o, **a: services.report_activity(activity_id=o.pk, status="running", progress=60, **a),
        LEADS,
    ),
    "recommendation.draft": (
        lambda p: Committee.objects.get(code="TECH"),
        lambda o, actor, note: services.draft_recommendation(
            committee_id=o.pk, actor=actor, title="Agree", text=note, due=today() + timedelta(days=30)
        ),
        SEATS | {"office"},
    ),
    "recommendation.follow_up": (
        lambda p: RecommendationFactory(issued=True, status="accepted", group=group_of_acme(p)),
        lambda o, **a: services.follow_up(recommendation_id=o.pk, **a),
        LEADS,
    ),
    "meeting.call": (
        group_of_acme,
        lambda o, actor, note: services.call_meeting(
            body=o,
            actor=actor,
            title="Spring",
            agenda=note,
            starts_at=timezone.now() + timedelta(days=9),
            ends_at=timezone.now() + timedelta(days=9, hours=1),
        ),
        WHO_RUNS_IT,
    ),
    "meeting.record": (lambda p: _meeting(p, days=-2), _record, WHO_RUNS_IT),
    "discussion.open": (
        group_of_acme,
        lambda o, actor, note: dialogue.open_discussion(
            body=o, key=uuid.uuid4(), actor=actor, title="Tools", text=note
        ),
        WHO_READS_IT,
    ),
    "discussion.pin": (
        _thread,
        lambda o, actor, note: dialogue.pin_discussion(discussion_id=o.pk, actor=actor, pinned=True),
        WHO_RUNS_IT,
    ),
    "comment.write": (
        _thread,
        lambda o, actor, note: dialogue.write_comment(thread=o, key=uuid.uuid4(), actor=actor, text=note),
        WHO_READS_IT,
    ),
    "announcement.send": (
        lambda p: GroupMembershipFactory(group=group_of_acme(p)).group,
        lambda o, actor, note: announcements.send_announcement(
            body=o, key=uuid.uuid4(), actor=actor, title="News", text=note
        ),
        WHO_RUNS_IT,
    ),
}
STEPS = CHANGE_OF_STATE | NO_CHANGE_OF_STATE
# What a decision or a day brings with it, and what the portal reminds of: nobody takes these by themselves.
FOLLOWS = {
    "group.found", "group.extend", "group.convert", "group.close", "group.prompt", "joining.join", "workplan.supersede",
    "mention.make", "activity.remind", "meetingaction.remind", "recommendation.remind", "joining.remind",
    "founder.remind", "guest.remind",
}  # fmt: skip
# Under the same right as the step of the table that is named; tests/access has their addresses.
LIKE = {
    "joining.ask": "joining.withdraw",
    "proposal.start": "proposal.submit",
    "workplan.copy": "workplan.start",
    "discussion.unpin": "discussion.pin",
    "comment.edit": "comment.withdraw",
    "meeting.change": "meeting.cancel",
    "meetingaction.give": "meeting.record",
    "meetingdecision.enter": "meeting.record",
    "output.record": "output.withdraw",
    "output.change": "output.withdraw",
    **dict.fromkeys(
        ("document.add", "document.revise", "document.change", "document.open", "document.close"), "document.withdraw"
    ),
}


@pytest.mark.parametrize("verb", STEPS)
def test_each_step_of_work_is_for_those_named_and_refused_to_others_with_a_reason(personas, verb):
    each_takes(personas, verb, STEPS[verb], changes_state=verb in CHANGE_OF_STATE)


def test_no_step_is_left_out():
    crossed = set(TOWARDS_A_DECISION) | set(STEPS)
    assert verbs_of(steps) == crossed | FOLLOWS | set(LIKE)
    assert not crossed & (FOLLOWS | set(LIKE))
    assert set(LIKE.values()) <= crossed
