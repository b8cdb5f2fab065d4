"""Discussions and comments: opening, writing, changing, removing, and who hears of more."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from committees.models import Committee
from core import permissions, workflow
from core.workflow import Incomplete
from groups import steps
from groups.dialogue.people import named_in
from groups.models import Comment, Group, Thread, ThreadReader
from groups.models.dialogue import kind_of
from members.models import User


def open_discussion(
    *, body: Committee | Group, key: uuid.UUID, actor: User, title: str, text: str, tell: Iterable[User] = ()
) -> Thread:
    """A new discussion with its first comment. The same form sent twice, even at once, opens one."""
    try:
        with transaction.atomic():
            known = _sent_before(key, actor)
            return known.thread if known else _open(body, key, actor, title, text, tell)
    except IntegrityError:
        if known := _sent_before(key, actor):
            return known.thread
        raise


def _sent_before(key: uuid.UUID, actor: User) -> Comment | None:
    return Comment.objects.filter(key=key, author=actor.pk).select_related("thread").first()


def _open(body: Committee | Group, key: uuid.UUID, actor: User, title: str, text: str, tell: Iterable[User]) -> Thread:
    thread = Thread(title=title, opened_by_id=actor.pk, **{kind_of(body): body})
    permissions.require(actor, "groups.open_discussion", thread)
    thread.opened_at = thread.last_at = timezone.now()
    thread.save()
    comment, named = _write(thread, key, actor, text, tell)
    data = {"named": [user.pk for user in named]}
    workflow.act(steps.OPEN_DISCUSSION, thread, actor=actor, to_state=thread.status, data=data)
    _tell(comment, named, actor)
    return thread


def write_comment(*, thread: Thread, key: uuid.UUID, actor: User, text: str, tell: Iterable[User] = ()) -> Comment:
    """`thread` may be one that nobody wrote in yet: the comments on a plan, an activity or a proposal. Sent twice, even
    at once, it is one comment."""
    try:
        with transaction.atomic():
            return _sent_before(key, actor) or _add(thread, key, actor, text, tell)
    except IntegrityError:
        if known := _sent_before(key, actor):
            return known
        raise


def _add(thread: Thread, key: uuid.UUID, actor: User, text: str, tell: Iterable[User]) -> Comment:
    permissions.require(actor, "groups.write_comment", thread)
    if not thread.pk:
        opened = {"opened_by": actor, "opened_at": timezone.now()}
        thread, _made = Thread.objects.get_or_create(**{thread.kind: thread.target}, defaults=opened)
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    permissions.require(actor, "groups.write_comment", thread)  # it may have been closed since
    comment, named = _write(thread, key, actor, text, tell)
    thread.last_at = comment.written_at
    thread.save(update_fields=["last_at"])
    workflow.act(steps.WRITE_COMMENT, comment, actor=actor, data={"named": [user.pk for user in named]})
    _tell(comment, named, actor)
    return comment


def _write(thread: Thread, key: uuid.UUID, actor: User, text: str, tell: Iterable[User]) -> tuple[Comment, list[User]]:
    comment = Comment.objects.create(
        thread=thread,
        key=key,
        author=actor,
        organisation=thread.acted_for(actor),
        text=text,
        written_at=timezone.now(),
    )
    _follow(thread, [actor.pk])
    ThreadReader.objects.filter(thread=thread, user=actor).update(read_at=comment.written_at)
    return comment, _name(comment, tell)


def _name(comment: Comment, tell: Iterable[User]) -> list[User]:
    """Those who are named now and were not before; they follow from then on."""
    before = set(comment.mentioned.values_list("pk", flat=True))
    named = named_in(comment, tell)
    comment.mentioned.set(named)
    new = [user for user in named if user.pk not in before]
    _follow(comment.thread, [user.pk for user in new])
    return new


def _tell(comment: Comment, named: list[User], actor: User) -> None:
    if named:
        workflow.act(steps.NAME_PEOPLE, comment, actor=actor, data={"named": [user.pk for user in named]})


def _follow(thread: Thread, user_ids: Iterable[int]) -> None:
    """Unless the person has chosen already."""
    ThreadReader.objects.bulk_create(
        [ThreadReader(thread=thread, user_id=pk) for pk in user_ids], ignore_conflicts=True
    )
    ThreadReader.objects.filter(thread=thread, user__in=list(user_ids), choice="").update(
        choice=ThreadReader.Choice.FOLLOW
    )


@transaction.atomic
def edit_comment(*, comment_id: int, actor: User, text: str, tell: Iterable[User] = ()) -> Comment:
    """That it was changed, and when, is shown."""
    Thread.objects.select_for_update(of=("self",)).get(comments=comment_id)  # nobody closes it meanwhile
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment_id)
    permissions.require(actor, "groups.edit_comment", comment)
    if comment.status != Comment.Status.SHOWN:
        raise Incomplete({"text": _t("It was taken back or removed meanwhile. Write another one.")})
    if comment.text == text and not tell:
        return comment
    comment.text, comment.edited_at = text, timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    workflow.act(steps.EDIT_COMMENT, comment, actor=actor)
    _tell(comment, _name(comment, [*tell, *comment.mentioned.all()]), actor)
    return comment


@transaction.atomic
def withdraw_comment(*, comment_id: int, actor: User) -> Comment:
    """Its author takes it back: its text is gone, its place stays."""
    return _take_away(comment_id, steps.WITHDRAW_COMMENT, actor=actor)


@transaction.atomic
def remove_comment(*, comment_id: int, actor: User, note: str) -> Comment:
    return _take_away(comment_id, steps.REMOVE_COMMENT, actor=actor, note=note, removed_by=actor, reason=note)


def _take_away(comment_id: int, step: workflow.Transition, **fields: Any) -> Comment:
    comment: Comment = workflow.perform(Comment.objects.all(), comment_id, step, text="", **fields)
    comment.mentioned.clear()
    return comment


def close_discussion(*, discussion_id: int, actor: User, note: str = "") -> Thread:
    return workflow.perform(Thread.objects.all(), discussion_id, steps.CLOSE_DISCUSSION, actor=actor, note=note)


def reopen_discussion(*, discussion_id: int, actor: User, note: str = "") -> Thread:
    return workflow.perform(Thread.objects.all(), discussion_id, steps.REOPEN_DISCUSSION, actor=actor, note=note)


@transaction.atomic
def pin_discussion(*, discussion_id: int, actor: User, pinned: bool) -> Thread:
    """Pinned ones stand first in their list. What is so already is no act."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=discussion_id)
    permissions.require(actor, f"groups.{'pin' if pinned else 'unpin'}_discussion", thread)
    if thread.pinned != pinned:
        thread.pinned = pinned
        thread.save(update_fields=["pinned"])
        workflow.act(steps.PIN_DISCUSSION if pinned else steps.UNPIN_DISCUSSION, thread, actor=actor)
    return thread


@transaction.atomic
def follow_discussion(*, discussion_id: int, actor: User, choice: str) -> Thread:
    """Follow, mute or neither: a choice of the person's own, which nobody else sees."""
    thread = Thread.objects.get(pk=discussion_id)
    permissions.require(actor, "groups.follow_discussion", thread)
    ThreadReader.objects.update_or_create(thread=thread, user=actor, defaults={"choice": choice})
    return thread


def mark_read(*, thread: Thread, reader: User) -> None:
    """Up to what was said last; nothing is written when the person had read that already."""
    rows = ThreadReader.objects.filter(thread=thread, user=reader)
    row = rows.first()
    if row is None:
        ThreadReader.objects.bulk_create(
            [ThreadReader(thread=thread, user=reader, read_at=thread.last_at)], ignore_conflicts=True
        )
    elif row.read_at is None or row.read_at < thread.last_at:
        rows.update(read_at=thread.last_at)
