"""What projects produced, and what became of it: a result is proposed to a committee, taken up by a group, used, and
one day retired (mainstreaming)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.languages import LANGUAGES
from core.models import Licence
from core.models.files import KeptFile
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models import Organisation, today
from projects.models.projects import Project

EQF = range(1, 9)  # the levels of the European Qualifications Framework


class ResultQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ResultQuerySet:
        """Results are part of the public face, as their projects are; retired ones say so."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def proposed(self) -> ResultQuerySet:
        return self.filter(status=Result.Status.PROPOSED)

    def search(self, text: str) -> ResultQuerySet:
        """Every word of the text in the title or the summary."""
        found = self
        for word in text.split()[:12]:
            found = found.filter(Q(title__icontains=word) | Q(summary__icontains=word))
        return found


class Result(WorkflowModel):
    """Something that a project left for others to use, behind a link, in a file, or both."""

    class Kind(models.TextChoices):
        INTELLIGENCE = "intelligence", _("Skills intelligence")
        ROADMAP = "roadmap", _("Roadmap")
        JOB_ROLES = "job_roles", _("Job roles and skills")
        RECOGNITION = "recognition", _("Recognition")
        TRAINING = "training", _("Training")
        PRACTICE = "practice", _("Good practice")
        TOOL = "tool", _("Tool")

    class Status(models.TextChoices):
        OFFERED = "offered", _("On record")
        PROPOSED = "proposed", _("Proposed")
        TAKEN_UP = "taken_up", _("Taken up")
        IN_USE = "in_use", _("In use")
        RETIRED = "retired", _("Retired")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="offered", verbose_name=_("project"))
    kind = models.CharField(_("type"), max_length=15, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what it is, and for whom"), max_length=2000)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")
    date = models.DateField(_("date"), help_text=_("When it was finished or published."))
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+", verbose_name=_("licence"))
    link = models.URLField(_("link"), max_length=500, blank=True)
    eqf_level = models.PositiveSmallIntegerField(
        _("EQF level"), null=True, blank=True, choices=[(level, str(level)) for level in EQF]
    )
    themes = models.ManyToManyField("core.Theme", blank=True, related_name="+", verbose_name=_("topics"))
    committee = models.ForeignKey(
        "committees.Committee",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="results",
        verbose_name=_("committee"),
        help_text=_("to which it is proposed"),
    )
    status = StateField(max_length=10, choices=Status.choices, default=Status.OFFERED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recorded_results")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["status", "committee", "proposed_at"], name="result_waits")]
        constraints = [
            models.CheckConstraint(condition=Q(eqf_level=None) | Q(eqf_level__range=(1, 8)), name="result_eqf_level"),
            models.CheckConstraint(condition=~Q(status="proposed") | Q(committee__isnull=False), name="result_to_whom"),
        ]

    def __str__(self) -> str:
        return self.title

    def event_parents(self) -> Iterator[models.Model]:
        yield self.project
        if self.committee:
            yield self.committee

    def acted_for(self, actor: Any) -> Organisation | None:
        """The partner of the project for whom somebody keeps its results."""
        mine = Organisation.objects.filter(
            pk__in=list(actor.organisation_roles), project_partnerships__project=self.project_id
        )
        return mine.order_by("pk").first()

    def get_absolute_url(self) -> str:
        return reverse("projects:result_detail", args=[self.pk])

    def problems(self, *, has_file: bool) -> dict[str, str]:
        """What cannot stand, by field."""
        found = {}
        if self.date > today():
            found["date"] = _t("This day is still to come: a result is recorded when it is there.")
        if not self.link and not has_file:
            found["link"] = _t("Say where it is found: give a link, or send the file.")
        return found


class ResultFile(KeptFile):
    """The file of a result."""

    result = models.OneToOneField(Result, on_delete=models.CASCADE, related_name="kept")
    file = models.FileField(upload_to="results/%Y/%m/", help_text="served by its own page only")

    def get_absolute_url(self) -> str:
        return reverse("projects:result_file", args=[self.result_id])

    @property
    def kind(self) -> str:
        """PDF, DOCX …"""
        return PurePath(self.name).suffix[1:].upper()


class ResultUseQuerySet(models.QuerySet["ResultUse"]):
    def current(self) -> ResultUseQuerySet:
        return self.filter(Q(until=None) | Q(until__gte=today()), since__lte=today())


class ResultUse(models.Model):
    """Who uses a result, and since when: a group that took it up, or an organisation."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="uses")
    group = models.ForeignKey(
        "groups.Group", null=True, blank=True, on_delete=models.PROTECT, related_name="results_in_use"
    )
    organisation = models.ForeignKey(
        "members.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="results_in_use"
    )
    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("how it is used"), max_length=500, blank=True)

    objects = ResultUseQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group=None, organisation__isnull=False) | Q(group__isnull=False, organisation=None),
                name="result_use_of_one",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="result_use_in_order"),
            models.UniqueConstraint(
                fields=["result", "group"], condition=Q(until=None, group__isnull=False), name="result_use_group_once"
            ),
            models.UniqueConstraint(
                fields=["result", "organisation"],
                condition=Q(until=None, organisation__isnull=False),
                name="result_use_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.group or self.organisation)

    def event_parents(self) -> Iterator[models.Model]:
        yield self.result
        yield self.group or self.organisation  # type: ignore[misc]

    def acted_for(self, actor: Any) -> Organisation | None:
        if self.group:
            return self.group.acted_for(actor)
        return self.organisation if actor.represents(self.organisation_id) else None

    def get_absolute_url(self) -> str:
        return self.result.get_absolute_url()
