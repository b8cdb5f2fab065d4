"""What projects knows of its rows when two organisations become one."""

from __future__ import annotations

from members.merging.journal import Journal
from members.merging.registry import before_moving
from projects.models import ResultUse


@before_moving
def one_use_of_a_result(journal: Journal, kept: int, merged: int) -> None:
    """Of two uses of a result that go on, the one since the earlier day remains; ended ones stand side by side."""
    rows = ResultUse.objects.filter(until=None)
    mine = {one.result_id: one for one in rows.filter(organisation=kept)}
    for other in rows.filter(organisation=merged):
        if (own := mine.get(other.result_id)) is not None:
            journal.set_aside(max(own, other, key=lambda one: (one.since, one.organisation_id != kept)))
