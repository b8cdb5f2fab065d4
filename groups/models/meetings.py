"""Meetings of committees and groups: who is asked, who came, what was written down, and what follows from it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Decision, Seat
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models import bodies
from groups.models.groups import Group, GroupMembership, GroupRole
from members.models import Organisation, today


class MeetingQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> MeetingQuerySet:
        """Meetings of a committee are for its seats, those of a group for everybody inside it; the Office sees all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.staff_roles:
            return self
        return self.filter(bodies.inside(user))

    def public(self) -> MeetingQuerySet:
        """Those that were announced to everybody, of which the public reads what, when and where."""
        return self.filter(is_public=True)

    def announced(self, user: Any) -> MeetingQuerySet:
        """The same for whoever asks: their title, place and time, which is less than those inside see."""
        return self.public()

    def meant_for(self, user: Any) -> MeetingQuerySet:
        """Those of bodies in which the person has a place by name: a seat, the lead, or for an organisation."""
        live = GroupMembership.objects.active()
        stands_in = GroupMembership.alternates.through.objects.filter(
            user_id=user.pk, groupmembership__in=live.values("pk")
        )
        return self.visible_to(user).filter(
            Q(committee__in=Seat.objects.ids_of(user, "committee"))
            | Q(group__in=GroupRole.objects.ids_of(user, "group"))
            | Q(group__in=live.filter(representative_id=user.pk).values("group"))
            | Q(group__in=stands_in.values("groupmembership__group"))
        )

    def of(self, body: Committee | Group) -> MeetingQuerySet:
        return self.filter(**bodies.fields_of(body))

    def planned(self) -> MeetingQuerySet:
        return self.filter(status=Meeting.Status.PLANNED)

    def ahead(self) -> MeetingQuerySet:
        """Not over yet, the next first; what was cancelled stays in sight until its day."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def over(self) -> MeetingQuerySet:
        return self.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-pk")


class Meeting(WorkflowModel):
    """`revision` counts every change of what was announced. It tells two editors apart, and is the SEQUENCE by which
    calendars know the newer of two (RFC 5545, 3.8.7.4)."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CANCELLED = "cancelled", _("Cancelled")

    committee = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(_("title"), max_length=150)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=60, default="Europe/Brussels")
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link to take part"), max_length=500, blank=True)
    agenda = models.TextField(_("agenda"), max_length=20_000, blank=True)
    is_public = models.BooleanField(
        _("Announce it to the public"),
        default=False,
        help_text=_("Title, time and place stand on a public page. Agenda, link, papers and people do not."),
    )
    status = StateField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    minutes = models.TextField(_("minutes"), max_length=50_000, blank=True)
    decisions = models.TextField(_("decisions"), max_length=20_000, blank=True)
    record_revision = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["committee", "starts_at"], name="meeting_of_committee"),
            models.Index(fields=["group", "starts_at"], name="meeting_of_group"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(committee=None, group__isnull=False) | Q(committee__isnull=False, group=None),
                name="meeting_of_one_body",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.body.code}: {self.title}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.body

    def acted_for(self, actor: Any) -> Organisation | None:
        return bodies.acted_for(self.committee_id, self.group, actor)

    def get_absolute_url(self) -> str:
        return reverse("groups:meeting_detail", args=[self.pk])

    def get_public_url(self) -> str:
        return reverse("groups:event_detail", args=[self.pk])

    @property
    def body(self) -> Committee | Group:
        found = self.group or self.committee
        if found is None:
            raise ValueError("A meeting has a body.")
        return found

    @property
    def local_start(self) -> datetime:
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()


class MeetingInvitation(models.Model):
    """A person who is asked to a meeting, for whom, what they answered, and whether they came."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("Maybe")
        NO = "no", _("No")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meeting_invitations")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="meeting_invitations"
    )
    answer = models.CharField(_("answer"), max_length=5, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(_("took part"), default=False)

    class Meta:
        ordering = ["organisation__legal_name", "user__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="meeting_invitation_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.meeting}"


class MeetingActionQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> MeetingActionQuerySet:
        return self.filter(meeting__in=Meeting.objects.visible_to(user).order_by().values("pk"))

    def open(self) -> MeetingActionQuerySet:
        return self.filter(status=MeetingAction.Status.OPEN)

    def overdue(self) -> MeetingActionQuerySet:
        """Open although their day is past; of bodies at work only."""
        return self.open().filter(due__lt=today()).exclude(meeting__group__status=Group.Status.CLOSED)


class MeetingAction(WorkflowModel):
    """Something that somebody took upon themselves at a meeting, by a day."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="actions")
    title = models.CharField(_("what is to do"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="meeting_actions",
        verbose_name=_("who does it"),
    )
    due = models.DateField(_("by"))
    status = StateField(max_length=10, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MeetingActionQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["owner", "status"], name="meeting_action_of")]

    def __str__(self) -> str:
        return self.title

    def event_parents(self) -> Iterator[models.Model]:
        yield self.meeting
        yield self.meeting.body

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.meeting.acted_for(actor)

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url() + "#actions"

    @property
    def is_overdue(self) -> bool:
        return self.status == self.Status.OPEN and self.due < today()


class MeetingDecisionQuerySet(models.QuerySet["MeetingDecision"]):
    def visible_to(self, user: Any) -> MeetingDecisionQuerySet:
        return self.filter(meeting__in=Meeting.objects.visible_to(user).order_by().values("pk"))


class MeetingDecision(models.Model):
    """What a committee decided at a meeting, where it is about nothing that the portal knows; `entry` is where it
    stands in the register, with its number, its reason and who wrote it down. It is never changed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    title = models.CharField(_("what was decided"), max_length=250)
    entry = models.OneToOneField(Decision, null=True, on_delete=models.PROTECT, related_name="resolution")

    objects = MeetingDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    def event_parents(self) -> Iterator[models.Model]:
        yield self.meeting
        yield self.meeting.body

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.meeting.acted_for(actor)

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url() + "#decisions"


class CalendarAddress(models.Model):
    """The private address of a person's calendar. It is made of `key` and the portal's secret: who reads this table
    alone cannot open any calendar. A new key makes the old address worthless."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_address")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    _signer = signing.Signer(sep=".", salt="groups.calendar")

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("groups:calendar_private", args=[self._signer.sign(self.key.hex)])

    @classmethod
    def behind(cls, token: str) -> CalendarAddress | None:
        try:
            key = uuid.UUID(cls._signer.unsign(token))
        except (signing.BadSignature, ValueError):
            return None
        return cls.objects.select_related("user").filter(key=key, user__is_active=True).first()
