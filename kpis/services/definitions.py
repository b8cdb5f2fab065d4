"""Definitions of indicators: a change is a new version; what was reported by an earlier one stays under it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import permissions
from core.models import Breakdown, Indicator, IndicatorVersion
from core.workflow import NotPossible, act
from kpis import steps
from members.models import User


@transaction.atomic
def revise_indicator(
    *,
    code: str,
    name: str,
    short_name: str,
    definition: str,
    unit: str,
    series: Sequence[str],
    whose: Sequence[str],
    breakdowns: Sequence[str],
    note: str,
    seen: int,
    actor: User,
) -> IndicatorVersion:
    """The next version, by which rounds that are planned from now on ask; rounds that are there keep theirs, and so do
    their figures. `seen` is the number of the version that the person had before them. Raises NotPossible when there
    is a later one by now, or nothing differs."""
    indicator = Indicator.objects.select_for_update().get(code=code)  # two at once: the second finds a later version
    permissions.require(actor, "core.revise_indicator", indicator)
    old = indicator.versions.current().get()
    if old.version != seen:
        raise NotPossible(_("Somebody else has made version %(n)s in the meantime.") % {"n": old.version})
    kept = ["name", "short_name", "definition", "unit", "series", "whose"]
    said = dict(zip(kept, (name, short_name, definition, unit, list(series), list(whose)), strict=True))
    before = set(old.breakdowns.values_list("code", flat=True))
    changed = [one for one in kept if getattr(old, one) != said[one]]
    changed += ["breakdowns"] if before != set(breakdowns) else []
    if not changed:
        raise NotPossible(_("Nothing differs from the version in force."))
    IndicatorVersion.objects.filter(pk=old.pk).update(retired_at=timezone.now())
    new = IndicatorVersion.objects.create(indicator=indicator, version=old.version + 1, nature=old.nature, **said)
    new.breakdowns.set(Breakdown.objects.filter(code__in=breakdowns))
    act(steps.REVISE_INDICATOR, indicator, actor=actor, note=note, data={"version": new.version, "changed": changed})
    return new
