"""Who was reminded of what is overdue. The row keeps it from being said twice."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OverdueReminder(models.Model):
    """One step of the way up: of this thing, due on this day, these people were reminded. With another day it begins
    anew. `what` names the thing, an activity by the key that it keeps in the next version of its plan."""

    class Step(models.TextChoices):
        OWNER = "owner", _("who does it")
        LEAD = "lead", _("the lead")
        COMMITTEE = "committee", _("the committee")

    what = models.CharField(max_length=60)
    due = models.DateField()
    step = models.CharField(max_length=10, choices=Step.choices)
    day = models.DateField(help_text="on which it was sent")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "due", "step"], name="overdue_reminder_once")]

    def __str__(self) -> str:
        return f"{self.what}, due {self.due}: {self.step}"
