"""Writes what a file of results says, by the services that the pages use, and takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core import events, jobs
from core.imports.kinds import PlannedRow, Progress, Reversal
from core.imports.models import Import, ImportRow
from core.models import Licence, Theme
from members.models import User
from projects import steps
from projects.imports.planning import Plan
from projects.models import Result
from projects.services.results import WORDS, ChangedMeanwhile, change_result, record_result

_STEP = 50


def write_rows(
    rows: Sequence[PlannedRow], *, actor: User, source: dict[str, Any], progress: Progress
) -> dict[int, int]:
    """{row number: number of the result}. What it was before stands in the trail of the row."""
    written = {}
    for done, row in enumerate(rows):
        if done % _STEP == 0:
            progress(done, len(rows), "")
        plan: Plan = row.payload
        if plan.result is None:
            made = record_result(
                project_id=plan.project_id, actor=actor, themes=plan.themes, source=source, **plan.words
            )
        else:
            row.trail = _as_it_is(plan.result)
            made = _change(plan.result, plan, actor, source)
            row.trail["written"] = made.revision
        written[row.number] = made.pk
    return written


def _change(found: Result, plan: Plan, actor: User, source: dict[str, Any]) -> Result:
    try:
        return change_result(
            result_id=found.pk,
            revision=found.revision,
            actor=actor,
            themes=plan.themes,
            source=source,
            **plan.words,
        )
    except ChangedMeanwhile as late:
        sentence = _("Somebody changed “%(title)s” at this moment. Nothing was written: check the file again.")
        raise jobs.JobFailed(sentence % {"title": found}) from late


def _as_it_is(result: Result) -> dict[str, Any]:
    """For undoing: the words of a result as JSON has them."""
    words = {name: getattr(result, name) for name in WORDS}
    return {
        "words": {**words, "date": words["date"].isoformat(), "licence": words["licence"].pk},
        "themes": [one.pk for one in result.themes.all()],
    }


def reverse_rows(batch: Import, rows: Sequence[ImportRow], actor: User, progress: Progress) -> dict[int, Reversal]:
    """{row number: what became of it}: what nobody has changed or taken up since is as it was before."""
    found = {}
    results = Result.objects.select_for_update(of=("self",)).in_bulk([row.object_id for row in rows if row.object_id])
    for done, row in enumerate(rows):
        if done % _STEP == 0:
            progress(done, len(rows), "")
        result = results.get(row.object_id or 0)
        if result is None:
            found[row.number] = Reversal(ImportRow.Result.FAILED, _("The result is no longer on record."))
        elif row.result == ImportRow.Result.CREATED:
            found[row.number] = _remove(batch, result)
        else:
            found[row.number] = _put_back(batch, result, row.trail, actor)
    return found


def _kept(why: str) -> Reversal:
    return Reversal(ImportRow.Result.KEPT, why)


def _remove(batch: Import, result: Result) -> Reversal:
    made = events.of(result).last()
    if made is None or made.verb != steps.RECORD_RESULT or made.data.get("import") != batch.pk:
        return _kept(_("It was on record already."))
    if result.revision or hasattr(result, "kept"):
        return _kept(_("Somebody has changed it since."))
    if result.status != Result.Status.OFFERED or result.uses.exists() or events.of(result).count() > 1:
        return _kept(_("It has been proposed or taken up since."))
    result.delete()
    return Reversal(ImportRow.Result.REVERSED)


def _put_back(batch: Import, result: Result, trail: dict[str, Any], actor: User) -> Reversal:
    if result.status == Result.Status.RETIRED:
        return _kept(_("It has been retired since."))
    words = dict(trail["words"])
    words["date"] = date.fromisoformat(words["date"])
    words["licence"] = Licence.objects.get(pk=words["licence"])
    try:
        change_result(
            result_id=result.pk,
            revision=trail["written"],
            actor=actor,
            themes=Theme.objects.filter(pk__in=trail["themes"]),
            source={"undone": batch.pk},
            **words,
        )
    except ChangedMeanwhile:
        return _kept(_("Somebody has changed it since."))
    return Reversal(ImportRow.Result.REVERSED)
