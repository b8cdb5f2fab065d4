"""The roster import: upload, columns, dry run, preview, decisions, confirmation, result. One address, one step at a
time: the state of the import says which."""

from __future__ import annotations

import contextlib
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import events, jobs, permissions
from core.imports import services
from core.imports.models import Import, ImportRow
from core.models import Job
from core.spreadsheets import writing
from core.spreadsheets.cells import as_text
from core.spreadsheets.errors import UnreadableFile
from core.workflow import InvalidTransition
from members.forms.roster import ConfirmForm, MappingForm, TableForm, UploadForm
from members.models import User
from members.roster.fields import LABELS
from members.roster.words import unknown_words

RIGHT = "members.import_roster"
ROWS_A_PAGE = 50
S = Import.Status
_TABS = ("new", "changed", "unchanged", "doubtful", "error")


def _find(request: HttpRequest, pk: int) -> Import:
    found = Import.objects.visible_to(request.user).filter(kind="roster").select_related("job", "created_by")
    return get_object_or_404(found, pk=pk)


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_GET
def roster_list(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, RIGHT)
    found = Import.objects.visible_to(request.user).filter(kind="roster").select_related("created_by")
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    return render(request, "members/roster_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def roster_upload(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, RIGHT)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = services.start_import(
                    kind_key="roster", file_name=file.name, data=file.read(), actor=_me(request)
                )
            except UnreadableFile as problem:
                form.add_error("file", str(problem))
            else:
                return redirect(batch)
    return render(request, "members/roster_upload.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def roster_detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    if batch.is_running:
        return render(request, "members/roster_progress.html", {"batch": batch, **_progress(batch)})
    if batch.status == S.CHECKED:
        return _preview(request, batch)
    if batch.status in {S.UPLOADED, S.MAPPED, S.FAILED}:
        return _mapping(request, batch)
    if batch.status == S.UNDONE:
        return _undone(request, batch)
    return _result(request, batch)


# -- Columns -----------------------------------------------------------------------------------------------------------
def _mapping(
    request: HttpRequest,
    batch: Import,
    *,
    form: MappingForm | None = None,
    table_form: TableForm | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form or MappingForm(batch=batch)
    sheet = services.workbook_of(batch).sheet(batch.sheet)
    body = sheet.rows[batch.header_row :]
    samples: list[list[str]] = [[] for _column in batch.columns]
    for row in body[:200]:
        for position, cell in enumerate(row[: len(samples)]):
            text = as_text(cell)
            if text and len(samples[position]) < 3 and text not in samples[position]:
                samples[position].append(text)
    context = {
        "batch": batch,
        "form": form,
        "table_form": table_form or TableForm(batch=batch),
        "columns": list(zip(form.columns(), samples, strict=True)),
        "unmapped": [
            header for position, header in enumerate(batch.columns) if header and str(position) not in batch.mapping
        ],
        "row_count": sum(any(as_text(cell) for cell in row) for row in body),
        "title_rows": [
            (number, [text for cell in row if (text := as_text(cell))][:6])
            for number, row in enumerate(sheet.rows[: batch.header_row - 1][-5:], start=max(1, batch.header_row - 5))
        ],
    }
    return render(request, "members/roster_mapping.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def roster_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the columns again, after a dry run. POST: save them, then start the dry run; words that the portal does not
    know are asked for before."""
    batch = _find(request, pk)
    if batch.status not in {S.UPLOADED, S.MAPPED, S.CHECKED, S.FAILED}:
        return redirect(batch)
    if request.method != "POST":
        return _mapping(request, batch)
    form = MappingForm(request.POST, batch=batch)
    if not form.is_valid():
        return _mapping(request, batch, form=form, status=422)
    kind = form.cleaned_data["member_type"]
    try:
        services.map_columns(
            import_id=batch.pk,
            mapping=form.cleaned_data["mapping"],
            options={"member_type": kind.code} if kind else {},
            actor=_me(request),
        )
        if unknown_words(Import.objects.get(pk=batch.pk)):
            return redirect("members:roster_words", batch.pk)
        services.start_check(import_id=batch.pk, actor=_me(request))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def roster_table(request: HttpRequest, pk: int) -> HttpResponse:
    """The headers are on another sheet or row."""
    batch = _find(request, pk)
    form = TableForm(request.POST, batch=batch)
    if form.is_valid():
        try:
            services.move_table(import_id=batch.pk, actor=_me(request), **form.cleaned_data)
        except UnreadableFile as problem:
            form.add_error("header_row", str(problem))
        except InvalidTransition as changed:
            messages.warning(request, changed.explanation)
            return redirect(batch)
    if form.errors:
        return _mapping(request, batch, table_form=form, status=422)
    return redirect("members:roster_mapping", batch.pk)


# -- Progress ----------------------------------------------------------------------------------------------------------
def _progress(batch: Import) -> dict[str, Any]:
    job = batch.job
    if job is None or job.is_over:
        return {"job": job}
    ahead = 0
    if job.state == Job.State.QUEUED:
        others = Job.objects.filter(lane=services.LANE, pk__lt=job.pk)
        ahead = others.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).count()
    return {"job": job, "progress": jobs.progress_of(job), "ahead": ahead}


@never_cache
@require_GET
def roster_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of the page, asked for every second; 286 ends the asking, and the page is loaded anew."""
    batch = _find(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(batch)
    if not batch.is_running or batch.has_stalled:
        answer = HttpResponse(status=286)
        answer["HX-Refresh"] = "true"
        patch_cache_control(answer, no_store=True)
        return answer
    return render(request, "members/partials/_roster_progress.html", {"batch": batch, **_progress(batch)})


@require_POST
def roster_stop(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    try:
        services.stop(import_id=batch.pk, actor=_me(request))
        messages.info(request, _("The work is being stopped. Nothing of it is kept."))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def roster_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check again: records may have changed, or the check before had failed."""
    batch = _find(request, pk)
    try:
        services.start_check(import_id=batch.pk, actor=_me(request))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def roster_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up the writing of a confirmed import whose workers were all lost."""
    batch = _find(request, pk)
    if batch.status == S.APPLYING:
        with contextlib.suppress(InvalidTransition):  # sent twice: it is under way
            services.confirm(
                import_id=batch.pk, actor=_me(request), skip_errors=batch.options.get("skip_errors", False)
            )
    return redirect(batch)


# -- Preview -----------------------------------------------------------------------------------------------------------
def _shown_rows(request: HttpRequest, batch: Import, tabs: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows of the chosen tab, searched and paged. The first tab that has rows is open by default; decisions and
    errors, which wait for a person, go first."""
    counted = {tab["key"]: tab["count"] for tab in tabs}
    first = next((key for key in ("doubtful", "error", "new", "changed") if counted.get(key)), "unchanged")
    tab = request.GET.get("rows", "")
    tab = tab if tab in counted else first
    rows = batch.rows.filter(outcome=tab)
    query = request.GET.get("q", "").strip()
    if query:
        by_number = Q(number=int(query)) if query.isdigit() and len(query) < 8 else Q()
        rows = rows.filter(Q(label__icontains=query) | by_number if by_number else Q(label__icontains=query))
    page = Paginator(rows, 10 if tab == "doubtful" else ROWS_A_PAGE).get_page(request.GET.get("page"))
    for row in page:
        _dress(row)
    return {"tab": tab, "page": page, "q": query}


def _dress(row: ImportRow) -> None:
    """What templates show of a row: field names become labels."""
    shown = cast(Any, row)
    shown.changes_shown = [{**change, "label": LABELS.get(change["field"], _("Membership"))} for change in row.changes]
    shown.errors_shown = [(LABELS.get(name, name), row.cells.get(name, ""), text) for name, text in row.errors.items()]
    shown.warnings_shown = [(LABELS.get(name, ""), text) for name, text in row.warnings.items()]
    if row.outcome == ImportRow.Outcome.DOUBTFUL:
        names = [name for name in LABELS if name in row.cells or any(name in one["values"] for one in row.evidence)]
        codes = [one["code"] for one in row.evidence if one["id"]]
        shown.two_on_record = codes[:2] if len(codes) > 1 else []
        shown.compared = [
            (LABELS[name], row.cells.get(name, ""), [one["values"].get(name, "") for one in row.evidence])
            for name in names
        ]


def _tabs(batch: Import) -> list[dict[str, Any]]:
    counts = batch.counts
    counted = {
        "new": counts.get("new", 0),
        "changed": counts.get("changed", 0),
        "unchanged": counts.get("unchanged", 0),
        "doubtful": counts.get("doubtful", 0),
        "error": counts.get("errors", 0),
    }
    return [{"key": key, "label": ImportRow.Outcome(key).label, "count": counted[key]} for key in _TABS]


def _preview(
    request: HttpRequest, batch: Import, *, confirm: ConfirmForm | None = None, status: int = 200
) -> HttpResponse:
    tabs = _tabs(batch)
    decided = batch.rows.filter(decision__in=[ImportRow.Decision.SAME, ImportRow.Decision.NEW]).count()
    to_write = batch.counts["new"] + batch.counts["changed"] + decided
    context = {
        "batch": batch,
        "tabs": tabs,
        "undecided": batch.rows.to_decide().count(),
        "to_write": to_write,
        "decided": decided,
        "confirm_form": confirm or ConfirmForm(errors=batch.counts["errors"]),
        "events": events.of(batch)[:20],
        "has_contacts": "contact_email" in batch.mapping.values(),
        **_shown_rows(request, batch, tabs),
    }
    return render(request, "members/roster_preview.html", context, status=status)


@require_POST
def roster_decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One doubtful row: choice is "new", "skip", or "same-42"."""
    batch = _find(request, pk)
    row = get_object_or_404(batch.rows, number=number)
    choice, _dash, match = request.POST.get("choice", "").partition("-")
    if match and not match.isdecimal():
        raise Http404
    try:
        services.decide_row(row_id=row.pk, choice=choice, match_id=int(match) if match else None, actor=_me(request))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    except services.NoSuchChoice as problem:
        messages.error(request, str(problem))
    page = request.POST.get("page", "")
    return redirect(
        f"{batch.get_absolute_url()}?rows=doubtful{f'&page={page}' if page.isdigit() else ''}#row-{row.number}"
    )


@require_POST
def roster_decide_all(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    choice = request.POST.get("choice", "")
    if choice not in ImportRow.Decision.values:
        raise Http404
    try:
        count = services.decide_all(import_id=batch.pk, choice=choice, actor=_me(request))
        messages.success(request, _("Decided: %(n)s rows.") % {"n": count})
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(f"{batch.get_absolute_url()}?rows=doubtful")


@require_POST
def roster_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    if batch.status != S.CHECKED:
        if not batch.is_running:
            messages.warning(
                request, _("Nothing was changed: this import is “%(s)s”.") % {"s": batch.get_status_display()}
            )
        return redirect(batch)
    form = ConfirmForm(request.POST, errors=batch.counts["errors"])
    if not form.is_valid():
        return _preview(request, batch, confirm=form, status=422)
    try:
        services.confirm(
            import_id=batch.pk, actor=_me(request), skip_errors=form.cleaned_data.get("skip_errors", False)
        )
    except InvalidTransition as changed:
        if not Import.objects.get(pk=batch.pk).is_running:  # sent twice is no news
            messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def roster_discard(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _find(request, pk)
    try:
        services.discard(import_id=batch.pk, actor=_me(request))
        messages.info(request, _("“%(name)s” is discarded. Nothing of it was written.") % {"name": batch})
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect("members:roster_list")


# -- Result ------------------------------------------------------------------------------------------------------------
def _result(request: HttpRequest, batch: Import) -> HttpResponse:
    tabs = _tabs(batch)
    context = {
        "batch": batch,
        "tabs": tabs,
        "left_out": batch.rows.filter(result=ImportRow.Result.SKIPPED).count(),
        "events": events.of(batch)[:20],
        "has_contacts": "contact_email" in batch.mapping.values(),
        **_shown_rows(request, batch, tabs),
    }
    return render(request, "members/roster_result.html", context)


@require_POST
def roster_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the import wrote; also takes up an undoing whose workers were all lost."""
    batch = _find(request, pk)
    try:
        services.start_undo(import_id=batch.pk, actor=_me(request))
    except services.NotOnRecord as problem:
        messages.error(request, str(problem))
    except InvalidTransition as changed:
        if Import.objects.get(pk=batch.pk).status != S.UNDOING:  # sent twice is no news
            messages.warning(request, changed.explanation)
    return redirect(batch)


_UNDONE = (ImportRow.Result.KEPT, ImportRow.Result.FAILED, ImportRow.Result.REVERSED)


def _undone(request: HttpRequest, batch: Import) -> HttpResponse:
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
    """The rows that were not taken, as a file to correct and send again: its columns, and what is wrong."""
    batch = _find(request, pk)
    names = [batch.mapping[key] for key in sorted(batch.mapping, key=int)]
    header = [batch.columns[int(key)] for key in sorted(batch.mapping, key=int)]
    rows = []
    for row in batch.rows.filter(outcome__in=[ImportRow.Outcome.ERROR, ImportRow.Outcome.DOUBTFUL]):
        if row.result in {ImportRow.Result.CREATED, ImportRow.Result.CHANGED}:
            continue
        why = [f"{LABELS.get(name, name)}: {text}" for name, text in row.errors.items()]
        why += [
            f"{one['label']} ({one.get('code') or _('row %(n)s') % {'n': one['row']}}): {one['reason']}"
            for one in row.evidence
        ]
        rows.append([*(row.cells.get(name, "") for name in names), row.number, " | ".join(why)])
    header += [_("Row in the file"), _("What to correct")]
    data, media_type = writing.written(ending, header, rows, sheet=_("To correct"))
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="import-{batch.pk}-to-correct.{ending}"'
    return answer
