"""One import of a spreadsheet, and what it makes of each row. What the rows mean is the business of the kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.workflow import StateField, WorkflowModel, WorkflowQuerySet

if TYPE_CHECKING:
    from core.imports.kinds import Kind


class ImportQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> ImportQuerySet:
        """Imports of the kinds that the person may run."""
        from core.imports.kinds import kinds

        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(kind__in=[kind.key for kind in kinds() if user.has_perm(kind.right)])


class Import(WorkflowModel):
    """A file on its way into the portal. Nothing of it is written before a person confirmed what the dry run said."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        MAPPED = "mapped", _("Columns mapped")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Ready to confirm")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        UNDOING = "undoing", _("Being undone")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Discarded")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=40)
    status = StateField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    file = models.FileField(upload_to="imports/%Y/%m/")
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    sheets = models.JSONField(default=list, help_text="the names of all sheets")
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    header_row = models.PositiveIntegerField(_("header row"), default=1, help_text="as numbered in the sheet, from 1")
    columns = models.JSONField(default=list, help_text="the headers of the columns, left to right")
    mapping = models.JSONField(default=dict, help_text="column position (from 0, as text) → field name")
    options = models.JSONField(default=dict, help_text="what the kind asks beside the columns, and skip_errors")
    counts = models.JSONField(
        default=dict, help_text="rows, new, changed, unchanged, doubtful, errors, applied; reversed, kept, failed"
    )
    error = models.TextField(blank=True)
    job = models.ForeignKey("core.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports")
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "status"], name="import_kind_status")]

    def __str__(self) -> str:
        return self.file_name

    @cached_property
    def of_kind(self) -> Kind:
        from core.imports.kinds import kind

        return kind(self.kind)

    def get_absolute_url(self) -> str:
        return self.of_kind.url(self)

    @property
    def is_running(self) -> bool:
        return self.status in {self.Status.CHECKING, self.Status.APPLYING, self.Status.UNDOING}

    @property
    def has_stalled(self) -> bool:
        """Its job ended without a word (given up after several lost workers): a person starts it anew."""
        return self.is_running and (self.job is None or self.job.is_over)


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def written(self) -> ImportRowQuerySet:
        """Those that have made or changed a record."""
        return self.filter(result__in=[ImportRow.Result.CREATED, ImportRow.Result.CHANGED])

    def to_decide(self) -> ImportRowQuerySet:
        return self.filter(outcome=ImportRow.Outcome.DOUBTFUL, decision="")


class ImportRow(models.Model):
    """What the dry run says about one row, what a person decided about it, and what became of it."""

    class Outcome(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        DOUBTFUL = "doubtful", _("To decide")
        ERROR = "error", _("Errors")

    class Decision(models.TextChoices):
        SAME = "same", _("the same")
        MERGE = "merge", _("the same, field by field")
        NEW = "new", _("another one")
        SKIP = "skip", _("leave out")

    class Result(models.TextChoices):
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        SKIPPED = "skipped", _("left out")
        REVERSED = "reversed", _("reversed")
        KEPT = "kept", _("kept")
        FAILED = "failed", _("failed")

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="as numbered in the sheet, from 1")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    label = models.CharField(max_length=250, blank=True, help_text="what the row is about, for people")
    cells = models.JSONField(default=dict, help_text="field → text of the cell")
    changes = models.JSONField(default=list, help_text="[{field, old, new}], as people read them")
    errors = models.JSONField(default=dict, help_text="field → what to do about it")
    warnings = models.JSONField(default=dict, help_text="field → what is left aside, and why")
    match_id = models.BigIntegerField(null=True, blank=True, help_text="the record that the row is about")
    evidence = models.JSONField(
        default=list, help_text="[{id, row, label, reason, values, certain}]: whom it resembles, and why"
    )
    decision = models.CharField(max_length=5, choices=Decision.choices, blank=True)
    decided_match = models.BigIntegerField(
        null=True, blank=True, help_text="with decision 'same' or 'merge': as which record"
    )
    decided_row = models.PositiveIntegerField(null=True, blank=True, help_text="the same: as which row of the file")
    decided_fields = models.JSONField(default=dict, help_text="with decision 'merge': field → what holds")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True, help_text="the record that was written")
    trail = models.JSONField(default=dict, help_text="what else was written, in the words of the kind, for undoing it")
    note = models.TextField(blank=True, help_text="why undoing the import left the record as it is")

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.batch}, row {self.number}"

    @property
    def may_be_another(self) -> bool:
        """Nothing that only one record can have says that it is a known one."""
        return not any(one.get("certain") for one in self.evidence)


class HeaderMemory(models.Model):
    """A column header that somebody mapped by hand: the next file with it is mapped at once."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, help_text="the header, folded")
    field = models.CharField(max_length=40, blank=True, help_text="empty: the column is to be left aside")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="header_memory_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.field or '–'}"
