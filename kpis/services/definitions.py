"""Definitions of indicators: a change is drafted as a new version, and published for the years from one on; what was
reported by an earlier one stays under it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core import permissions
from core.catalogues.indicators import LAST_YEAR
from core.models import Breakdown, Indicator, IndicatorVersion
from core.workflow import NotPossible, act
from kpis import steps
from kpis.models import Round
from kpis.selectors.definitions import changes_of, state_of
from kpis.versions import first_possible_year, versions_for
from members.models import User


def _locked(code: str, right: str, actor: User) -> Indicator:
    indicator = Indicator.objects.select_for_update().get(code=code)  # two at once: the second sees what the first did
    permissions.require(actor, right, indicator)
    return indicator


def _unchanged(version: IndicatorVersion | None, seen: str) -> IndicatorVersion:
    if version is None or state_of(version) != seen:
        raise NotPossible(
            _("Somebody else has changed the definition in the meantime. Nothing was saved; please look again.")
        )
    return version


@transaction.atomic
def draft_version(
    *,
    code: str,
    name: str,
    short_name: str,
    definition: str,
    unit: str,
    series: Sequence[str],
    whose: Sequence[str],
    breakdowns: Sequence[str],
    seen: str,
    actor: User,
) -> IndicatorVersion:
    """Write the draft of the next version, or change the one that is there. `series`, `whose` and `breakdowns` are
    codes. `seen`: the state (selectors.definitions.state_of) of what the person began with. Raises NotPossible where
    that has changed, or nothing differs from the version published last."""
    indicator = _locked(code, "core.revise_indicator", actor)
    last = indicator.versions.published().order_by("-version")[0]
    draft = indicator.versions.drafts().first()
    _unchanged(draft or last, seen)
    made = draft or IndicatorVersion(indicator=indicator, version=last.version + 1, nature=last.nature)
    made.name, made.short_name, made.definition, made.unit = name, short_name, definition, unit
    made.series, made.whose = list(series), list(whose)
    made.save()
    made.breakdowns.set(Breakdown.objects.filter(code__in=breakdowns))
    changed = [one.field for one in changes_of(last, made)]
    if not changed:
        raise NotPossible(_("Nothing differs from the version in force."))
    act(steps.DRAFT_INDICATOR, indicator, actor=actor, data={"version": made.version, "changed": changed})
    return made


@transaction.atomic
def discard_draft(*, code: str, actor: User) -> None:
    """Take the draft away; its number is free again. Without one, nothing happens."""
    indicator = _locked(code, "core.revise_indicator", actor)
    draft = indicator.versions.drafts().first()
    if draft is not None:
        draft.delete()
        act(steps.DISCARD_INDICATOR, indicator, actor=actor, data={"version": draft.version})


@transaction.atomic
def publish_version(*, code: str, from_year: int, note: str, seen: str, actor: User) -> IndicatorVersion:
    """Put the draft in force for the figures of `from_year` and of later years. Rounds that are only planned for them
    ask by it from now on. Raises NotPossible without a reason, without the draft that was `seen`, and for a year for
    which figures were asked for already: these stay under the definition by which they were."""
    # Rounds before indicators, as whoever changes a round takes them: a round that is being opened is waited for.
    list(Round.objects.select_for_update(of=("self",)).filter(year__gte=from_year).order_by("pk"))
    indicator = _locked(code, "core.revise_indicator", actor)
    draft = _unchanged(indicator.versions.drafts().first(), seen)
    if not note.strip():
        raise NotPossible(_("Please give a reason."))
    first = first_possible_year(indicator)
    if from_year < first:
        raise NotPossible(
            _(
                "A new version of %(code)s can hold from %(first)s on: for the years before, figures were asked for by "
                "an earlier version, and stay under it."
            )
            % {"code": code, "first": first}
        )
    if from_year > LAST_YEAR:
        raise NotPossible(_("Choose a year up to %(last)s.") % {"last": LAST_YEAR})
    last = indicator.versions.published().order_by("-version")[0]
    changed = [one.field for one in changes_of(last, draft)]
    draft.from_year = from_year
    draft.save(update_fields=["from_year"])
    planned = Round.objects.filter(year__gte=from_year, indicators__indicator=indicator).distinct()
    for one in planned:
        one.indicators.remove(*indicator.versions.all())
        one.indicators.add(*versions_for(one.year, [code]))
    data = {"version": draft.version, "from_year": from_year, "changed": changed}
    act(steps.REVISE_INDICATOR, indicator, actor=actor, note=note, data=data)
    return draft
