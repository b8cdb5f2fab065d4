"""People in spreadsheets: rows of imports name contacts, and so do the files themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import events
from core.imports.models import Import, ImportRow
from core.privacy import Leaver, erases, exports, obstacle

OVER = (Import.Status.APPLIED, Import.Status.FAILED, Import.Status.CANCELLED, Import.Status.UNDONE)
_TEXTS = ("cells", "changes", "errors", "warnings", "evidence")


@exports("imports", _("Files that you imported"))
def imports(user: Any) -> list[dict[str, Any]]:
    found = Import.objects.filter(created_by=user).order_by("pk")
    return [dict(row) for row in found.values("file_name", "kind", "status", "created_at")]


def rows_naming(addresses: Collection[str]) -> QuerySet[ImportRow]:
    """The rows of imports in which one of the addresses stands."""
    texts = {f"{name}_text": Cast(name, TextField()) for name in _TEXTS}
    return ImportRow.objects.annotate(**texts).filter(events.naming(addresses, *texts))


@obstacle
def unfinished_imports(user: Any) -> Iterator[str]:
    """What is still to be written would bring the person back."""
    for batch in Import.objects.filter(pk__in=rows_naming([user.email]).values("batch")).exclude(status__in=OVER):
        yield _t("The import “%(file)s” names this person and is not finished: import or discard it first.") % {
            "file": batch.file_name
        }


@erases
def forget_in_files(leaver: Leaver) -> None:
    """The address and, in the same rows, the name; the file itself goes, because it cannot be rewritten."""
    words = {*leaver.addresses, *([leaver.name] if " " in leaver.name else [])}
    batches = set()
    for row in rows_naming(leaver.addresses):
        for name in (*_TEXTS, "label"):
            setattr(row, name, events.without(getattr(row, name), words, ""))
        row.save(update_fields=[*_TEXTS, "label"])
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
