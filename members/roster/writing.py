"""Writes what was confirmed: organisations, their memberships and their row history, in bulk."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Cast, Concat, LPad

from core.imports.kinds import PlannedRow, Progress
from core.imports.models import Import, ImportRow
from members.models import Membership, Organisation, User, today
from members.roster import related
from members.roster.writing_related import write_related

_BATCH = 500


def reason_of(batch: Import) -> str:
    """What the row history says of what an import wrote; undoing finds it by this."""
    return f"import {batch.pk}"


def write(batch: Import, rows: Sequence[PlannedRow], actor: User, progress: Progress) -> dict[int, int]:
    """{row number: organisation id}. Runs inside the import's transaction. Membership begins today."""
    new = [row for row in rows if row.outcome == ImportRow.Outcome.NEW]
    source = str(batch)[:200]
    changed = [row for row in rows if row.outcome == ImportRow.Outcome.CHANGED]
    reason = reason_of(batch)
    written: dict[int, int] = {}
    for start in range(0, len(new), _BATCH):
        progress(len(written), len(rows), "")
        part = new[start : start + _BATCH]
        written |= _create(part, actor, reason)
        for row in part:
            row.payload = None  # written: its memory is for the next ones
    for start in range(0, len(changed), _BATCH):
        progress(len(written), len(rows), "")
        written |= _update(changed[start : start + _BATCH], actor, reason)
    made = {written[row.number] for row in new}
    for start in range(0, len(rows), _BATCH):
        _write_more([row for row in rows[start : start + _BATCH] if row.more], written, source, made)
    return written


def _write_more(rows: Sequence[PlannedRow], written: dict[int, int], source: str, made: set[int]) -> None:
    """Several rows may be of one organisation; each adds what those before it do not say."""
    said: dict[int, dict[str, Any]] = {}
    for row in rows:
        related.complete(said.setdefault(written[row.number], {}), row.more)
    trails = write_related(said, source=source, made=made)
    for row in rows:  # kept once, with the first of them
        row.trail |= trails.pop(written[row.number], {})


def _create(rows: Sequence[PlannedRow], actor: User, reason: str) -> dict[int, int]:
    mark = secrets.token_hex(3)  # the code follows from the key, which only the database knows
    made = [Organisation(code=f"~{mark}{index}", **row.payload) for index, row in enumerate(rows)]
    for one in made:
        one.derive()
    Organisation.objects.bulk_create(made, batch_size=_BATCH)
    number = Cast("pk", CharField())
    Organisation.objects.filter(pk__in=[one.pk for one in made]).update(
        code=Concat(
            Value("ORG-"),
            Case(When(pk__lt=100_000, then=LPad(number, 5, Value("0"))), default=number),
            output_field=CharField(),
        )
    )
    for one in made:
        one.code = f"ORG-{one.pk:05d}"
    Organisation.history.bulk_history_create(made, batch_size=_BATCH, default_user=actor, default_change_reason=reason)
    _join(dict(zip([row.number for row in rows], made, strict=True)), rows)
    return {row.number: one.pk for row, one in zip(rows, made, strict=True)}


def _join(joining: dict[int, Organisation], rows: Sequence[PlannedRow]) -> None:
    """{row number: who becomes a member}, today or since the day that the row names."""
    begun = {}
    for row in rows:
        if row.number in joining and joining[row.number].pk not in begun:
            starts = row.more.get("member_since") or today()
            begun[joining[row.number].pk] = Membership(organisation=joining[row.number], starts=starts)
            row.trail["since"] = starts.isoformat()
    Membership.objects.bulk_create(begun.values(), batch_size=_BATCH)


def _update(rows: Sequence[PlannedRow], actor: User, reason: str) -> dict[int, int]:
    """A person may have decided that several rows are one organisation: then its row is written once."""
    found = Organisation.objects.in_bulk([row.match_id for row in rows])
    touched: set[str] = set()
    to_save: dict[int, Organisation] = {}
    joining: dict[int, Organisation] = {}
    written: dict[int, int] = {}
    for row in rows:
        payload: dict[str, Any] = row.payload
        organisation = found[row.match_id]
        for name, value in payload["values"].items():
            setattr(organisation, name, value)
            touched.add(name.removesuffix("_id") if name in {"country_id", "member_type_id", "region_id"} else name)
        if payload["values"]:
            to_save[organisation.pk] = organisation
        if payload["join"]:
            joining[row.number] = organisation
        written[row.number] = organisation.pk
    for organisation in to_save.values():
        organisation.derive()
    if to_save:
        Organisation.objects.bulk_update(
            to_save.values(), [*sorted(touched), "name_key", "search_text"], batch_size=_BATCH
        )
        Organisation.history.bulk_history_create(
            list(to_save.values()), batch_size=_BATCH, update=True, default_user=actor, default_change_reason=reason
        )
    _join(joining, rows)
    return written
