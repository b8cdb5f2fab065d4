"""What a person has before them when they decide, in short. The page carries it, the act compares it: nobody approves
figures that they have not seen.

Nothing of it is secret: it guards against pages that are older than what stands now, and not against their readers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.workflow import NotPossible
from kpis import settling
from kpis.lines import fingerprint, lines_of
from kpis.models import Adjustment, Report


class ChangedSinceShown(NotPossible):
    """What would be approved is not what the page showed."""


def of_report(report: Report) -> str:
    """Its figures with notes and reasons, its evidence, who stands for it, and the type that approval will copy."""
    files = report.evidence.values_list("indicator", "line", "name", "digest").order_by("pk")
    return _short(
        fingerprint(lines_of(report)),
        sorted(report.reasons.items()),
        list(files),
        (report.submitted_by_id, report.confirmation, report.organisation.member_type_id),
    )


def of_reports(reports: Iterable[Report]) -> str:
    """Which reports they are, and when each was last written; without a query."""
    return _short(*sorted((report.pk, str(report.saved_at)) for report in reports))


def of_settlement(adjustment: Adjustment) -> str:
    """The lines of its set and those that they meet, as they are now."""
    return _short(*sorted(map(repr, settling.ground_now(adjustment))))


def require_same(seen: str | None, now: str) -> None:
    """Raises ChangedSinceShown. `seen`: none where no page stands behind the act."""
    if seen is not None and seen != now:
        raise ChangedSinceShown(
            _("Nothing was approved: what this page showed has changed since you opened it. Here it is as it is now.")
        )


def _short(*said: Any) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:20]
