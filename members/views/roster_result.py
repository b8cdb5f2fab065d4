"""What became of a roster import: the result, the rows to correct, and undoing it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from core import events
from core.imports import pages, services
from core.imports.models import Import, ImportRow
from core.workflow import InvalidTransition
from members.roster.words import learnt_words
from members.views.roster_rows import ROWS_A_PAGE, find_import, me, shown_rows, tabs_of


def result(request: HttpRequest, batch: Import) -> HttpResponse:
    tabs = tabs_of(batch)
    context = {
        "batch": batch,
        "tabs": tabs,
        "left_out": batch.rows.filter(result=ImportRow.Result.SKIPPED).count(),
        "events": events.of(batch)[:20],
        "words": learnt_words(batch),
        "has_contacts": "contact_email" in batch.mapping.values(),
        **shown_rows(request, batch, tabs),
    }
    return render(request, "members/roster_result.html", context)


@require_POST
def roster_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the import wrote; also takes up an undoing whose workers were all lost."""
    batch = find_import(request, pk)
    try:
        services.start_undo(import_id=batch.pk, actor=me(request))
    except services.NotOnRecord as problem:
        messages.error(request, str(problem))
    except InvalidTransition as changed:
        if Import.objects.get(pk=batch.pk).status != Import.Status.UNDOING:  # sent twice is no news
            messages.warning(request, changed.explanation)
    return redirect(batch)


_UNDONE = (ImportRow.Result.KEPT, ImportRow.Result.FAILED, ImportRow.Result.REVERSED)


def undone(request: HttpRequest, batch: Import) -> HttpResponse:
    """What became of each row, those that stayed first."""
    counts = batch.counts
    tabs = [{"key": one.value, "label": one.label, "count": counts.get(one.value, 0)} for one in _UNDONE]
    chosen = request.GET.get("rows", "")
    if chosen not in [one.value for one in _UNDONE]:
        chosen = next((tab["key"] for tab in tabs if tab["count"]), ImportRow.Result.REVERSED.value)
    context = {
        "batch": batch,
        "tabs": tabs,
        "tab": chosen,
        "page": Paginator(batch.rows.filter(result=chosen), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "events": events.of(batch)[:20],
    }
    return render(request, "members/roster_undone.html", context)


@require_GET
def roster_errors(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    return pages.file_to_correct(find_import(request, pk), ending, name="import")
