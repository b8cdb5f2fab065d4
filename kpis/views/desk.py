"""The desk of the Office: a round, who has reported in it, and what waits."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import permissions
from kpis import services
from kpis.forms.filters import DeskFilter
from kpis.forms.rounds import OrganisationForm
from kpis.models import Round
from kpis.selectors import desk as selectors
from kpis.selectors.reports import expected_rows
from members.models import Organisation
from members.requests import SignedInRequest


def desk(
    request: SignedInRequest, *, wanted: str = "", enter_form: OrganisationForm | None = None, status: int = 200
) -> HttpResponse:
    """`wanted`: id of the round, where it is not in the address."""
    permissions.require(request.user, "kpis.view_desk")
    rounds = list(Round.objects.exclude(status=Round.Status.PLANNED))
    wanted = wanted or request.GET.get("round", "")
    chosen = next((one for one in rounds if str(one.pk) == wanted), None) or next(
        (one for one in rounds if one.status == Round.Status.OPEN), rounds[0] if rounds else None
    )
    if chosen is None:
        return render(request, "kpis/desk.html", {"rounds": rounds})
    rows = expected_rows(chosen)
    form = DeskFilter(request.GET.dict(), organisations=[row.organisation for row in rows])
    pages = {"queue": request.GET.get("queue", "1"), "rows": request.GET.get("page", "1")}
    found = selectors.desk(chosen, rows, form.chosen(), pages)
    context = {"rounds": rounds, "chosen": chosen, "form": form, "desk": found}
    if chosen.accepts_reports:
        context["enter_form"] = enter_form or OrganisationForm(auto_id="enter_%s")
        context["organisations"] = Organisation.objects.members().order_by("legal_name").only("legal_name", "code")
    return render(request, "kpis/desk.html", context, status=status)


@require_POST
def report_enter(request: SignedInRequest, pk: int) -> HttpResponse:
    """The Office enters figures for a member: any of them, also one of whom no report is expected."""
    one = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    permissions.require(request.user, "kpis.view_desk")
    form = OrganisationForm(request.POST, auto_id="enter_%s")
    if not form.is_valid():
        return desk(request, wanted=str(one.pk), enter_form=form, status=422)
    organisation = form.cleaned_data["organisation"]
    report = services.expect_report(round_id=one.pk, organisation_id=organisation.pk, actor=request.user)
    return redirect(report)


@require_POST
def reports_lock(request: SignedInRequest, pk: int) -> HttpResponse:
    """All approved reports of a closed round."""
    one = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    permissions.require(request.user, "kpis.lock_reports", one)
    services.ask_to_lock_reports(round_id=one.pk, actor=request.user)
    messages.success(request, _("The approved reports are being locked. Load the page again in a moment."))
    return redirect(reverse("kpis:desk") + f"?round={one.pk}")
