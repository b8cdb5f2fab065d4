"""Outputs of groups: recorded, corrected, withdrawn."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from core import permissions, workflow
from core.workflow import Incomplete
from groups import steps
from groups.errors import ChangedMeanwhile
from groups.models import Group, Output
from members.models import User

WORDS = ("kind", "title", "summary", "language", "date", "licence", "link", "document", "visibility")


@transaction.atomic
def record_output(*, group_id: int, actor: User, **words: Any) -> Output:
    """Raises Incomplete with what cannot stand. The same form sent twice is one output."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
    found = Output(group=group, recorded_by=actor, recorded_at=timezone.now(), **words)
    permissions.require(actor, "groups.record_output", found)
    if problems := found.problems():
        raise Incomplete(problems)
    if same := Output.objects.current().filter(group=group, **{name: words[name] for name in WORDS}).first():
        return same
    found.save()
    workflow.act(steps.RECORD_OUTPUT, found, actor=actor, to_state=found.status)
    return found


@transaction.atomic
def change_output(*, output_id: int, revision: int, actor: User, **words: Any) -> Output:
    """Raises ChangedMeanwhile if somebody saved since the person opened it, and Incomplete."""
    found = Output.objects.select_for_update(of=("self",)).get(pk=output_id)
    permissions.require(actor, "groups.change_output", found)
    if found.revision != revision:
        raise ChangedMeanwhile(found)
    changed = [name for name in WORDS if name in words and getattr(found, name) != words[name]]
    if not changed:
        return found
    for name in changed:
        setattr(found, name, words[name])
    if problems := found.problems():
        raise Incomplete(problems)
    found.revision += 1
    found.save(update_fields=[*changed, "revision"])
    workflow.act(steps.CHANGE_OUTPUT, found, actor=actor, data={"changed": changed})
    return found


def withdraw_output(*, output_id: int, actor: User, note: str) -> Output:
    """It stays on record, for those inside the group."""
    found: Output = workflow.perform(Output.objects.all(), output_id, steps.WITHDRAW_OUTPUT, actor=actor, note=note)
    return found
