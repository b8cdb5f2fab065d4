"""What the rules of retention have announced: nothing goes that was not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _


class RetentionNoticeQuerySet(models.QuerySet["RetentionNotice"]):
    def visible_to(self, user: Any) -> RetentionNoticeQuerySet:
        allowed = getattr(user, "is_authenticated", False) and user.has_perm("members.view_retention")
        return self.all() if allowed else self.none()

    def covered(self, key: str) -> datetime | None:
        """Everything of the rule that was there before this moment has been announced."""
        found = [one.covers[key]["until"] for one in self if "until" in one.covers.get(key, {})]
        return max(filter(None, map(parse_datetime, found)), default=None)


class RetentionNotice(models.Model):
    """One announcement to the Office: which rules will let go of how much, until which day."""

    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    looks_to = models.DateField(help_text="the last day of which it speaks")
    covers = models.JSONField(default=dict, help_text="{rule: {count, until: rows older than this moment}}")

    objects = RetentionNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("announcement of what the portal will forget")
        verbose_name_plural = _("announcements of what the portal will forget")

    def __str__(self) -> str:
        return _t("What the portal forgets until %(day)s") % {"day": date_format(self.looks_to)}

    def get_absolute_url(self) -> str:
        return reverse("members:retention_plan")
