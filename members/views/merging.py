"""Two organisations that are one: found, compared, merged, and taken apart again. For the Office."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import events, permissions
from core.workflow import InvalidTransition
from members import side_by_side
from members.forms.merging import MergeForm
from members.merging.errors import CannotMerge
from members.merging.journal import Summary
from members.models import Merge, Organisation, User
from members.services import merging as services
from members.services.organisations import ChangedMeanwhile

View = Callable[..., HttpResponse]
MERGE_RIGHT = "members.merge_organisation"


def follows_merges(view: View) -> View:
    """The address of an organisation that was merged leads to the one that was kept."""

    @wraps(view)
    def with_redirect(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, code, *args, **kwargs)
        except Http404:
            kept = services.address_of_kept(code) if request.method in {"GET", "HEAD"} else ""
            if not kept or request.resolver_match is None:
                raise
            return redirect(request.resolver_match.view_name, kept)

    return with_redirect


def _organisation(code: str) -> Organisation:
    found = Organisation.objects.select_related("country", "member_type", "region__country")
    return get_object_or_404(found, code=code)


@require_safe
def merge_choose(request: HttpRequest, code: str) -> HttpResponse:
    """Which other record is the same organisation?"""
    permissions.require(request.user, MERGE_RIGHT)
    organisation, text = _organisation(code), request.GET.get("q", "").strip()[:120]
    context = {"organisation": organisation, "q": text, "candidates": side_by_side.candidates(organisation, text)}
    return render(request, "members/merge_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_compare(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Side by side, and what would move. The first is the one that stays."""
    permissions.require(request.user, MERGE_RIGHT)
    kept, merged = _organisation(code), _organisation(other)
    if kept == merged:
        raise Http404
    form = MergeForm(request.POST if request.method == "POST" else None, kept=kept, merged=merged)
    if request.method == "POST" and form.is_valid() and (done := _merge(request, form)):
        messages.success(
            request, _("%(name)s is merged into %(kept)s.") % {"name": merged.legal_name, "kept": kept.legal_name}
        )
        return redirect(done)
    try:
        summary, obstacle = services.preview(kept_id=kept.pk, merged_id=merged.pk), ""
    except CannotMerge as problem:
        summary, obstacle = Summary({}), str(problem)
    context = {
        "kept": kept,
        "merged": merged,
        "form": form,
        "rows": form.rows(),
        "contradictions": side_by_side.contradictions(kept, merged),
        "summary": summary,
        "obstacle": obstacle,
    }
    return render(request, "members/merge_compare.html", context, status=422 if form.errors else 200)


def _merge(request: HttpRequest, form: MergeForm) -> Merge | None:
    """The merge, or None with the reason in the form."""
    try:
        return services.merge_organisations(
            kept_id=form.kept.pk,
            merged_id=form.merged.pk,
            actor=cast(User, request.user),
            choices=form.choices(),
            seen=form.cleaned_data["seen"],
            note=form.cleaned_data["note"],
        )
    except ChangedMeanwhile:
        form.add_error(
            None, _("Somebody has changed one of the two while you were choosing. Reload the page and look again.")
        )
    except CannotMerge as problem:
        form.add_error(None, str(problem))
    except IntegrityError:
        form.add_error(None, _("A third organisation has one of the numbers that you chose. Please check them."))
    return None


@require_safe
def merge_list(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, MERGE_RIGHT)
    merges = Merge.objects.visible_to(request.user).select_related("kept", "made_by").defer("journal", "merged_row")
    page = Paginator(merges, 50).get_page(request.GET.get("page"))
    return render(request, "members/merge_list.html", {"page": page})


@require_safe
def merge_detail(request: HttpRequest, pk: int) -> HttpResponse:
    merge = get_object_or_404(Merge.objects.visible_to(request.user).select_related("kept", "made_by"), pk=pk)
    context = {"merge": merge, "summary": Summary(merge.journal), "events": events.of(merge)}
    return render(request, "members/merge_detail.html", context)


@require_POST
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    merge = get_object_or_404(Merge.objects.visible_to(request.user), pk=pk)
    permissions.require(request.user, "members.undo_merge", merge)
    try:
        undone = services.undo_merge(merge_id=merge.pk, actor=cast(User, request.user))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    except CannotMerge as problem:
        messages.error(request, str(problem))
    else:
        left = len(undone.outcome["kept"]) + len(undone.outcome["failed"])
        told = _("%(name)s is there again.") % {"name": merge.merged_name}
        messages.success(request, told + (" " + _("Not everything went back: see the list.") if left else ""))
    return redirect(merge)
