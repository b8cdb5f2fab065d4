"""Contested figures that two people of the Office have settled, and one that waits for the second."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from asa_portal.demo import clock
from asa_portal.demo.partnership import Partnership
from kpis import rollup, services
from kpis.models import Adjustment
from kpis.selectors.settlements import to_settle

METHOD = Adjustment.Method
DECIDED = (
    (METHOD.MAX, "Both schools trained the same shift; the attendance lists are of the larger one."),
    (METHOD.SUM, "The schools sent their lists: no name is on two of them."),
    (METHOD.NONE, "The employer's training office has confirmed that nobody took part."),
)


def load(partnership: Partnership, newest: int) -> dict[str, int]:
    """Settles some sets of the years before; proposes one of the running year, so that the Office finds it waiting."""
    first, second = partnership.office, partnership.accounts["office2@demo.test"]
    for year in (newest - 3, newest - 2, newest - 1):
        named = [row for row in to_settle(year) if row["others__code"]]
        for days, (row, (method, reason)) in enumerate(zip(named, DECIDED, strict=False)):
            with clock.on(partnership.today - timedelta(days=90 * (newest - year) + days)):
                made = services.propose_settlement(**_set(row), method=method, reason=reason, actor=first)
                services.approve_settlement(adjustment_id=made.pk, actor=second, note="I have seen the letters.")
    rollup.rebuild()
    row = next(row for row in to_settle(newest) if row["others__code"])
    reason = "The two lists share 40 names, by a telephone call with both schools."
    with clock.on(partnership.today - timedelta(days=2)):
        services.propose_settlement(
            **_set(row), method=METHOD.NUMBER, number=row["people"] * 9 // 10, reason=reason, actor=second
        )
    return {"settlements": Adjustment.objects.count()}


def _set(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "year": row["year"],
        "indicator": row["indicator__code"],
        "series": row["series"],
        "contested_set": row["contested_set"],
    }
