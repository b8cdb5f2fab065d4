"""How long the files of withdrawn documents are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from core.retention import Rule, add_rule
from groups.models import Document, DocumentVersion
from groups.services.documents import forget_files


def _rows(moment: datetime) -> QuerySet[Document]:
    with_file = DocumentVersion.objects.filter(document=OuterRef("pk")).exclude(file="")
    return Document.objects.filter(Exists(with_file), status=Document.Status.WITHDRAWN)


def _forget(rows: list[Any]) -> None:
    forget_files(rows)


WITHDRAWN_DOCUMENTS = add_rule(
    Rule(
        key="withdrawn_documents",
        title=_("Files of withdrawn documents"),
        what=_("The uploaded files go. That there was a document, its versions and why it was withdrawn stay."),
        setting="RETENTION_DOCUMENT_DAYS",
        rows=_rows,
        forget=_forget,
        since="withdrawn_at",
    )
)
