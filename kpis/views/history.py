"""Past figures from a spreadsheet, on pages of the Office: upload, columns, dry run, preview, confirmation, result. The
state of the import says which of the pages is shown at its one address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import events, permissions
from core.imports import pages, services
from core.imports.forms import ColumnsForm, TableForm, UploadForm
from core.imports.models import Import, ImportRow
from core.imports.pages import columns_context, moving_context, progress_context, with_labels
from core.workflow import InvalidTransition
from kpis.history.fields import FIELDS
from members.models import User

S = Import.Status
_OUTCOMES = {"error": "errors", "new": "new", "changed": "changed", "unchanged": "unchanged"}
_REVERSALS = ("kept", "failed", "reversed")
_ROWS_A_PAGE = 50


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


def find_import(request: HttpRequest, pk: int) -> Import:
    return pages.find_import(request, pk, kind="figures")


@require_http_methods(["GET", "HEAD", "POST"])
def history_list(request: HttpRequest) -> HttpResponse:
    """The imports so far, and the upload of the next."""
    permissions.require(request.user, "kpis.import_figures")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if batch := pages.take_file(form, kind="figures", actor=_me(request)):
        return redirect(batch)
    found = Import.objects.visible_to(request.user).filter(kind="figures").select_related("created_by")
    context = {
        "form": form,
        "page": Paginator(found, 25).get_page(request.GET.get("page")),
        "fields": FIELDS,
    }
    return render(request, "kpis/history_list.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def history_detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    if batch.is_running:
        return render(request, "kpis/history_progress.html", progress_context(batch))
    if batch.status in {S.UPLOADED, S.MAPPED, S.FAILED}:
        return _columns(request, batch)
    return _rows(request, batch)


# -- Columns -----------------------------------------------------------------------------------------------------------
def _columns(
    request: HttpRequest,
    batch: Import,
    *,
    form: ColumnsForm | None = None,
    table_form: TableForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = columns_context(batch, form or ColumnsForm(batch=batch), table_form)
    return render(request, "kpis/history_columns.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def history_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the columns again, after a dry run. POST: save them, then start the dry run."""
    batch = find_import(request, pk)
    if batch.status not in {S.UPLOADED, S.MAPPED, S.CHECKED, S.FAILED}:
        return redirect(batch)
    if request.method != "POST":
        return _columns(request, batch)
    form = ColumnsForm(request.POST, batch=batch)
    if not form.is_valid():
        return _columns(request, batch, form=form, status=422)
    try:
        services.map_columns(import_id=batch.pk, mapping=form.cleaned_data["mapping"], options={}, actor=_me(request))
        services.start_check(import_id=batch.pk, actor=_me(request))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def history_table(request: HttpRequest, pk: int) -> HttpResponse:
    """The headers are on another sheet or row."""
    batch = find_import(request, pk)
    return pages.move_table(
        request,
        batch,
        again=lambda form: _columns(request, batch, table_form=form, status=422),
        to="kpis:history_columns",
    )


# -- Preview, result, undone -------------------------------------------------------------------------------------------
def _rows(request: HttpRequest, batch: Import) -> HttpResponse:
    """The rows by outcome; of an import that was undone, by what became of them."""
    undone = batch.status == S.UNDONE
    tabs = (
        [{"key": key, "label": ImportRow.Result(key).label, "count": batch.counts.get(key, 0)} for key in _REVERSALS]
        if undone
        else [
            {"key": key, "label": ImportRow.Outcome(key).label, "count": batch.counts.get(count, 0)}
            for key, count in _OUTCOMES.items()
        ]
    )
    keys = [tab["key"] for tab in tabs]
    first = next((tab["key"] for tab in tabs if tab["count"]), keys[-1])
    chosen = asked if (asked := request.GET.get("rows", "")) in keys else first
    rows = batch.rows.filter(result=chosen) if undone else batch.rows.filter(outcome=chosen)
    page = Paginator(rows, _ROWS_A_PAGE).get_page(request.GET.get("page"))
    for row in page:
        with_labels(row, batch)
    context = {
        "batch": batch,
        "tabs": tabs,
        "tab": chosen,
        "page": page,
        "to_write": batch.counts.get("new", 0) + batch.counts.get("changed", 0),
        "events": events.of(batch)[:20],
    }
    return render(request, "kpis/history_rows.html", context)


@never_cache
@require_GET
def history_progress(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    return pages.moving_part(request, context=moving_context(batch), page=batch)


@require_GET
def history_errors(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    return pages.file_to_correct(find_import(request, pk), ending, name="figures")


# -- Acts --------------------------------------------------------------------------------------------------------------
def _act(request: HttpRequest, pk: int, step: Callable[..., Any]) -> HttpResponse:
    batch = find_import(request, pk)
    try:
        step(import_id=batch.pk, actor=_me(request))
    except (services.ErrorsInFile, services.NotOnRecord) as problem:
        messages.error(request, str(problem))
    except InvalidTransition as changed:
        if not Import.objects.get(pk=batch.pk).is_running:  # sent twice is no news
            messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def history_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the file; also takes up the writing of one whose workers were all lost."""
    return _act(request, pk, services.confirm)


@require_POST
def history_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check again: records may have changed, or the check before had failed."""
    return _act(request, pk, services.start_check)


@require_POST
def history_stop(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.stop)


@require_POST
def history_undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.start_undo)


@require_POST
def history_discard(request: HttpRequest, pk: int) -> HttpResponse:
    _act(request, pk, services.discard)
    return redirect("kpis:history_list")
