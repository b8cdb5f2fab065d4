"""The roster import: upload, columns, dry run. One address, one step at a time: the state of the import says which of
the pages is shown, also that of the preview and the result."""

from __future__ import annotations

import contextlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import permissions
from core.imports import pages, services
from core.imports.forms import TableForm, UploadForm
from core.imports.models import Import
from core.imports.pages import columns_context, moving_context, progress_context
from core.workflow import InvalidTransition
from members.forms.roster import MappingForm
from members.roster.words import unknown_words
from members.views.roster_preview import preview
from members.views.roster_result import result, undone
from members.views.roster_rows import find_import, me

RIGHT = "members.import_roster"
S = Import.Status


@require_GET
def roster_list(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, RIGHT)
    found = Import.objects.visible_to(request.user).filter(kind="roster").select_related("created_by")
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    return render(request, "members/roster_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def roster_upload(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, RIGHT)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if batch := pages.take_file(form, kind="roster", actor=me(request)):
        return redirect(batch)
    return render(request, "members/roster_upload.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def roster_detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    if batch.is_running:
        return render(request, "members/roster_progress.html", progress_context(batch))
    if batch.status == S.CHECKED:
        return preview(request, batch)
    if batch.status in {S.UPLOADED, S.MAPPED, S.FAILED}:
        return _mapping(request, batch)
    if batch.status == S.UNDONE:
        return undone(request, batch)
    return result(request, batch)


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
    context = columns_context(batch, form, table_form)
    return render(request, "members/roster_mapping.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def roster_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the columns again, after a dry run. POST: save them, then start the dry run; words that the portal does not
    know are asked for before."""
    batch = find_import(request, pk)
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
            actor=me(request),
        )
        if unknown_words(Import.objects.get(pk=batch.pk)):
            return redirect("members:roster_words", batch.pk)
        services.start_check(import_id=batch.pk, actor=me(request))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def roster_table(request: HttpRequest, pk: int) -> HttpResponse:
    """The headers are on another sheet or row."""
    batch = find_import(request, pk)
    return pages.move_table(
        request,
        batch,
        again=lambda form: _mapping(request, batch, table_form=form, status=422),
        to="members:roster_mapping",
    )


# -- Progress ----------------------------------------------------------------------------------------------------------
@never_cache
@require_GET
def roster_progress(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    return pages.moving_part(request, context=moving_context(batch), page=batch)


@require_POST
def roster_stop(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    try:
        services.stop(import_id=batch.pk, actor=me(request))
        messages.info(request, _("The work is being stopped. Nothing of it is kept."))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def roster_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check again: records may have changed, or the check before had failed."""
    batch = find_import(request, pk)
    try:
        services.start_check(import_id=batch.pk, actor=me(request))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def roster_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up the writing of a confirmed import whose workers were all lost."""
    batch = find_import(request, pk)
    if batch.status == S.APPLYING:
        with contextlib.suppress(InvalidTransition):  # sent twice: it is under way
            services.confirm(import_id=batch.pk, actor=me(request), skip_errors=batch.options.get("skip_errors", False))
    return redirect(batch)
