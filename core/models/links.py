"""What is known of the addresses outside the portal to which its pages lead."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def dead(self) -> LinkCheckQuerySet:
        return self.filter(failures__gte=LinkCheck.FAILURES)


class LinkCheck(models.Model):
    """How an address answered when it was last asked. Nothing is ever removed because of it."""

    FAILURES = 2  # in a row, a week apart: one bad day of a server is no dead link

    class Problem(models.TextChoices):
        GONE = "gone", _("The page is not there.")
        ERROR = "error", _("The server reports an error.")
        NAME = "name", _("The name of the server is unknown.")
        SILENT = "silent", _("The server did not answer.")
        UNSAFE = "unsafe", _("The connection is not safe: the certificate does not fit.")
        INSIDE = "inside", _("The address leads into a network of its own, not to the web.")

    url = models.CharField(max_length=500, unique=True)
    checked_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0, help_text="checks in a row without an answer")
    failing_since = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=6, choices=Problem.choices, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        ordering = ["failing_since", "url"]
        indexes = [models.Index(fields=["failures"], name="link_check_failures")]

    def __str__(self) -> str:
        return self.url
