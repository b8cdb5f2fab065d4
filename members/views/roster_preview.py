"""The preview of a roster import: what will happen with each row, decisions about doubtful ones, confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import events
from core.imports import deciding, services
from core.imports.kinds import NoSuchChoice
from core.imports.models import Import, ImportRow
from core.workflow import InvalidTransition
from members.forms.roster import ConfirmForm
from members.roster.deciding import SideBySide
from members.views.roster_rows import find_import, me, shown_rows, tabs_of

D = ImportRow.Decision


def preview(
    request: HttpRequest, batch: Import, *, confirm: ConfirmForm | None = None, status: int = 200
) -> HttpResponse:
    tabs = tabs_of(batch)
    decided = batch.rows.filter(decision__in=[D.SAME, D.MERGE, D.NEW]).count()
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
        **shown_rows(request, batch, tabs),
    }
    return render(request, "members/roster_preview.html", context, status=status)


def _back(request: HttpRequest, batch: Import, row: ImportRow) -> HttpResponse:
    """To the row, on the page of the list from which the person came."""
    page = request.POST.get("page", "") or request.GET.get("page", "")
    return redirect(
        f"{batch.get_absolute_url()}?rows=doubtful{f'&page={page}' if page.isdigit() else ''}#row-{row.number}"
    )


@require_POST
def roster_decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One doubtful row: choice is "new", "skip", "same-42" (a record) or "same-row-7" (an earlier row)."""
    batch = find_import(request, pk)
    row = get_object_or_404(batch.rows, number=number)
    choice, _dash, other = request.POST.get("choice", "").partition("-")
    is_row, match = other.startswith("row-"), other.removeprefix("row-")
    if match and not match.isdecimal():
        raise Http404
    whom = int(match) if match else None
    try:
        if choice == D.MERGE:
            raise NoSuchChoice(_("Choose field by field what holds."))
        deciding.decide_row(
            row_id=row.pk,
            choice=choice,
            actor=me(request),
            match_id=None if is_row else whom,
            match_row=whom if is_row else None,
        )
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    except NoSuchChoice as problem:
        messages.error(request, str(problem))
    return _back(request, batch, row)


@require_http_methods(["GET", "HEAD", "POST"])
def roster_merge(request: HttpRequest, pk: int, number: int, other: str) -> HttpResponse:
    """A doubtful row and one that it resembles (the key of a record, or "row-7") become one, field by field."""
    batch = find_import(request, pk)
    row = get_object_or_404(batch.rows.filter(outcome=ImportRow.Outcome.DOUBTFUL), number=number)
    candidate = next((one for one in row.evidence if other in {str(one["id"]), f"row-{one['row']}"}), None)
    if candidate is None:
        raise Http404
    if batch.status != Import.Status.CHECKED:
        return redirect(batch)
    chosen = row.decided_fields if row.decision == D.MERGE else {}
    problem = ""
    try:
        sides = SideBySide(batch, row, candidate)
        if request.method == "POST":
            names = {one.name for one in sides.choices({}) if one.options}
            chosen = {name: request.POST[name] for name in sorted(names) if request.POST.get(name)}
            deciding.decide_row(
                row_id=row.pk,
                choice=D.MERGE,
                match_id=candidate["id"],
                match_row=candidate["row"],
                fields=chosen,
                actor=me(request),
            )
            return _back(request, batch, row)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
        return redirect(batch)
    except NoSuchChoice as refused:
        problem = str(refused)
        if candidate["id"] and request.method != "POST":  # there is nothing to stand side by side
            messages.error(request, problem)
            return _back(request, batch, row)
    context = {
        "batch": batch,
        "row": row,
        "candidate": candidate,
        "choices": sides.choices(chosen),
        "problem": problem,
        "page": request.GET.get("page", ""),
    }
    return render(request, "members/roster_merge.html", context, status=422 if problem else 200)


@require_POST
def roster_decide_all(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    choice = request.POST.get("choice", "")
    if choice not in {D.SAME, D.NEW, D.SKIP}:
        raise Http404
    try:
        count = deciding.decide_all(import_id=batch.pk, choice=choice, actor=me(request))
        messages.success(request, _("Decided: %(n)s rows.") % {"n": count})
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect(f"{batch.get_absolute_url()}?rows=doubtful")


@require_POST
def roster_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    if batch.status != Import.Status.CHECKED:
        if not batch.is_running:
            messages.warning(
                request, _("Nothing was changed: this import is “%(s)s”.") % {"s": batch.get_status_display()}
            )
        return redirect(batch)
    form = ConfirmForm(request.POST, errors=batch.counts["errors"])
    if not form.is_valid():
        return preview(request, batch, confirm=form, status=422)
    try:
        services.confirm(import_id=batch.pk, actor=me(request), skip_errors=form.cleaned_data.get("skip_errors", False))
    except InvalidTransition as changed:
        if not Import.objects.get(pk=batch.pk).is_running:  # sent twice is no news
            messages.warning(request, changed.explanation)
    return redirect(batch)


@require_POST
def roster_discard(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    try:
        services.discard(import_id=batch.pk, actor=me(request))
        messages.info(request, _("“%(name)s” is discarded. Nothing of it was written.") % {"name": batch})
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect("members:roster_list")
