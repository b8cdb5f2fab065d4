"""How long evidence is kept. Figures are kept for ever; the files behind them are not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.retention import Rule, add_rule
from kpis.models import Evidence
from kpis.services.evidence import forget_evidence


def _rows(moment: datetime) -> QuerySet[Evidence]:
    return Evidence.objects.all()


def _forget(rows: list[Any]) -> None:
    forget_evidence(rows)


EVIDENCE = add_rule(
    Rule(
        key="evidence",
        title=_("Evidence for figures"),
        what=_(
            "The uploaded files go. The figures that they proved stay, and that there were files stays in the trail."
        ),
        setting="RETENTION_EVIDENCE_DAYS",
        rows=_rows,
        forget=_forget,
        since="uploaded_at",
    )
)
