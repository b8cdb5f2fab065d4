"""Binding acts on a report: submit, return, approve, reopen."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import permissions
from core.views.deciding import carry_out
from core.workflow import InvalidTransition
from kpis import services
from kpis.checks import Level
from kpis.effect import effects_of
from kpis.forms.decisions import ConfirmationForm, ReasonForm, RemarkForm
from kpis.views.reports import find_report, report_detail
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
        messages.error(request, _("The report is not complete yet."))
        return report_detail(request, pk, problems=problem.findings, status=422)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    else:
        messages.success(request, _("Submitted. The ASA Office looks at it next."))
    return redirect(report)


@require_POST
def report_return(request: SignedInRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    permissions.require(request.user, "kpis.return_report", report)
    return carry_out(
        request,
        ReasonForm(request.POST, auto_id="return_%s"),
        services.return_report,
        again=lambda form: report_detail(request, pk, return_form=form, status=422),
        done=_("Returned: the organisation has been told why."),
        to=report,
        report_id=report.pk,
    )


@require_POST
def report_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    permissions.require(request.user, "kpis.approve_report", report)
    return carry_out(
        request,
        RemarkForm(request.POST, auto_id="approve_%s"),
        services.approve_report,
        again=lambda form: report_detail(request, pk, approve_form=form, status=422),
        done=_("Approved. The figures of the partnership are being made anew."),
        to=report,
        report_id=report.pk,
    )


@require_POST
def report_hand_in(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the Office entered on the member's behalf, with who of the member confirmed it."""
    report = find_report(request, pk)
    permissions.require(request.user, "kpis.hand_in_report", report)
    form = ConfirmationForm(request.POST, auto_id="hand_in_%s")
    try:
        return carry_out(
            request,
            form,
            services.hand_in_report,
            again=lambda form: report_detail(request, pk, hand_in_form=form, status=422),
            done=_("Submitted on the member's behalf. Another person of the Office approves it."),
            to=report,
            report_id=report.pk,
        )
    except services.NotComplete as problem:
        messages.error(request, _("The report is not complete yet."))
        return report_detail(request, pk, problems=problem.findings, hand_in_form=form, status=422)


@require_POST
def report_lock(request: SignedInRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    permissions.require(request.user, "kpis.lock_report", report)
    return carry_out(
        request,
        RemarkForm(request.POST, auto_id="lock_%s"),
        services.lock_report,
        again=lambda form: report_detail(request, pk, lock_form=form, status=422),
        done=_("Locked. Only reopening it as a new revision leads to other figures."),
        to=report,
        report_id=report.pk,
    )


@require_POST
def report_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    permissions.require(request.user, "kpis.reopen_report", report)
    form = ReasonForm(request.POST, auto_id="reopen_%s")
    if not form.is_valid():
        return report_detail(request, pk, reopen_form=form, status=422)
    try:
        new = services.reopen_report(report_id=report.pk, actor=request.user, note=form.cleaned_data["note"])
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
        return redirect(report)
    messages.success(request, _("Reopened as a new revision. The approved one counts until the new one is approved."))
    return redirect(new)
