"""Pages of rounds, and the desk of the Office."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import permissions
from core.workflow import InvalidTransition
from kpis import services
from kpis.forms.decisions import RoundForm
from kpis.models import Report, Round
from kpis.selectors import desk as selectors
from members.requests import SignedInRequest


def round_list(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "kpis.view_reports")
    may_plan = request.user.has_perm("kpis.create_round")
    form = RoundForm(request.POST or None) if may_plan else None
    if request.method == "POST":
        permissions.require(request.user, "kpis.create_round")
        if form and form.is_valid():
            made = services.create_round(actor=request.user, **form.cleaned_data)
            messages.success(request, _("Planned. Open the round when members may start."))
            return redirect(made)
    approved = Count("reports", filter=Q(reports__status__in=Report.APPROVED, reports__superseded_at=None))
    found = Round.objects.visible_to(request.user).annotate(approved=approved)
    rounds = found.order_by("-year", "-period").prefetch_related("indicators__indicator")
    return render(
        request,
        "kpis/round_list.html",
        {"rounds": rounds, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@require_POST
def round_open(request: SignedInRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    try:
        services.open_round(round_id=one.pk, actor=request.user)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    else:
        messages.success(request, _("Open: members have been told."))
    return redirect(one)


@require_POST
def round_close(request: SignedInRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    try:
        services.close_round(round_id=one.pk, actor=request.user)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    else:
        messages.success(request, _("Closed. What was submitted can still be approved or returned."))
    return redirect(one)


def desk(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "kpis.view_desk")
    rounds = list(Round.objects.exclude(status=Round.Status.PLANNED))
    wanted = request.GET.get("round", "")
    chosen = next((one for one in rounds if str(one.pk) == wanted), None) or next(
        (one for one in rounds if one.status == Round.Status.OPEN), rounds[0] if rounds else None
    )
    context = selectors.desk(chosen) if chosen else {}
    return render(request, "kpis/desk.html", {"rounds": rounds, "chosen": chosen, **context})
