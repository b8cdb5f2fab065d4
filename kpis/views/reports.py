"""Pages of reports: the list, one report, its form, and the acts on it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core import events, permissions
from core.asked import whole
from kpis import seen, services
from kpis.forms.decisions import ApprovalForm, ConfirmationForm, ReasonForm, RemarkForm
from kpis.forms.filters import ReportFilter
from kpis.models import Report, Round
from kpis.selectors import reports as selectors
from kpis.selectors.steps import evidence_of
from members.models import Organisation
from members.requests import SignedInRequest


def find_report(request: SignedInRequest, pk: int) -> Report:
    reports = Report.objects.visible_to(request.user).select_related(
        "organisation__country", "organisation__region", "organisation__member_type", "round"
    )
    return get_object_or_404(reports, pk=pk)


def report_list(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "kpis.view_reports")
    reports = selectors.latest_reports(request.user)
    form = ReportFilter(request.GET, reports=reports)
    found = form.apply(reports)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    mine = getattr(request, "organisation", None)
    missing = []
    if mine:
        written = Report.objects.filter(organisation=mine).values("round")
        missing = list(Round.objects.accepting().exclude(pk__in=written))
    return render(request, "kpis/report_list.html", {"page": page, "form": form, "to_start": missing})


@require_POST
def report_start(request: SignedInRequest, pk: int) -> HttpResponse:
    """For a round in which the organisation has no report yet."""
    wanted = request.POST.get("organisation", "")
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=whole(wanted))
    one = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    report = services.expect_report(round_id=one.pk, organisation_id=organisation.pk, actor=request.user)
    return redirect("kpis:report_edit", report.pk)


def report_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return report_page(request, find_report(request, pk))


def report_page(request: SignedInRequest, report: Report, *, status: int = 200, **more: Any) -> HttpResponse:
    lines = selectors.shown_lines(report)
    by_indicator: dict[Any, list[Any]] = {}
    for line in lines:
        by_indicator.setdefault(line.figure.indicator_version, []).append(line)
    approve_form = more.pop("approve_form", None) or ApprovalForm(auto_id="approve_%s")
    if report.status == Report.Status.SUBMITTED and request.user.is_office:
        approve_form.show(seen.of_report(report))
    revisions = Report.objects.filter(organisation=report.organisation_id, round=report.round_id).order_by("-revision")
    return render(
        request,
        "kpis/report_detail.html",
        {
            "report": report,
            "indicators": list(by_indicator.items()),
            "findings": services.findings_of(report) if report.status not in Report.APPROVED else [],
            "evidence": evidence_of(report),
            "revisions": list(revisions),
            "events": events.of(report)[:50],
            "return_form": ReasonForm(auto_id="return_%s"),
            "approve_form": approve_form,
            "reopen_form": ReasonForm(auto_id="reopen_%s"),
            "hand_in_form": ConfirmationForm(auto_id="hand_in_%s"),
            "lock_form": RemarkForm(auto_id="lock_%s"),
            "submit_refused": permissions.explain(request.user, "kpis.submit_report", report),
            **more,
        },
        status=status,
    )
