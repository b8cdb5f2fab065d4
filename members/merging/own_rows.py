"""What members knows of its own rows when two organisations become one."""

from __future__ import annotations

from core.imports.models import Import, ImportRow
from members.merging.journal import Journal
from members.merging.registry import before_moving
from members.models import Membership, Organisation, Representation

_RANK = {Membership.Status.ACTIVE: 2, Membership.Status.SUSPENDED: 1}


@before_moving
def one_membership(journal: Journal, kept: int, merged: int) -> None:
    """Of two memberships that are alive the stronger one stays, since the earlier of their first days."""
    alive = {
        one.organisation_id: one
        for one in Membership.objects.filter(organisation__in=[kept, merged]).exclude(status=Membership.Status.ENDED)
    }
    if len(alive) < 2:
        return
    winner, loser = alive[kept], alive[merged]
    if _RANK[Membership.Status(loser.status)] > _RANK[Membership.Status(winner.status)]:
        winner, loser = loser, winner
    journal.set_aside(loser)
    if winner.status == loser.status and loser.starts < winner.starts:
        journal.set(winner, starts=loser.starts)


@before_moving
def one_role_of_a_person(journal: Journal, kept: int, merged: int) -> None:
    """Who has the same role in both has it once, since the earlier day."""
    held = {(one.user_id, one.role): one for one in Representation.objects.filter(organisation=kept, ends=None)}
    for double in Representation.objects.filter(organisation=merged, ends=None):
        if (stays := held.get((double.user_id, double.role))) is not None:
            journal.set_aside(double)
            if double.starts < stays.starts:
                journal.set(stays, starts=double.starts)


@before_moving
def rows_of_rosters(journal: Journal, kept: int, merged: int) -> None:
    """Imports name organisations by their key alone, since they serve any kind of record."""
    for column in ("match_id", "decided_match", "object_id"):
        _move_rows(journal, column, kept, merged)
    _one_candidate(journal, kept, merged)


def _one_candidate(journal: Journal, kept: int, merged: int) -> None:
    """A row of a preview that resembles both resembles one from now on, and waits for its decision as before."""
    waiting = ImportRow.objects.filter(
        batch__kind="roster", batch__status=Import.Status.CHECKED, outcome=ImportRow.Outcome.DOUBTFUL
    )
    for row in waiting.only("pk", "evidence"):
        named = {one["id"] for one in row.evidence}
        if merged not in named:
            continue
        if kept in named:
            evidence = [one for one in row.evidence if one["id"] != merged]
        else:
            code = Organisation.objects.values_list("code", flat=True).get(pk=kept)
            evidence = [{**one, "id": kept, "code": code} if one["id"] == merged else one for one in row.evidence]
        journal.set(row, evidence=evidence)


def _move_rows(journal: Journal, column: str, kept: int, merged: int) -> None:
    of_rosters = ImportRow.objects.filter(batch__kind="roster", **{column: merged})
    for row in of_rosters.only("pk"):
        journal.set(row, **{column: kept})
