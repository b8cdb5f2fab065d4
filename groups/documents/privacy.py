"""A person's part in documents and outputs. Whoever is forgotten stays behind them as a former user."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.privacy import exports
from groups.models import DocumentVersion, Output


@exports("documents", _("Documents that you uploaded"))
def documents(user: Any) -> list[dict[str, Any]]:
    found = DocumentVersion.objects.filter(uploaded_by=user).select_related("document").order_by("uploaded_at", "pk")
    return [
        {
            "title": one.document.title,
            "version": one.number,
            "file": one.name,
            "size": one.size,
            "sha256": one.digest,
            "what_changed": one.change,
            "uploaded_at": one.uploaded_at,
        }
        for one in found
    ]


@exports("outputs", _("Outputs of groups that you recorded"))
def outputs(user: Any) -> list[dict[str, Any]]:
    found = Output.objects.filter(recorded_by=user).select_related("group").order_by("recorded_at", "pk")
    return [
        {"title": one.title, "group": one.group.code, "type": one.kind, "state": one.status, "at": one.recorded_at}
        for one in found
    ]
