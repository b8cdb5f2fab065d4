"""Commitments of a member: made, changed, reported on, fulfilled or given up."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from core import events, permissions, workflow
from core.workflow import InvalidTransition, Transition
from members.models import Commitment, CommitmentProgress, Organisation, User
from members.services.representatives import behalf

Status = Commitment.Status
MAKE = events.name_verb("commitment.make", gettext_lazy("made a commitment"))
CHANGE = events.name_verb("commitment.change", gettext_lazy("changed a commitment"))
REPORT = events.name_verb("commitment.report", gettext_lazy("told how a commitment goes"))
FULFIL = Transition(
    "commitment.fulfil", sources={Status.OPEN}, target=Status.FULFILLED, phrase=gettext_lazy("fulfilled a commitment")
)
DROP = Transition(
    "commitment.drop",
    sources={Status.OPEN},
    target=Status.DROPPED,
    phrase=gettext_lazy("gave up a commitment"),
    note_required=True,
)
REOPEN = Transition(
    "commitment.reopen",
    sources={Status.FULFILLED, Status.DROPPED},
    target=Status.OPEN,
    phrase=gettext_lazy("took up a commitment again"),
)
STEPS = {"fulfil": FULFIL, "drop": DROP, "reopen": REOPEN}


@transaction.atomic
def make_commitment(*, organisation_id: int, actor: User, **fields: Any) -> Commitment:
    """Sent twice it is one: the same words for the same year are not promised again."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    permissions.require(actor, "members.change_organisation_profile", organisation)
    same = {"text": fields["text"], "by_year": fields["by_year"], "status": Status.OPEN}
    if known := organisation.commitments.filter(**same).first():
        return known
    commitment = Commitment.objects.create(organisation=organisation, **fields)
    workflow.act(MAKE, commitment, actor=actor, to_state=commitment.status, on_behalf_of=behalf(actor, organisation))
    return commitment


@transaction.atomic
def change_commitment(*, commitment_id: int, actor: User, **fields: Any) -> Commitment:
    """Changed words or numbers are recorded with what they were. Raises InvalidTransition once it is settled."""
    commitment = _find(commitment_id)
    permissions.require(actor, "members.change_commitment", commitment)
    if not commitment.is_open:
        raise InvalidTransition(FULFIL, commitment)
    changed = {
        name: [_plain(getattr(commitment, name)), _plain(value)]
        for name, value in fields.items()
        if getattr(commitment, name) != value
    }
    if not changed:
        return commitment
    for name in changed:
        setattr(commitment, name, fields[name])
    commitment.save(update_fields=list(changed))
    workflow.act(
        CHANGE, commitment, actor=actor, on_behalf_of=behalf(actor, commitment.organisation), data={"changed": changed}
    )
    return commitment


@transaction.atomic
def report_progress(
    *, commitment_id: int, actor: User, year: int, number: int | None = None, note: str = ""
) -> CommitmentProgress:
    """How far it is, as of a year; told again, it replaces what was told before."""
    commitment = _find(commitment_id)
    permissions.require(actor, "members.change_commitment", commitment)
    if not commitment.is_open:
        raise InvalidTransition(FULFIL, commitment)
    before = commitment.progress.filter(year=year).first()
    if before and (before.number, before.note) == (number, note):
        return before
    told, _made = CommitmentProgress.objects.update_or_create(
        commitment=commitment, year=year, defaults={"number": number, "note": note}
    )
    workflow.act(
        REPORT,
        commitment,
        actor=actor,
        note=note,
        on_behalf_of=behalf(actor, commitment.organisation),
        data={"year": year, "number": number, "before": before.number if before else None},
    )
    return told


@transaction.atomic
def settle_commitment(*, commitment_id: int, step: str, actor: User, note: str = "") -> Commitment:
    """Fulfil it, give it up (with a reason), or take it up again."""
    organisation = _find(commitment_id).organisation
    return workflow.perform(
        Commitment.objects.all(),
        commitment_id,
        STEPS[step],
        actor=actor,
        note=note,
        on_behalf_of=behalf(actor, organisation),
    )


def _find(commitment_id: int) -> Commitment:
    return Commitment.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=commitment_id)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
