"""Files that prove figures."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.models.files import KeptFile


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: object) -> EvidenceQuerySet:
        """Whoever may see the report."""
        from kpis.models.reports import Report

        return self.filter(report__in=Report.objects.visible_to(user))


class Evidence(KeptFile):
    """A file behind an indicator of a report, or behind one of its lines. A new revision begins with the files of the
    one before; the file itself is kept once and goes with the last row that names it."""

    report = models.ForeignKey("kpis.Report", on_delete=models.CASCADE, related_name="evidence")
    indicator = models.ForeignKey("core.Indicator", on_delete=models.PROTECT, related_name="+")
    line = models.CharField(
        max_length=120, blank=True, help_text="which line, as kpis.lines.line_name has it; empty: the indicator"
    )
    file = models.FileField(upload_to="evidence/%Y/%m/", help_text="served by its own page only")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["indicator__order", "line", "pk"]
        indexes = [models.Index(fields=["file"], name="evidence_file")]

    def get_absolute_url(self) -> str:
        return reverse("kpis:evidence", args=[self.pk])
