"""What becomes of a group after its founding: extended, converted, closed, continued by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from committees import register
from committees.models import Committee, Decision
from core import permissions, workflow
from groups import steps
from groups.errors import Incomplete
from groups.models import Group, GroupChange, GroupKind, Output
from groups.services import inviting, joining
from groups.services.meetings import cancel_meeting
from groups.services.proposals import next_code
from members.models import User, today


@transaction.atomic
def ask_for_change(
    *,
    group_id: int,
    kind: str,
    actor: User,
    reason: str,
    new_end: date | None = None,
    report: str = "",
    outputs: str = "",
    successor: Group | None = None,
) -> GroupChange:
    """Ask the committee for an extension, a conversion or a closing. Raises Incomplete with what cannot stand."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)  # two at once: the second sees the first
    change = GroupChange(
        group=group,
        kind=kind,
        present_end=group.ends,
        new_end=new_end,
        reason=reason,
        report=report,
        outputs=outputs,
        successor=successor,
        asked_by=actor if actor.is_authenticated else None,
    )
    permissions.require(actor, f"groups.ask_{kind}", change)
    if problems := change.problems():
        raise Incomplete(problems)
    change.asked_at = timezone.now()
    change.save()
    named = Output.objects.current().filter(group=group) if kind == GroupChange.Kind.CLOSING else Output.objects.none()
    told = {"outputs": [one.title for one in named]} if named else {}
    workflow.act(steps.ASK[kind], change, actor=actor, note=reason, to_state=change.status, data=told)
    return change


@transaction.atomic
def grant_change(*, change_id: int, actor: User, note: str = "", manner: str = "") -> GroupChange:
    """The committee agrees, and the group is from now on what was asked for. Raises Incomplete when it cannot stand
    any more, such as an end beyond the limit of today."""
    change = GroupChange.objects.select_related("group__committee").get(pk=change_id)
    step = steps.GRANT[change.kind]
    change = workflow.perform(
        GroupChange.objects.all(), change_id, step, actor=actor, note=note, decided_at=timezone.now()
    )
    change.group = Group.objects.select_for_update(of=("self",)).get(pk=change.group_id)
    if problems := change.problems():
        raise Incomplete(problems)
    _enter(change, step, Decision.Outcome.ADOPTED, manner)
    {
        GroupChange.Kind.EXTENSION: _extend,
        GroupChange.Kind.CONVERSION: _convert,
        GroupChange.Kind.CLOSING: _close,
    }[GroupChange.Kind(change.kind)](change, actor)
    return change


@transaction.atomic
def decline_change(*, change_id: int, actor: User, note: str, manner: str = "") -> GroupChange:
    step = steps.DECLINE[GroupChange.objects.get(pk=change_id).kind]
    change: GroupChange = workflow.perform(
        GroupChange.objects.all(), change_id, step, actor=actor, note=note, decided_at=timezone.now()
    )
    _enter(change, step, Decision.Outcome.DECLINED, manner)
    return change


@transaction.atomic
def withdraw_change(*, change_id: int, actor: User, note: str = "") -> GroupChange:
    step = steps.TAKE_BACK[GroupChange.objects.get(pk=change_id).kind]
    return workflow.perform(
        GroupChange.objects.all(), change_id, step, actor=actor, note=note, decided_at=timezone.now()
    )


def _enter(change: GroupChange, step: workflow.Transition, outcome: str, manner: str) -> None:
    register.enter(change, step, committee=change.group.committee, kind=change.kind, outcome=outcome, manner=manner)


def _extend(change: GroupChange, actor: User) -> None:
    _set(change.group, actor, steps.EXTEND_GROUP, ends=change.new_end)


def _convert(change: GroupChange, actor: User) -> None:
    """A working group has a code of its own; under the old one it is still found."""
    group = change.group
    committee = Committee.objects.select_for_update().get(pk=group.committee_id)
    code = next_code(committee, GroupKind.WORKING_GROUP)
    known = [*group.legacy_codes, group.code]
    _set(group, actor, steps.CONVERT_GROUP, kind=GroupKind.WORKING_GROUP, ends=None, code=code, legacy_codes=known)


def _set(group: Group, actor: User, verb: str, **fields: Any) -> None:
    before = {name: getattr(group, name) for name in fields}
    for name, value in fields.items():
        setattr(group, name, value)
    group.save(update_fields=list(fields))
    told = {name: [str(before[name] or ""), str(value or "")] for name, value in fields.items()}
    workflow.act(verb, group, actor=actor, data=told)


def _close(change: GroupChange, actor: User) -> None:
    """Its last day is today, or the day on which its term ended."""
    group = change.group
    last = min(group.ends, today()) if group.ends else today()
    fields: dict[str, Any] = {"ends": max(last, group.starts)}
    if change.successor:
        fields["successor"] = change.successor
    workflow.perform(Group.objects.all(), group.pk, steps.CLOSE_GROUP, actor=actor, note=change.reason, **fields)
    _end_what_is_open(group)


def _end_what_is_open(group: Group) -> None:
    """Nobody waits for a closed group: meetings to come are cancelled in the calendars, whoever asked to join or was
    invited is told. Its plans stay as they are."""
    portal, note = User.objects.system(), _t("The group has been closed.")
    for pk in group.meetings.planned().filter(starts_at__gt=timezone.now()).values_list("pk", flat=True):
        cancel_meeting(meeting_id=pk, actor=portal, note=note)
    for pk in group.memberships.requested().values_list("pk", flat=True):
        joining.refuse(membership_id=pk, actor=portal, note=note)
    for pk in group.memberships.invited().values_list("pk", flat=True):
        inviting.take_back_invitation(membership_id=pk, actor=portal, note=note)
