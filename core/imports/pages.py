"""What the pages of an import show, of whatever kind it is."""

from __future__ import annotations

from typing import Any, cast

from core import jobs
from core.imports import services
from core.imports.forms import ColumnsForm, TableForm
from core.imports.models import Import, ImportRow
from core.imports.reading import workbook_of
from core.models import Job
from core.spreadsheets.cells import as_text


def columns_context(batch: Import, form: ColumnsForm, table_form: TableForm | None) -> dict[str, Any]:
    """The columns with some of what stands in them, and what stands around the table."""
    sheet = workbook_of(batch).sheet(batch.sheet)
    body = sheet.rows[batch.header_row :]
    samples: list[list[str]] = [[] for _column in batch.columns]
    for row in body[:200]:
        for position, cell in enumerate(row[: len(samples)]):
            text = as_text(cell)
            if text and len(samples[position]) < 3 and text not in samples[position]:
                samples[position].append(text)
    return {
        "batch": batch,
        "form": form,
        "table_form": table_form or TableForm(batch=batch),
        "columns": [(form[f"column_{n}"], samples[n]) for n in form.positions],
        "unmapped": [batch.columns[n] for n in form.positions if batch.columns[n] and str(n) not in batch.mapping],
        "row_count": sum(any(as_text(cell) for cell in row) for row in body),
        "title_rows": [
            (number, [text for cell in row if (text := as_text(cell))][:6])
            for number, row in enumerate(sheet.rows[: batch.header_row - 1][-5:], start=max(1, batch.header_row - 5))
        ],
    }


def progress_context(batch: Import) -> dict[str, Any]:
    """How far the work is, or how many imports go first."""
    job = batch.job
    if job is None or job.is_over:
        return {"batch": batch, "job": job}
    ahead = 0
    if job.state == Job.State.QUEUED:
        others = Job.objects.filter(lane=services.LANE, pk__lt=job.pk)
        ahead = others.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).count()
    return {"batch": batch, "job": job, "progress": jobs.progress_of(job), "ahead": ahead}


def with_labels(row: ImportRow, batch: Import) -> None:
    """For templates: the names of fields become their labels."""
    shown, label_of = cast(Any, row), batch.of_kind.label_of
    shown.changes_shown = [{**change, "label": label_of(change["field"])} for change in row.changes]
    shown.errors_shown = [(label_of(name), row.cells.get(name, ""), text) for name, text in row.errors.items()]
    shown.warnings_shown = [(label_of(name), text) for name, text in row.warnings.items()]
