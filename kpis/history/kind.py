"""Past figures as a kind of import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.imports.kinds import Decision, Kind, NoSuchChoice, PlannedRow, Progress, SourceRow, register
from core.imports.models import Import, ImportRow
from core.workflow import Transition
from kpis.history import writing
from kpis.history.fields import FIELDS
from kpis.history.planning import Planner, ReportPlan
from kpis.history.undoing import reverse_rows
from members.models import User


def plan(
    rows: Iterable[SourceRow], options: dict[str, Any], decisions: dict[int, Decision], progress: Progress
) -> list[PlannedRow]:
    return Planner(list(rows)).plan(progress)


def write(batch: Import, rows: Sequence[PlannedRow], actor: User, progress: Progress) -> dict[int, int]:
    """The reports of the rows, each as a whole; the figures wait for somebody else of the Office to approve them."""
    plans: dict[int, ReportPlan] = {id(row.payload): row.payload for row in rows}
    progress(0, len(rows), "")
    written = writing.write(list(plans.values()), actor=actor, source=batch.file_name, import_id=batch.pk)
    return {row.number: written[row.payload.place] for row in rows}


def no_effect(batch: Import, row: ImportRow, candidate: Mapping[str, Any], decision: Decision) -> list[dict[str, str]]:
    raise NoSuchChoice(_t("Rows of figures are never in doubt."))


HISTORY = register(
    Kind(
        key="figures",
        label=_("Past figures"),
        right="kpis.import_figures",
        fields=FIELDS,
        apply=Transition(
            "history.apply", {Import.Status.APPLYING}, Import.Status.APPLIED, _("imported the figures of the file")
        ),
        undo=Transition(
            "history.undo", {Import.Status.UNDOING}, Import.Status.UNDONE, _("undid the import of the figures")
        ),
        plan=plan,
        write=write,
        reverse=reverse_rows,
        effect=no_effect,
        url=lambda batch: reverse("kpis:history_detail", args=[batch.pk]),
        is_whole=True,
    )
)
