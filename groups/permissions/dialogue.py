"""Who reads, writes, changes and looks after what is said, and who announces something."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from committees.permissions import holds_seat
from core.permissions import allow, condition
from groups.models import Announcement, Comment, Group, Thread
from groups.models.dialogue import readable
from groups.permissions.groups import leads_it
from groups.permissions.meetings import body_is_at_work, runs_the_body


@condition(_("What is said here is for those in the committee or group, and the ASA Office."))
def reads_it(user: Any, thread: Any) -> bool:
    if not user.is_active:
        return False
    return readable(user)[thread.kind].filter(pk=thread.target.pk).exists()


@condition(_("This discussion is closed."))
def is_open(user: Any, thread: Any) -> bool:
    return thread.status == Thread.Status.OPEN


@condition(_("The group is closed."))
def group_is_at_work(user: Any, thread: Any) -> bool:
    group = thread.group_concerned
    return group is None or group.status == Group.Status.ACTIVE


@condition(_("Only the leads of the group, the chair and vice-chair of its committee and the ASA Office may do this."))
def looks_after_it(user: Any, thread: Any) -> bool:
    if user.is_office:
        return True
    group = thread.group_concerned
    return bool(group and leads_it(user, group)) or holds_seat(user, thread.committee_concerned, *Seat.STEERING)


@condition(_("Only who wrote it may change it."))
def wrote_it(user: Any, comment: Any) -> bool:
    return comment.author_id == user.pk


@condition(_("A comment can be changed for an hour; others may have answered since. Write another one."))
def is_young(user: Any, comment: Any) -> bool:
    return comment.status != Comment.Status.SHOWN or comment.is_young  # what is gone has words of its own


@condition(_("This discussion is closed."))
def its_thread_is_open(user: Any, comment: Any) -> bool:
    return is_open(user, comment.thread)


@condition(group_is_at_work.reason)
def its_group_is_at_work(user: Any, comment: Any) -> bool:
    return group_is_at_work(user, comment.thread)


@condition(looks_after_it.reason)
def looks_after_its_thread(user: Any, comment: Any) -> bool:
    return looks_after_it(user, comment.thread)


@condition(_("This is for those whom it was sent to."))
def reads_its_thread(user: Any, comment: Any) -> bool:
    return reads_it(user, comment.thread)


@condition(_("This announcement is for those to whom it was sent."))
def sees_the_announcement(user: Any, found: Any) -> bool:
    return Announcement.objects.visible_to(user).filter(pk=found.pk).exists()


allow("groups.view_discussion", reads_it)
allow("groups.open_discussion", reads_it, group_is_at_work)
allow("groups.write_comment", reads_it, is_open, group_is_at_work)
allow("groups.follow_discussion", reads_it)
for verb in ("close", "reopen", "pin", "unpin", "moderate"):
    allow(f"groups.{verb}_discussion", reads_it, looks_after_it)
allow("groups.edit_comment", wrote_it, reads_its_thread, its_thread_is_open, its_group_is_at_work, is_young)
allow("groups.withdraw_comment", wrote_it, reads_its_thread)
allow("groups.remove_comment", looks_after_its_thread, reads_its_thread)
allow("groups.view_announcement", sees_the_announcement)
allow("groups.send_announcement", runs_the_body, body_is_at_work)
