"""Settlements of contested figures: proposed by one person of the Office, in effect once a second has approved."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import permissions
from core.workflow import InvalidTransition, NotPossible, act, perform
from kpis import settling, steps
from kpis.contested import read_set
from kpis.models import Adjustment, AdjustmentLine, CountedLine
from kpis.refresh import ask_for_refresh
from kpis.seen import of_settlement, require_same
from members.models import User


class NothingToSettle(NotPossible):
    """The set has no contested lines (any more), or is being settled already."""


class GroundChanged(InvalidTransition):
    """The lines are no longer those that the settlement was proposed for."""

    @property
    def explanation(self) -> str:
        return _("These figures have changed since the proposal: it has lapsed, and the set is queued again.")


@transaction.atomic
def propose_settlement(
    *,
    year: int,
    indicator: str,
    series: str,
    contested_set: str,
    method: str,
    reason: str,
    actor: User,
    number: int | None = None,
) -> Adjustment:
    """Propose how a contested set counts. Raises NothingToSettle, or ValueError for a number outside 0 … their sum."""
    permissions.require(actor, "kpis.propose_settlement")
    found = read_set(year=year, indicator=indicator, series=series, key=contested_set)
    if found is None or found.standing:
        raise NothingToSettle(_("There is nothing to settle here any more."))
    permissions.require(actor, "kpis.propose_settlement", found)
    if not reason.strip():
        raise ValueError(_("Please say why the figures count so."))
    counted = found.shares(method, number)
    try:
        with transaction.atomic():
            adjustment = Adjustment.objects.create(
                year=year,
                indicator=found.indicator,
                series=series,
                contested_set=contested_set,
                organisation=found.organisation,
                method=method,
                number=number,
                reason=reason,
                proposed_by=actor,
                proposed_at=timezone.now(),
            )
    except IntegrityError:  # somebody else proposed one in this moment
        raise NothingToSettle(_("There is nothing to settle here any more."))
    AdjustmentLine.objects.bulk_create(
        [_record(adjustment, line, share) for line, share in zip(found.lines, counted, strict=True)]
        + [_record(adjustment, line, None) for line in found.met_outside]
    )
    act(steps.PROPOSE_SETTLEMENT, adjustment, actor=actor, note=reason, to_state=adjustment.status)
    return adjustment


def _record(adjustment: Adjustment, line: CountedLine, share: int | None) -> AdjustmentLine:
    return AdjustmentLine(
        adjustment=adjustment,
        kind=AdjustmentLine.Kind.MET if share is None else AdjustmentLine.Kind.CONTESTED,
        organisation_id=line.organisation_id,
        region=line.region,
        whose=line.whose,
        others_id=line.others_id,
        initiative=line.initiative,
        state=line.state,
        value=line.gross,
        share=share,
    )


def approve_settlement(*, adjustment_id: int, actor: User, note: str = "", seen: str | None = None) -> Adjustment:
    """A second person agrees: the settlement takes effect with the next roll-up, which is asked for at once.

    Raises GroundChanged when the lines are no longer those that it was proposed for; it has lapsed then. Raises
    ChangedSinceShown when they are not those that the page showed (`seen`, from kpis.seen)."""
    with transaction.atomic():
        proposal = Adjustment.objects.select_for_update(of=("self",)).get(pk=adjustment_id)
        permissions.require(actor, "kpis.approve_settlement", proposal)
        stands = settling.ground_now(proposal) == settling.ground_recorded(proposal)
        if proposal.status == Adjustment.Status.PROPOSED and not stands:
            perform(Adjustment.objects.all(), adjustment_id, steps.LAPSE_SETTLEMENT, actor=User.objects.system())
        else:
            if proposal.status == Adjustment.Status.PROPOSED:
                require_same(seen, of_settlement(proposal))
            adjustment = perform(
                Adjustment.objects.all(),
                adjustment_id,
                steps.APPROVE_SETTLEMENT,
                actor=actor,
                note=note,
                decided_by=actor,
                decided_at=timezone.now(),
            )
            concerned = int(adjustment.contested_set.split(":")[1])  # the employer, or who names none
            ask_for_refresh(year=adjustment.year, organisation=concerned, actor=actor)
            return adjustment
    raise GroundChanged(steps.APPROVE_SETTLEMENT, proposal)


def decline_settlement(*, adjustment_id: int, actor: User, note: str) -> Adjustment:
    return perform(
        Adjustment.objects.all(),
        adjustment_id,
        steps.DECLINE_SETTLEMENT,
        actor=actor,
        note=note,
        decided_by=actor,
        decided_at=timezone.now(),
    )


def withdraw_settlement(*, adjustment_id: int, actor: User, note: str) -> Adjustment:
    """The author takes the proposal back, with a reason, before anybody has decided on it; the set is queued again."""
    return perform(
        Adjustment.objects.all(),
        adjustment_id,
        steps.WITHDRAW_SETTLEMENT,
        actor=actor,
        note=note,
        decided_by=actor,
        decided_at=timezone.now(),
    )


def lapse_settlements(adjustment_ids: Iterable[int]) -> int:
    """The portal lets settlements lapse whose ground has changed; returns how many. They are contested again."""
    portal = User.objects.system()
    count = 0
    for pk in Adjustment.objects.standing().filter(pk__in=list(adjustment_ids)).values_list("pk", flat=True):
        with suppress(InvalidTransition):  # declined in this moment
            perform(Adjustment.objects.all(), pk, steps.LAPSE_SETTLEMENT, actor=portal)
            count += 1
    return count
