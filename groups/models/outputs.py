"""What came out of the work of a group, for others to use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.languages import LANGUAGES
from core.models import Licence
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models.documents import Document, Visibility
from groups.models.groups import Group, workspaces_of
from members.models import Organisation, today


class OutputQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> OutputQuerySet:
        """Those of groups that the person is inside of, withdrawn ones too, and those that are open to them. The Office
        and administrators see all."""
        current = Q(status=Output.Status.CURRENT, visibility__in=Visibility.open_to(user))
        if not user.is_authenticated or not user.is_active:
            return self.filter(current)
        return self if user.staff_roles else self.filter(current | Q(group__in=workspaces_of(user)))

    def current(self) -> OutputQuerySet:
        return self.filter(status=Output.Status.CURRENT)

    def search(self, text: str) -> OutputQuerySet:
        """Every word of the text in the title or the summary."""
        found = self
        for word in text.split()[:12]:
            found = found.filter(Q(title__icontains=word) | Q(summary__icontains=word))
        return found


class Output(WorkflowModel):
    """Found by its link, in a document of the group, or both. Nothing else of the portal has to know where it came
    from: title, kind, language, date, licence and visibility are what any list of results shows."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", _("Good practice")
        INTELLIGENCE = "intelligence", _("Skills intelligence")
        JOB_ROLES = "job_roles", _("Job roles and skills")
        TRAINING = "training", _("Training")
        RECOMMENDATION = "recommendation", _("Recommendation")
        OTHER = "other", _("Other")

    class Status(models.TextChoices):
        CURRENT = "current", _("In use")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="outputs")
    kind = models.CharField(_("type"), max_length=15, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what it is, and for whom"), max_length=2000)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")
    date = models.DateField(_("date"))
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+", verbose_name=_("licence"))
    link = models.URLField(_("link"), max_length=500, blank=True)
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="outputs", verbose_name=_("document")
    )
    visibility = models.CharField(
        _("who may see it"), max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    status = StateField(max_length=10, choices=Status.choices, default=Status.CURRENT)
    revision = models.PositiveIntegerField(default=0)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recorded_outputs")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = OutputQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        indexes = [
            models.Index(fields=["group", "status", "-date"], name="output_of_group"),
            models.Index(fields=["status", "visibility", "-date"], name="output_open_to"),
        ]

    def __str__(self) -> str:
        return self.title

    def event_parents(self) -> Iterator[models.Model]:
        yield self.group
        yield self.group.committee

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        return reverse("groups:output_detail", args=[self.pk])

    @property
    def readers(self) -> str:
        return Visibility(self.visibility).of_group

    def problems(self) -> dict[str, str]:
        """What cannot stand, by field."""
        found = {}
        if self.date > today():
            found["date"] = _t("This day is still to come: an output is recorded when it is there.")
        if not self.link and self.document is None:
            found["link"] = _t("Say where it is found: give a link, or choose a document of the group.")
        if self.document and Visibility(self.document.visibility).rank < Visibility(self.visibility).rank:
            found["document"] = _t(
                "“%(title)s” is open to fewer people (%(readers)s) than the output. Open it to more first, or show the"
                " output to those alone."
            ) % {"title": self.document, "readers": self.document.readers}
        return found
