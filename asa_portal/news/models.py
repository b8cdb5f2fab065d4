"""News: short posts to everybody."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from asa_portal.news import publishers
from committees.models import Committee
from core.languages import LANGUAGES
from core.text import fold
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models import Group
from members.models import Organisation
from projects.models import Project


class PostQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> PostQuerySet:
        """What is published, to everybody. Drafts and what was withdrawn, to who writes for the same publisher, the
        Office and administrators."""
        if not user.is_authenticated or not user.is_active:
            return self.published()
        return self if user.staff_roles else self.filter(Q(status="published") | publishers.written_by(user))

    def published(self) -> PostQuerySet:
        return self.filter(status=Post.Status.PUBLISHED)

    def unpublished(self) -> PostQuerySet:
        return self.filter(status__in=Post.UNPUBLISHED)

    def of(self, body: publishers.Body | None) -> PostQuerySet:
        return self.filter(**publishers.fields_of(body))

    def with_publisher(self) -> PostQuerySet:
        return self.select_related("committee", "group", "project")


class Post(WorkflowModel):
    """A post of one publisher. Of `committee`, `group` and `project` one is set; or none, and it is the Office's."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("To be published")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    UNPUBLISHED = (Status.DRAFT, Status.SCHEDULED)

    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="for feeds: it stays, wherever the portal moves")
    committee = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(max_length=80, help_text="of the title with which it was published")
    lead = models.CharField(_("in one or two sentences"), max_length=300)
    text = models.TextField(_("text"), max_length=20_000)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")
    image = models.FileField(upload_to="news/", blank=True, help_text="served by its own page only")
    image_alt = models.CharField(_("what the picture shows"), max_length=250, blank=True)
    image_width = models.PositiveIntegerField(null=True, blank=True)
    image_height = models.PositiveIntegerField(null=True, blank=True)
    status = StateField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    publish_on = models.DateField(_("day of publication"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True, help_text="the last time, after it was published")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    written_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=0)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "-published_at"], name="post_newest"),
            models.Index(fields=["status", "publish_on"], name="post_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(group=None, project=None) | Q(committee=None, project=None) | Q(committee=None, group=None),
                name="post_of_one_publisher",
            ),
            models.CheckConstraint(
                condition=Q(image="") | (~Q(image_alt="") & Q(image_width__isnull=False, image_height__isnull=False)),
                name="post_image_described",
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(publish_on__isnull=False), name="post_scheduled_for_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False), name="post_published_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def event_parents(self) -> Iterator[models.Model]:
        if self.body:
            yield self.body

    def acted_for(self, actor: Any) -> Organisation | None:
        return publishers.acted_for(self.body, actor)

    def get_absolute_url(self) -> str:
        return reverse("news:post_detail", args=[self.pk, self.slug])

    @property
    def body(self) -> publishers.Body | None:
        """None for the Office."""
        return self.committee or self.group or self.project

    @property
    def publisher(self) -> str:
        return publishers.name_of(self.body)

    @property
    def day(self) -> datetime:
        """Under which it stands: that of its publication, or of its writing."""
        return self.published_at or self.written_at

    @property
    def updated_at(self) -> datetime:
        return self.corrected_at or self.day

    @property
    def image_url(self) -> str:
        return reverse("news:post_image", args=[self.pk]) if self.image else ""

    @property
    def image_ending(self) -> str:
        return PurePath(self.image.name or "").suffix[1:]


def slug_of(title: str) -> str:
    """For the address; of a title without any Latin letter or digit nothing is left."""
    return slugify(fold(title))[:80].strip("-") or "news"
