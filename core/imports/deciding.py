"""What people decide about doubtful rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import permissions
from core.imports import steps
from core.imports.kinds import Decision, NoSuchChoice
from core.imports.models import Import, ImportRow
from core.workflow import InvalidTransition, act

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

D = ImportRow.Decision
_WRITTEN = ("decision", "decided_match", "decided_row", "decided_fields", "decided_by", "changes")


@transaction.atomic
def decide_row(
    *,
    row_id: int,
    choice: str,
    actor: User,
    match_id: int | None = None,
    match_row: int | None = None,
    fields: Mapping[str, str] | None = None,
) -> ImportRow:
    """A person says of a doubtful row whether it is the same as a record (`match_id`) or an earlier row of the file
    (`match_row`), the same with `fields` saying which value of both holds, another one, or to be left out. What that
    will write is kept with the row. Raises NoSuchChoice, InvalidTransition."""
    # The lock of the import, as for every change of it: a decision comes before its confirmation, or is refused.
    batch = Import.objects.select_for_update(of=("self",)).get(rows=row_id)
    row = batch.rows.get(pk=row_id)
    permissions.require(actor, "imports.decide_import", batch)
    if batch.status != Import.Status.CHECKED or row.outcome != ImportRow.Outcome.DOUBTFUL:
        raise InvalidTransition(steps.CONFIRM, batch)
    if choice not in D.values:
        raise NoSuchChoice(_("Choose what to do with the row."))
    decision, changes = Decision(choice), []
    if choice in {D.SAME, D.MERGE}:
        candidate = _candidate(row, match_id, match_row)
        decision = Decision(
            choice,
            candidate["id"],
            None if candidate["id"] else candidate["row"],
            dict(fields or {}) if choice == D.MERGE else {},
        )
        changes = batch.of_kind.effect(batch, row, candidate, decision)
    elif choice == D.NEW and not row.may_be_another:
        raise NoSuchChoice(_("A number that only one can have says that it is the same, so it cannot be another one."))
    row.decision, row.decided_by, row.changes = choice, actor, changes
    row.decided_match, row.decided_row, row.decided_fields = decision.match_id, decision.row, dict(decision.fields)
    row.save(update_fields=_WRITTEN)
    told = {"row": row.number, "label": row.label, "choice": choice, "match": decision.match_id}
    if choice == D.MERGE:
        told |= {"match_row": decision.row, "fields": dict(decision.fields)}
    act(steps.DECIDE, batch, actor=actor, data=told)
    return row


def _candidate(row: ImportRow, match_id: int | None, match_row: int | None) -> Mapping[str, Any]:
    """The one meant; without a word the only record that the row resembles."""
    for one in row.evidence:
        if (match_id and one["id"] == match_id) or (match_row and not one["id"] and one["row"] == match_row):
            return one
    on_record = [one for one in row.evidence if one["id"]]
    if match_id or match_row or len(on_record) != 1:
        raise NoSuchChoice(_("Say which of the organisations it is."))
    return on_record[0]


@transaction.atomic
def decide_all(*, import_id: int, choice: str, actor: User) -> int:
    """The same answer for every doubtful row that nobody has decided; "same" only where there is one candidate, "new"
    only where nothing says for certain that it is a known one. What each writes is told when it is written."""
    batch = Import.objects.select_for_update().get(pk=import_id)
    permissions.require(actor, "imports.decide_import", batch)
    if batch.status != Import.Status.CHECKED:
        raise InvalidTransition(steps.CONFIRM, batch)
    decided = []
    for row in batch.rows.to_decide():
        candidates = [one["id"] for one in row.evidence if one.get("id")]
        if (choice == D.SAME and len(candidates) != 1) or (choice == D.NEW and not row.may_be_another):
            continue
        row.decision, row.decided_by = choice, actor
        row.decided_match = candidates[0] if choice == D.SAME else None
        decided.append(row)
    ImportRow.objects.bulk_update(decided, ["decision", "decided_match", "decided_by"], batch_size=500)
    if decided:
        act(steps.DECIDE, batch, actor=actor, data={"rows": [row.number for row in decided], "choice": choice})
    return len(decided)
