"""What people say to each other: discussions in committees and groups, and comments on plans, activities, proposals."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Seat
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models import bodies
from groups.models.activities import Activity
from groups.models.groups import Group, workspaces_of
from groups.models.plans import WorkPlan
from groups.models.proposals import Proposal
from members.models import Organisation

BODIES = ("committee", "group")  # whose discussions have titles; there are many of them
THINGS = ("plan", "activity", "proposal")  # with one stream of comments each
TARGETS = (*BODIES, *THINGS)
EDIT_FOR = timedelta(hours=1)


def readable(user: Any) -> dict[str, models.QuerySet]:
    """By what a thread is about: the things about which the person reads what is said. Discussions of a committee are
    for its seats, those of a group for everybody inside it; comments on a plan, its activities or a proposal are for
    those between whom it is made."""
    seats = Seat.objects.ids_of(user, "committee")
    return {
        "committee": Committee.objects.all() if user.staff_roles else Committee.objects.filter(pk__in=seats),
        "group": Group.objects.inside_for(user),
        "plan": WorkPlan.objects.discussed_by(user),
        "activity": Activity.objects.filter(plan__in=WorkPlan.objects.discussed_by(user).order_by().values("pk")),
        "proposal": Proposal.objects.discussed_by(user),
    }


def _of_readable(user: Any, of: str = "") -> Q:
    """Rows whose thread the person reads; `of` leads to it ("thread__"). Activities are found through their plans: a
    question in a question less, since SQLite's parser goes only so deep."""
    things = readable(user)
    things["activity__plan"] = things["plan"]
    del things["activity"]
    match = Q(pk__in=[])
    for name, found in things.items():
        ids = workspaces_of(user) if name == "group" else found.order_by().values("pk")
        match |= Q(**{f"{of}{name}__in": ids})
    return match


class ThreadQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ThreadQuerySet:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(_of_readable(user))

    def of(self, target: models.Model) -> ThreadQuerySet:
        return self.filter(**{kind_of(target): target})

    def with_target(self) -> ThreadQuerySet:
        return self.select_related(
            "committee", "group__committee", "plan__group__committee", "activity__plan__group__committee", "proposal"
        )

    def in_list(self, user: Any) -> ThreadQuerySet:
        """Adds `said`, the number of comments that stand, and `is_new`: something was said since the person read it."""
        read = ThreadReader.objects.filter(thread=OuterRef("pk"), user_id=user.pk, read_at__gte=OuterRef("last_at"))
        return (
            self.annotate(said=Count("comments", filter=Q(comments__status=Comment.Status.SHOWN)), is_new=~Exists(read))
            .select_related("opened_by")
            .order_by("-pinned", "-last_at", "-pk")
        )


def kind_of(target: models.Model) -> str:
    """The name of the column for such a thing."""
    kinds: dict[type, str] = {Committee: "committee", Group: "group", WorkPlan: "plan", Activity: "activity"}
    return kinds.get(type(target), "proposal")


class Thread(WorkflowModel):
    """A discussion in a committee or group, or all comments on one plan, activity or proposal. A draft activity that
    is taken out of its plan takes what was said about it along; plans and proposals stay."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    committee = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="threads")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="threads")
    plan = models.OneToOneField(WorkPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="thread")
    activity = models.OneToOneField(Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="thread")
    proposal = models.OneToOneField(Proposal, null=True, blank=True, on_delete=models.PROTECT, related_name="thread")
    title = models.CharField(_("title"), max_length=150, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="threads")
    opened_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now, help_text="when something was said last")
    pinned = models.BooleanField(default=False)
    status = StateField(max_length=10, choices=Status.choices, default=Status.OPEN)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-pinned", "-last_at", "-pk"]
        indexes = [
            models.Index(fields=["committee", "-pinned", "-last_at"], name="thread_of_committee"),
            models.Index(fields=["group", "-pinned", "-last_at"], name="thread_of_group"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[
                        Q(**{f"{other}__isnull": other != one for other in TARGETS}, _connector=Q.AND)
                        for one in TARGETS
                    ],
                    _connector=Q.OR,
                ),
                name="thread_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(committee=None, group=None, title="")
                | (~Q(title="") & Q(plan=None, activity=None, proposal=None)),
                name="thread_of_a_body_has_a_title",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target.code}: {self.title}" if self.title else str(self.target)

    def event_parents(self) -> Iterator[models.Model]:
        yield self.target

    def acted_for(self, actor: Any) -> Organisation | None:
        if self.is_discussion:
            return bodies.acted_for(self.committee_id, self.group, actor)
        found: Organisation | None = self.target.acted_for(actor)
        return found

    def get_absolute_url(self) -> str:
        if self.is_discussion:
            return reverse("groups:discussion_detail", args=[self.pk])
        return reverse("groups:comments", args=[self.kind, self.target.pk])

    @property
    def kind(self) -> str:
        return next(name for name in TARGETS if getattr(self, f"{name}_id") is not None)

    @property
    def target(self) -> Any:
        return getattr(self, self.kind)

    @property
    def is_discussion(self) -> bool:
        return self.kind in BODIES

    @property
    def group_concerned(self) -> Group | None:
        """Whose lead looks after it; none for a committee and for proposals."""
        if self.activity is not None:
            return self.activity.plan.group
        return self.plan.group if self.plan is not None else self.group

    @property
    def committee_concerned(self) -> Committee:
        """Whose chair looks after it, too."""
        above = self.group_concerned or self.proposal
        found: Committee = self.committee if self.committee is not None else above.committee  # type: ignore[union-attr]
        return found


class CommentQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> CommentQuerySet:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(_of_readable(user, "thread__"))

    def shown(self) -> CommentQuerySet:
        return self.filter(status=Comment.Status.SHOWN)


class Comment(WorkflowModel):
    """Something that somebody said. What was taken back or removed has no text any more, and keeps its place."""

    class Status(models.TextChoices):
        SHOWN = "shown", _("Shown")
        WITHDRAWN = "withdrawn", _("Taken back")
        REMOVED = "removed", _("Removed")

    key = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="given by the form: one sent twice is one comment"
    )
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="comments"
    )
    text = models.TextField(_("text"), max_length=10_000, blank=True)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    status = StateField(max_length=10, choices=Status.choices, default=Status.SHOWN)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="why it was removed")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.thread)

    def event_parents(self) -> Iterator[models.Model]:
        yield self.thread

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.organisation if actor.pk == self.author_id else self.thread.acted_for(actor)

    def get_absolute_url(self) -> str:
        return reverse("groups:comment_detail", args=[self.pk])

    @property
    def names(self) -> list[str]:
        """Of those who were named in it; read them beforehand."""
        return [user.name for user in self.mentioned.all()]

    @property
    def is_young(self) -> bool:
        """Its author may still change it; later, somebody may have answered."""
        return self.status == self.Status.SHOWN and timezone.now() < self.written_at + EDIT_FOR


class ThreadReader(models.Model):
    """What a person has read of a thread, and whether they want to hear of more."""

    class Choice(models.TextChoices):
        FOLLOW = "follow", _("Follow")
        MUTE = "mute", _("Mute")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice.choices, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="thread_reader_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.thread}"
