"""A person's part in reports. What was reported is the organisation's and stays."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.privacy import exports
from kpis.models import Evidence, Report


@exports("reports", _("KPI reports that you filled in or submitted"))
def reports(user: Any) -> list[dict[str, Any]]:
    found = Report.objects.filter(Q(authors=user) | Q(submitted_by=user) | Q(approved_by=user)).distinct()
    return [
        {
            "round": str(one.round),
            "organisation": one.organisation.code,
            "revision": one.revision,
            "state": one.status,
            "submitted_by_you": one.submitted_by_id == user.pk,
            "approved_by_you": one.approved_by_id == user.pk,
        }
        for one in found.select_related("round", "organisation").order_by("pk")
    ]


@exports("evidence", _("Files that you attached to KPI reports"))
def evidence(user: Any) -> list[dict[str, Any]]:
    found = Evidence.objects.filter(uploaded_by=user).select_related("report__round", "report__organisation")
    return [
        {
            "file": one.name,
            "bytes": one.size,
            "round": str(one.report.round),
            "organisation": one.report.organisation.code,
            "at": one.uploaded_at,
        }
        for one in found.order_by("pk")
    ]
