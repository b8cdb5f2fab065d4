"""The reports that an import of past figures wrote: which of them wait, and the one act that approves them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import jobs, permissions
from core.imports.pages import moving_part
from core.models import Job
from core.workflow import NotPossible
from kpis import seen, services
from kpis.forms.decisions import SeenForm
from kpis.models import Report
from kpis.services.approvals import approval_of, reports_of, sorted_out
from kpis.views.history import wizard
from members.requests import SignedInRequest


def _under_way(job: Job | None) -> bool:
    return job is not None and not job.is_over


@never_cache
@require_GET
def history_reports(request: SignedInRequest, pk: int) -> HttpResponse:
    """Three lists: what the person may approve, what is left out for them and why, and what is approved."""
    batch = wizard.find(request, pk)
    if batch.applied_at is None:
        return redirect(batch)
    ids = reports_of(batch)
    mine, left = sorted_out(batch, ids, request.user)
    approved = (
        Report.objects.filter(pk__in=ids, status__in=Report.APPROVED)
        .select_related("organisation", "round", "approved_by")
        .order_by("pk")
    )
    lists: dict[str, Any] = {"waiting": mine, "left": left, "approved": approved}
    counts = {"waiting": len(mine), "left": len(left), "approved": approved.count()}
    asked = request.GET.get("show", "")
    shown = asked if asked in lists else next((key for key in lists if counts[key]), "waiting")
    job = approval_of(batch)
    context = {
        "batch": batch,
        "counts": counts,
        "tabs": [
            ("waiting", _("For you to approve"), counts["waiting"]),
            ("left", _("Not for you to approve"), counts["left"]),
            ("approved", _("Approved"), counts["approved"]),
        ],
        "shown": shown,
        "page": Paginator(lists[shown], 50).get_page(request.GET.get("page")),
        "refused": permissions.explain(request.user, "imports.approve_figures", batch),
        "seen_form": SeenForm(initial={"seen": seen.of_reports(mine)}),
        "job": job,
        "under_way": _under_way(job),
        "progress": jobs.progress_of(job) if job else None,
    }
    return render(request, "kpis/history_reports.html", context)


@never_cache
@require_GET
def approval_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    batch = wizard.find(request, pk)
    job = approval_of(batch)
    context = {"job": job, "progress": jobs.progress_of(job)} if job and not job.is_over else None
    return moving_part(request, context=context, page=reverse("kpis:history_reports", args=[batch.pk]))


@require_POST
def history_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    batch = wizard.find(request, pk)
    permissions.require(request.user, "imports.approve_figures", batch)
    try:
        services.ask_to_approve_import(import_id=batch.pk, actor=request.user, seen=request.POST.get("seen", ""))
    except NotPossible as problem:
        messages.warning(request, str(problem))
    return redirect("kpis:history_reports", batch.pk)
