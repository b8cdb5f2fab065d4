"""Takes back figures that an import wrote, as long as nobody has approved or changed them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core import events
from core.imports.kinds import Progress, Reversal
from core.imports.models import Import, ImportRow
from core.workflow import perform
from kpis import steps
from kpis.models import Report
from kpis.services.evidence import forget_evidence
from members.models import User


def reverse_rows(batch: Import, rows: Sequence[ImportRow], actor: User, progress: Progress) -> dict[int, Reversal]:
    """{row number: what became of it}. All rows of a report share its fate."""
    ids = sorted({row.object_id for row in rows if row.object_id})
    reports = Report.objects.select_for_update(of=("self",)).select_related("organisation", "round").in_bulk(ids)
    found: dict[int, Reversal] = {}
    for done, pk in enumerate(ids):
        progress(done, len(ids), "")
        report = reports.get(pk)
        found[pk] = _reverse(batch, report, actor) if report else _failed(_("The report is no longer on record."))
    return {row.number: found[row.object_id or 0] for row in rows}


def _reverse(batch: Import, report: Report, actor: User) -> Reversal:
    if report.status in Report.APPROVED:
        return _kept(_("The figures were approved since: reopen the report, or import the right ones."))
    last = events.of(report).first()
    ours = last is not None and last.verb == steps.IMPORT_REPORT.verb and last.data.get("import") == batch.pk
    if not ours or last is None or not report.imported:
        return _kept(_("Somebody has worked on the report since."))
    if not last.from_state:  # the import made this revision
        forget_evidence(list(report.evidence.all()))
        report.delete()
    elif last.from_state == Report.Status.NOT_STARTED:
        report.figures.all().delete()
        perform(
            Report.objects.all(),
            report.pk,
            steps.UNDO_IMPORT,
            actor=actor,
            data={"import": batch.pk},
            imported=False,
            entered_by_office=False,
            saved_at=None,
            submitted_at=None,
            submitted_by=None,
            reasons={},
        )
        report.authors.clear()
    else:
        return _kept(_("It held figures of an earlier file before; import that file again."))
    return Reversal(ImportRow.Result.REVERSED)


def _kept(why: str) -> Reversal:
    return Reversal(ImportRow.Result.KEPT, why)


def _failed(why: str) -> Reversal:
    return Reversal(ImportRow.Result.FAILED, why)
