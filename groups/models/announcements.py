"""Announcements: what a lead, a chair or the Office tells the people of a committee or group."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from groups.models import bodies
from groups.models.groups import Group, GroupRole
from members.models import Organisation


class AnnouncementQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> AnnouncementQuerySet:
        """For everybody inside the body, and for the leads of a committee's groups where it is meant for them."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.staff_roles:
            return self
        led = Group.objects.active().filter(pk__in=GroupRole.objects.ids_of(user, "group"))
        return self.filter(
            bodies.inside(user) | Q(scope=Announcement.Scope.LEADS, committee__in=led.order_by().values("committee"))
        )

    def of(self, body: Committee | Group) -> AnnouncementQuerySet:
        return self.filter(**bodies.fields_of(body))


class Announcement(models.Model):
    """It is sent when it is made, once, and stands as it was sent."""

    class Scope(models.TextChoices):
        BODY = "body", _("Its own people")
        LEADS = "leads", _("Its own people and the leads of all its groups")

    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="given by the form: one sent twice goes out once")
    committee = models.ForeignKey(
        Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="announcements"
    )
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="announcements")
    scope = models.CharField(_("who is told"), max_length=10, choices=Scope.choices, default=Scope.BODY)
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("text"), max_length=10_000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="announcements")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="announcements"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    told = models.PositiveIntegerField(default=0, help_text="how many people it went to")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["committee", "-sent_at"], name="announcement_of_committee"),
            models.Index(fields=["group", "-sent_at"], name="announcement_of_group"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(committee=None, group__isnull=False) | Q(committee__isnull=False, group=None),
                name="announcement_of_one_body",
            ),
            models.CheckConstraint(condition=Q(scope="body") | Q(group=None), name="announcement_leads_of_committee"),
        ]

    def __str__(self) -> str:
        return f"{self.body.code}: {self.title}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.body

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.organisation

    def get_absolute_url(self) -> str:
        return reverse("groups:announcement_detail", args=[self.pk])

    @property
    def body(self) -> Committee | Group:
        found = self.group or self.committee
        if found is None:
            raise ValueError("An announcement has a body.")
        return found
