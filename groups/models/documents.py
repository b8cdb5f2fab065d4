"""Documents of committees, groups and the partnership as a whole, in versions, each open to the body, to all members or
to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from core.languages import LANGUAGES
from core.models.files import KeptFile
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from groups.models import bodies
from groups.models.groups import Group
from groups.models.meetings import Meeting
from members.models import Organisation


class Visibility(models.TextChoices):
    """Who may read it; each includes those before."""

    BODY = "body", _("The committee")
    MEMBERS = "members", _("All members")
    PUBLIC = "public", _("Everybody")

    @property
    def rank(self) -> int:
        return list(Visibility).index(self)

    @property
    def of_group(self) -> str:
        """Its words where the body is a group."""
        return _t("The group") if self == Visibility.BODY else str(self.label)

    @classmethod
    def open_to(cls, user: Any) -> list[Visibility]:
        """What the person reads also where they are not inside the body."""
        insider = user.is_authenticated and user.is_active and user.is_insider
        return [cls.PUBLIC, cls.MEMBERS] if insider else [cls.PUBLIC]


class DocumentQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> DocumentQuerySet:
        """Those of bodies that the person is inside of, withdrawn ones too (that they were withdrawn, and why), and
        those that are open to them. The Office and administrators see all."""
        current = Q(status=Document.Status.CURRENT, visibility__in=Visibility.open_to(user))
        if not user.is_authenticated or not user.is_active:
            return self.filter(current)
        return self if user.staff_roles else self.filter(current | bodies.inside(user))

    def of(self, body: Committee | Group | None) -> DocumentQuerySet:
        return self.filter(**bodies.fields_of(body))

    def current(self) -> DocumentQuerySet:
        return self.filter(status=Document.Status.CURRENT)

    def search(self, text: str) -> DocumentQuerySet:
        """Every word of the text in the title or the description."""
        found = self
        for word in text.split()[:12]:
            found = found.filter(Q(title__icontains=word) | Q(description__icontains=word))
        return found


class Document(WorkflowModel):
    """Of a committee or a group; of neither: of the partnership, kept by the Office in its library. `latest` is its
    newest version. `revision` counts changes of the words about it, and tells two editors apart."""

    class Status(models.TextChoices):
        CURRENT = "current", _("In use")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    committee = models.ForeignKey(Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("what it is"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")
    visibility = models.CharField(_("who may read it"), max_length=8, choices=Visibility.choices)
    status = StateField(max_length=10, choices=Status.choices, default=Status.CURRENT)
    latest = models.ForeignKey(
        "groups.DocumentVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["status", "-changed_at", "-pk"]
        indexes = [
            models.Index(fields=["committee", "status", "-changed_at"], name="document_of_committee"),
            models.Index(fields=["group", "status", "-changed_at"], name="document_of_group"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(committee=None) | Q(group=None), name="document_of_one_body"),
        ]

    def __str__(self) -> str:
        return self.title

    def event_parents(self) -> Iterator[models.Model | None]:
        yield self.body
        yield self.meeting

    def acted_for(self, actor: Any) -> Organisation | None:
        return bodies.acted_for(self.committee_id, self.group, actor)

    def get_absolute_url(self) -> str:
        return reverse("groups:document_detail", args=[self.pk])

    @property
    def body(self) -> Committee | Group | None:
        return self.group or self.committee

    @property
    def readers(self) -> str:
        return Visibility(self.visibility).of_group if self.group_id else self.get_visibility_display()


class DocumentVersionQuerySet(models.QuerySet["DocumentVersion"]):
    def visible_to(self, user: Any) -> DocumentVersionQuerySet:
        """Inside the body all versions of what is in use; elsewhere those that were opened. What was withdrawn is read
        by those who steer the body, and the Office."""
        current = Q(document__status=Document.Status.CURRENT)
        opened = current & Q(visibility__in=Visibility.open_to(user))
        if not user.is_authenticated or not user.is_active:
            return self.filter(opened)
        if user.staff_roles:
            return self
        ours = bodies.steered(user, "document__") | current & bodies.inside(user, "document__")
        return self.filter(opened | ours)


class DocumentVersion(KeptFile):
    """One file of a document. It has a visibility of its own, never a wider one than the document: opening a document
    opens its newest version, and not what was written before for a smaller circle."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to="documents/%Y/%m/", blank=True, help_text="served by its own page only")
    change = models.TextField(_("what changed"), max_length=1000, blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility.choices)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploaded_documents"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="document_version_once")]

    def get_absolute_url(self) -> str:
        return reverse("groups:document_version", args=[self.document_id, self.number])

    @property
    def readers(self) -> str:
        return Visibility(self.visibility).of_group if self.document.group_id else self.get_visibility_display()

    @property
    def kind(self) -> str:
        """PDF, DOCX …"""
        return PurePath(self.name).suffix[1:].upper()
