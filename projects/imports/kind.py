"""Results of projects as a kind of import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.imports.kinds import Decision, Kind, NoSuchChoice, PlannedRow, Progress, SourceRow, register
from core.imports.models import Import, ImportRow
from core.workflow import Transition
from members.models import User
from projects.imports.fields import FIELDS
from projects.imports.planning import Planner
from projects.imports.writing import reverse_rows, write_rows


def plan(
    rows: Iterable[SourceRow], options: dict[str, Any], decisions: dict[int, Decision], progress: Progress
) -> list[PlannedRow]:
    return Planner().plan(list(rows), progress)


def write(batch: Import, rows: Sequence[PlannedRow], actor: User, progress: Progress) -> dict[int, int]:
    source = {"file": batch.file_name, "import": batch.pk}
    return write_rows(rows, actor=actor, source=source, progress=progress)


def no_effect(batch: Import, row: ImportRow, candidate: Mapping[str, Any], decision: Decision) -> list[dict[str, str]]:
    raise NoSuchChoice(_t("Rows of results are never in doubt."))


RESULTS = register(
    Kind(
        key="results",
        label=_("Results of projects"),
        right="projects.import_results",
        fields=FIELDS,
        apply=Transition(
            "results.apply", {Import.Status.APPLYING}, Import.Status.APPLIED, _("imported the results of the file")
        ),
        undo=Transition(
            "results.undo", {Import.Status.UNDOING}, Import.Status.UNDONE, _("undid the import of the results")
        ),
        plan=plan,
        write=write,
        reverse=reverse_rows,
        effect=no_effect,
        url=lambda batch: reverse("projects:import_detail", args=[batch.pk]),
    )
)
