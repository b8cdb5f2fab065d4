"""What became of a year: the report that closes a work plan."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from groups.models.plans import WorkPlan


class ClosingReport(models.Model):
    """A draft until its plan is completed; from then on it stands with the plan."""

    plan = models.OneToOneField(WorkPlan, on_delete=models.CASCADE, related_name="closing_report")
    summary = models.TextField(_("what the group reached"), blank=True)
    outcomes = models.JSONField(default=dict, blank=True, help_text="{key of the activity: what came of it}")
    revision = models.PositiveIntegerField(default=0, help_text="grows with each saving: two windows notice each other")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return _t("Closing report: %(plan)s") % {"plan": self.plan}

    def get_absolute_url(self) -> str:
        return reverse("groups:closing_report", args=[self.plan_id])
