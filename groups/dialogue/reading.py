"""What the pages of discussions and comments read, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from groups.models import Activity, Comment, Proposal, Thread, ThreadReader, WorkPlan
from groups.models.dialogue import kind_of, readable

COMMENTS_A_PAGE = 50
IN_PANEL = 5


def stream(target: WorkPlan | Activity | Proposal) -> Thread:
    """The comments on a thing; a new one, not stored, where nobody has written yet."""
    kind = kind_of(target)
    thread = Thread.objects.filter(**{kind: target}).first() or Thread(**{kind: target})
    setattr(thread, kind, target)  # it knows its thing without asking for it
    return thread


def comments_of(thread: Thread) -> QuerySet[Comment]:
    rows = Comment.objects.filter(thread=thread.pk)  # of a new one: none
    return rows.select_related("author", "organisation", "removed_by").prefetch_related("mentioned").order_by("pk")


def page_of(thread: Thread, number: Any) -> Page:
    """Oldest first; where none is asked for, the last page, on which the newest stand."""
    pages = Paginator(comments_of(thread), COMMENTS_A_PAGE)
    return pages.get_page(number or pages.num_pages)


def page_number_of(comment: Comment) -> int:
    before = Comment.objects.filter(thread=comment.thread_id, pk__lt=comment.pk).count()
    return before // COMMENTS_A_PAGE + 1


def reader_of(thread: Thread, user: Any) -> ThreadReader | None:
    return ThreadReader.objects.filter(thread=thread.pk, user=user).first()


@dataclass(frozen=True)
class Panel:
    """The comments on a thing, as its own page shows them: the last of them, oldest first, and how many there are."""

    thread: Thread
    comments: list[Comment]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.comments)


def panel_of(target: WorkPlan | Proposal, user: Any) -> Panel | None:
    """None for somebody who sees the thing but does not read what is said about it."""
    if not readable(user)[kind_of(target)].filter(pk=target.pk).exists():
        return None
    thread = stream(target)
    rows = comments_of(thread)
    return Panel(thread, list(rows.order_by("-pk")[:IN_PANEL])[::-1], rows.count() if thread.pk else 0)


def counts_of(activities: Iterable[Activity]) -> dict[int, int]:
    """{activity id: comments that stand}, for a list in one query."""
    rows = Comment.objects.shown().filter(thread__activity__in=[one.pk for one in activities])
    found = rows.order_by().values("thread__activity").annotate(n=Count("pk"))
    return {row["thread__activity"]: row["n"] for row in found}
