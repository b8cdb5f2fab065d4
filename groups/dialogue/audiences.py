"""Who hears of what is said. The author never does, and nobody who may not read it (core.notifications)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.kinds import name_kind
from core.models import Event
from core.notifications import audience
from groups.dialogue import people
from groups.models import Announcement, Comment, Thread
from members.models import User

name_kind("discussion", _("New discussions"))
name_kind("comment", _("Comments in discussions that you follow, and on what you answer for"))
name_kind("mention", _("Comments that name you"))
name_kind("announcement", _("Announcements"))


@audience("discussion.open")
def everybody_with_a_place_there(event: Event, thread: Thread) -> Iterable[User]:
    """But those who are named in it hear of that."""
    named = set(event.data.get("named", []))
    return [user for user in people.people_of(thread.target) if user.pk not in named]


@audience("comment.write")
def those_who_follow(event: Event, comment: Comment) -> Iterable[User]:
    """And whose thing it is about, unless they want quiet; those who are named hear of that instead."""
    quiet = people.muted_by(comment.thread) | set(event.data.get("named", []))
    found = [*people.followers(comment.thread), *people.concerned(comment.thread)]
    return [user for user in found if user.pk not in quiet]


@audience("mention.make")
def those_who_are_named(event: Event, comment: Comment) -> Iterable[User]:
    return User.objects.filter(pk__in=event.data.get("named", []))


@audience("comment.remove")
def whose_comment_it_was(event: Event, comment: Comment) -> Iterable[User]:
    return [comment.author]


@audience("announcement.send")
def those_for_whom_it_is(event: Event, found: Announcement) -> Iterable[User]:
    return people.recipients(found)
