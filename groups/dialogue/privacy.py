"""What a person said, and how it is kept when they go: without their name, so that the answers keep their sense."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.privacy import Leaver, erases, exports
from groups.models import Announcement, Comment, Thread, ThreadReader


@exports("comments", _("What you wrote in discussions and comments"))
def comments(user: Any) -> list[dict[str, Any]]:
    found = Comment.objects.filter(author=user).select_related("organisation").order_by("pk")
    threads = Thread.objects.with_target().in_bulk(found.order_by().values_list("thread_id", flat=True))
    return [
        {
            "about": str(threads[one.thread_id]),
            "for": one.organisation.code if one.organisation else None,
            "at": one.written_at,
            "edited_at": one.edited_at,
            "state": one.status,
            "text": one.text,
        }
        for one in found
    ]


@exports("followed", _("Discussions that you follow or do not want to hear of"))
def followed(user: Any) -> list[dict[str, Any]]:
    rows = dict(ThreadReader.objects.filter(user=user).exclude(choice="").values_list("thread_id", "choice"))
    return [
        {"about": str(thread), "choice": rows[pk]}
        for pk, thread in sorted(Thread.objects.with_target().in_bulk(list(rows)).items())
    ]


@exports("announcements", _("Announcements that you sent"))
def announcements(user: Any) -> list[dict[str, Any]]:
    found = Announcement.objects.filter(author=user).select_related("committee", "group").order_by("pk")
    return [{"to": one.body.code, "at": one.sent_at, "title": one.title, "text": one.text} for one in found]


@erases
def leave_discussions(leaver: Leaver) -> None:
    """What was said stays, by a former user: others have answered. Who followed, read or was named is nobody's."""
    ThreadReader.objects.filter(user=leaver.user).delete()
    Comment.mentioned.through.objects.filter(user_id=leaver.user.pk).delete()
    leaver.rows += list(Comment.objects.filter(author=leaver.user))
