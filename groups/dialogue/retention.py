"""How long discussions are kept. Comments on plans and proposals stay: they are part of how it was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.retention import Rule, add_rule
from groups.models import Group, Thread


def _rows(moment: datetime) -> QuerySet[Thread]:
    over = Q(status=Thread.Status.CLOSED) | Q(group__status=Group.Status.CLOSED)
    return Thread.objects.filter(over, plan=None, activity=None, proposal=None)


def _forget(rows: list[Any]) -> None:
    Thread.objects.filter(pk__in=[row.pk for row in rows]).delete()


DISCUSSIONS = add_rule(
    Rule(
        key="discussions",
        title=_("Discussions that are closed"),
        what=_("What was said in closed discussions, and in those of closed groups, goes, once it has rested so long."),
        setting="RETENTION_DISCUSSION_DAYS",
        rows=_rows,
        forget=_forget,
        since="last_at",
    )
)
