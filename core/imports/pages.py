"""What the pages of an import show and do, of whatever kind it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from core import jobs
from core.imports import services
from core.imports.corrections import correction_table
from core.imports.forms import ColumnsForm, TableForm, UploadForm
from core.imports.models import Import, ImportRow
from core.imports.reading import workbook_of
from core.models import Job
from core.spreadsheets import writing
from core.spreadsheets.cells import as_text
from core.spreadsheets.errors import UnreadableFile
from core.workflow import InvalidTransition


def find_import(request: HttpRequest, pk: int, *, kind: str) -> Import:
    found = Import.objects.visible_to(request.user).filter(kind=kind).select_related("job", "created_by")
    return get_object_or_404(found, pk=pk)


def take_file(form: UploadForm, *, kind: str, actor: Any) -> Import | None:
    """Start the import of an uploaded file; None, with the reason in the form, if there is none or it is unreadable."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        return services.start_import(kind_key=kind, file_name=file.name, data=file.read(), actor=actor)
    except UnreadableFile as problem:
        form.add_error("file", str(problem))
        return None


def move_table(request: Any, batch: Import, *, again: Callable[[TableForm], HttpResponse], to: str) -> HttpResponse:
    """The headers are on another sheet or row. `to` names the address of the columns; `again` shows their page with the
    errors of the form."""
    form = TableForm(request.POST, batch=batch)
    if form.is_valid():
        try:
            services.move_table(import_id=batch.pk, actor=request.user, **form.cleaned_data)
        except UnreadableFile as problem:
            form.add_error("header_row", str(problem))
        except InvalidTransition as changed:
            messages.warning(request, changed.explanation)
            return redirect(batch)
    return again(form) if form.errors else redirect(to, batch.pk)


def moving_part(request: Any, *, context: dict[str, Any] | None, page: Any) -> HttpResponse:
    """The moving part of a page, asked for every second. Without a context the work is over: 286 ends the asking, and
    the page is loaded anew. `page` is the page around it, for whoever asks for the part alone."""
    if not request.htmx:
        return redirect(page)
    if context is None:
        answer = HttpResponse(status=286, headers={"HX-Refresh": "true"})
        patch_cache_control(answer, no_store=True)
        return answer
    return render(request, "imports/_progress.html", context)


def file_to_correct(batch: Import, ending: str, *, name: str) -> HttpResponse:
    """The rows that were not taken, as a file to correct and send again: all its columns, and what is wrong."""
    header, rows = correction_table(batch)
    data, media_type = writing.written(ending, header, rows, sheet=_("To correct"))
    disposition = f'attachment; filename="{name}-{batch.pk}-to-correct.{ending}"'
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition})


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


def moving_context(batch: Import) -> dict[str, Any] | None:
    """The same for `moving_part`: None if the work is over, or nobody is at it any more."""
    return progress_context(batch) if batch.is_running and not batch.has_stalled else None


def with_labels(row: ImportRow, batch: Import) -> None:
    """For templates: the names of fields become their labels."""
    shown, label_of = cast(Any, row), batch.of_kind.label_of
    shown.changes_shown = [{**change, "label": label_of(change["field"])} for change in row.changes]
    shown.errors_shown = [(label_of(name), row.cells.get(name, ""), text) for name, text in row.errors.items()]
    shown.warnings_shown = [(label_of(name), text) for name, text in row.warnings.items()]
