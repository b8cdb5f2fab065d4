"""Settlements of contested figures: proposed by one person of the Office, in effect once a second has approved."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import permissions
from core.workflow import act, perform
from kpis import counting, steps
from kpis.models import Adjustment, AdjustmentLine, CountedLine
from kpis.refresh import ask_for_refresh
from members.models import User


class NothingToSettle(ValueError):
    """The set has no contested lines (any more), or is being settled already."""


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
    lines = list(
        CountedLine.objects.filter(
            year=year, indicator__code=indicator, series=series, contested_set=contested_set
        ).order_by("figure_id")
    )
    taken = Adjustment.objects.filter(
        year=year, indicator__code=indicator, series=series, contested_set=contested_set
    ).filter(status__in=(Adjustment.Status.PROPOSED, Adjustment.Status.APPROVED))
    if not lines or taken.exists():
        raise NothingToSettle(_("There is nothing to settle here any more."))
    shares = counting.shares([line.gross for line in lines], method, number)
    adjustment = Adjustment.objects.create(
        year=year,
        indicator=lines[0].indicator,
        series=series,
        contested_set=contested_set,
        organisation=lines[0].others,
        method=method,
        number=number,
        reason=reason,
        proposed_by=actor,
    )
    met = {other for _line, other in counting.meetings(line.figure_id for line in lines)}
    met -= {line.figure_id for line in lines}
    AdjustmentLine.objects.bulk_create(
        [_record(adjustment, line, share) for line, share in zip(lines, shares, strict=True)]
        + [_record(adjustment, line, None) for line in CountedLine.objects.filter(pk__in=met).order_by("pk")]
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


@transaction.atomic
def approve_settlement(*, adjustment_id: int, actor: User, note: str = "") -> Adjustment:
    """A second person agrees: the settlement takes effect with the next roll-up, which is asked for at once."""
    adjustment = perform(
        Adjustment.objects.all(),
        adjustment_id,
        steps.APPROVE_SETTLEMENT,
        actor=actor,
        note=note,
        decided_by=actor,
        decided_at=timezone.now(),
    )
    ask_for_refresh(year=adjustment.year, indicator=adjustment.indicator.code, actor=actor)
    return adjustment


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


def lapse_settlements(adjustment_ids: Iterable[int]) -> int:
    """The portal lets settlements lapse whose ground has changed; returns how many. They are contested again."""
    portal = User.objects.system()
    count = 0
    for pk in adjustment_ids:
        if Adjustment.objects.in_effect().filter(pk=pk).exists():
            perform(Adjustment.objects.all(), pk, steps.LAPSE_SETTLEMENT, actor=portal)
            count += 1
    return count
