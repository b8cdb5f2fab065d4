"""People in spreadsheets: rows of imports name contacts, and so do the files themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import events, forgetting
from core.imports.models import Import, ImportRow
from core.privacy import Leaver, erases, exports, obstacle

OVER = (Import.Status.APPLIED, Import.Status.FAILED, Import.Status.CANCELLED, Import.Status.UNDONE)
_TEXTS = ("label", "cells", "changes", "errors", "warnings", "evidence", "note")


@exports("imports", _("Files that you imported"))
def imports(user: Any) -> list[dict[str, Any]]:
    found = Import.objects.filter(created_by=user).order_by("pk")
    return [dict(row) for row in found.values("file_name", "kind", "status", "created_at")]


@obstacle
def unfinished_imports(user: Any) -> Iterator[str]:
    """What is still to be written would bring the person back."""
    named = forgetting.rows_naming(ImportRow, forgetting.words_of(user.name, [user.email]))
    for batch in Import.objects.filter(pk__in=named.values("batch")).exclude(status__in=OVER):
        yield _t("The import “%(file)s” names this person and is not finished: import or discard it first.") % {
            "file": batch.file_name
        }


@erases
def forget_in_files(leaver: Leaver) -> None:
    """Empty cells in place of the name and the address; the file itself goes, because it cannot be rewritten."""
    batches = set()
    for row in forgetting.rows_naming(ImportRow, leaver.sought):
        for name in _TEXTS:
            setattr(row, name, events.without(getattr(row, name), leaver.words, ""))
        row.save(update_fields=_TEXTS)
        batches.add(row.batch_id)
    for batch in Import.objects.filter(pk__in=batches):
        drop_file(batch)


def drop_file(batch: Import) -> None:
    """The upload of an import that is over; what it did stays on record."""
    if not batch.file:
        return
    storage, name = batch.file.storage, str(batch.file.name)

    def delete_file() -> None:
        storage.delete(name)

    Import.objects.filter(pk=batch.pk).update(file="")
    transaction.on_commit(delete_file, robust=True)  # a file does not come back when the transaction fails
