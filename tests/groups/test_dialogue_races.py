"""Two at the same moment in a discussion, on a database that really locks rows."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import transaction

from core import events
from core.permissions import Denied
from core.workflow import Incomplete, InvalidTransition
from groups.models import Comment, Thread
from groups.services import dialogue
from tests.factories.groups import GroupFactory, WorkPlanFactory, make_lead
from tests.groups.test_races import at_once
from tests.personas import make_personas

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def begun():
    p = make_personas()
    group = GroupFactory()
    make_lead(group, user=p.primary, organisation=p.organisation)
    thread = dialogue.open_discussion(body=group, key=uuid.uuid4(), actor=p.primary, title="Roles", text="Which list?")
    return p, thread, thread.comments.get()


def write(thread, actor, text="We use ESCO.", key=None):
    return dialogue.write_comment(thread=thread, key=key or uuid.uuid4(), actor=actor, text=text)


def test_the_first_two_comments_on_a_plan_are_in_one_thread():
    p, started, _first = begun()
    plan = WorkPlanFactory(group=started.group)
    answers = at_once(*(lambda actor=actor: write(Thread(plan=plan), actor) for actor in (p.primary, p.chair)))
    assert all(isinstance(answer, Comment) for answer in answers), answers
    assert Thread.objects.get(plan=plan).comments.count() == 2


def test_a_reply_sent_twice_at_once_is_one():
    p, thread, _first = begun()
    key = uuid.uuid4()
    answers = at_once(*[lambda: write(thread, p.primary, key=key)] * 2)
    assert {answer.pk for answer in answers} == {thread.comments.get(key=key).pk}
    assert events.of(thread).filter(verb="comment.write").count() == 1


def test_a_change_and_a_removal_at_once_leave_no_text():
    p, _thread, first = begun()
    changed, removed = at_once(
        lambda: dialogue.edit_comment(comment_id=first.pk, actor=p.primary, text="Which list of roles?"),
        lambda: dialogue.remove_comment(comment_id=first.pk, actor=p.chair, note="Names a person."),
    )
    assert isinstance(changed, Comment | Incomplete), changed
    assert isinstance(removed, Comment), removed
    first.refresh_from_db()
    assert (first.status, first.text) == (Comment.Status.REMOVED, "")


def test_taken_back_and_removed_at_once_is_one_of_both():
    p, _thread, first = begun()
    answers = at_once(
        lambda: dialogue.withdraw_comment(comment_id=first.pk, actor=p.primary),
        lambda: dialogue.remove_comment(comment_id=first.pk, actor=p.chair, note="Names a person."),
    )
    assert sum(isinstance(answer, InvalidTransition) for answer in answers) == 1, answers


@pytest.mark.parametrize("act", ["reply", "change"])
def test_who_writes_while_it_is_closed_is_told(act):
    """The second waits for the first to end, and then finds the discussion closed."""
    p, thread, first = begun()
    closing, begins = threading.Event(), threading.Event()

    def close():
        with transaction.atomic():
            dialogue.close_discussion(discussion_id=thread.pk, actor=p.chair)
            closing.set()
            begins.wait(10)
            threading.Event().wait(0.5)  # the other is at work meanwhile, or waits for this one's end

    def second():
        closing.wait(10)
        begins.set()
        if act == "reply":
            return write(thread, p.primary)
        return dialogue.edit_comment(comment_id=first.pk, actor=p.primary, text="Which list of roles?")

    _closed, answer = at_once(close, second)
    assert isinstance(answer, Denied), answer
    assert [comment.text for comment in thread.comments.all()] == ["Which list?"]
