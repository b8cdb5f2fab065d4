"""Binding acts on a report: submit, return, approve, reopen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core import permissions
from core.views.deciding import Steps
from core.workflow import InvalidTransition
from kpis import services
from kpis.checks import Level
from kpis.effect import effects_of
from kpis.forms.decisions import ApprovalForm, ConfirmationForm, ReasonForm, RemarkForm
from kpis.models import Report
from kpis.views.reports import find_report, report_page
from members.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def report_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """GET: what stands against it, and what the figures will do to the totals."""
    report = find_report(request, pk)
    if request.method != "POST":
        permissions.require(request.user, "kpis.submit_report", report)
        if not report.is_writable:
            return redirect(report)
        findings = services.findings_of(report)
        context = {
            "report": report,
            "problems": [one for one in findings if one.level != Level.WARN],
            "hints": [one for one in findings if one.level == Level.WARN],
            "effects": effects_of(report),
        }
        return render(request, "kpis/report_submit.html", context)
    try:
        services.submit_report(report_id=report.pk, actor=request.user)
    except services.NotComplete as problem:
        return _not_complete(request, report, problem)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    else:
        messages.success(request, _("Submitted. The ASA Office looks at it next."))
    return redirect(report)


step = Steps(find_report, report_page, "kpis.{step}_report", "report_id")
report_return = step(
    "return", ReasonForm, services.return_report, gettext_lazy("Returned: the organisation has been told why.")
)
report_approve = step(
    "approve",
    ApprovalForm,
    services.approve_report,
    gettext_lazy("Approved. The figures of the partnership are being made anew."),
)
report_lock = step(
    "lock",
    RemarkForm,
    services.lock_report,
    gettext_lazy("Locked. Only reopening it as a new revision leads to other figures."),
)
_hand_in = step(
    "hand_in",
    ConfirmationForm,
    services.hand_in_report,
    gettext_lazy("Submitted on the member's behalf. Another person of the Office approves it."),
)


@require_POST
def report_hand_in(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the Office entered on the member's behalf, with who of the member confirmed it."""
    try:
        return _hand_in(request, pk=pk)
    except services.NotComplete as problem:
        form = ConfirmationForm(request.POST, auto_id="hand_in_%s")
        return _not_complete(request, find_report(request, pk), problem, hand_in_form=form)


def _not_complete(
    request: SignedInRequest, report: Report, problem: services.NotComplete, **forms: Any
) -> HttpResponse:
    messages.error(request, _("The report is not complete yet."))
    return report_page(request, report, problems=problem.findings, status=422, **forms)


@require_POST
def report_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    permissions.require(request.user, "kpis.reopen_report", report)
    form = ReasonForm(request.POST, auto_id="reopen_%s")
    if not form.is_valid():
        return report_page(request, report, reopen_form=form, status=422)
    try:
        new = services.reopen_report(report_id=report.pk, actor=request.user, note=form.cleaned_data["note"])
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
        return redirect(report)
    messages.success(request, _("Reopened as a new revision. The approved one counts until the new one is approved."))
    return redirect(new)
