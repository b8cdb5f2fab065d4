"""Pages of reports: the list, one report, its form, and the acts on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import events, permissions
from core.workflow import InvalidTransition
from kpis import services
from kpis.checks import Level, check, context_of
from kpis.forms.decisions import ReasonForm, RemarkForm
from kpis.forms.figures import StepForm, starting_lines
from kpis.forms.filters import ReportFilter
from kpis.lines import fingerprint, lines_of
from kpis.models import Report, Round
from kpis.selectors import reports as selectors
from members.models import Organisation
from members.requests import SignedInRequest


def _find(request: SignedInRequest, pk: int) -> Report:
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
    organisation = get_object_or_404(
        Organisation.objects.visible_to(request.user), pk=int(wanted) if wanted.isdecimal() else 0
    )
    one = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    report = services.expect_report(round_id=one.pk, organisation_id=organisation.pk, actor=request.user)
    return redirect("kpis:report_edit", report.pk)


def report_detail(
    request: SignedInRequest, pk: int, *, problems: Any = None, status: int = 200, **forms: Any
) -> HttpResponse:
    report = _find(request, pk)
    lines = selectors.shown_lines(report)
    by_indicator: dict[Any, list[Any]] = {}
    for line in lines:
        by_indicator.setdefault(line.figure.indicator_version, []).append(line)
    revisions = Report.objects.filter(organisation=report.organisation_id, round=report.round_id).order_by("-revision")
    return render(
        request,
        "kpis/report_detail.html",
        {
            "report": report,
            "indicators": list(by_indicator.items()),
            "findings": services.findings_of(report) if report.status not in Report.APPROVED else [],
            "problems": problems,
            "revisions": list(revisions),
            "events": events.of(report)[:50],
            "return_form": forms.get("return_form") or ReasonForm(auto_id="return_%s"),
            "approve_form": forms.get("approve_form") or RemarkForm(auto_id="approve_%s"),
            "reopen_form": forms.get("reopen_form") or ReasonForm(auto_id="reopen_%s"),
            "submit_refused": permissions.explain(request.user, "kpis.submit_report", report),
        },
        status=status,
    )


def report_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """One indicator a step, in the order of the indicators; every step can be saved by itself."""
    report = _find(request, pk)
    permissions.require(request.user, "kpis.edit_report", report)
    context = context_of(report)
    codes = list(context.definitions)
    if not codes:
        messages.warning(request, _("This round asks for no indicator."))
        return redirect(report)
    step = request.GET.get("step", codes[0])
    if step not in codes:
        return redirect(reverse("kpis:report_edit", args=[report.pk]) + f"?step={codes[0]}")
    definition = context.definitions[step]
    stored = lines_of(report)
    before = selectors.lines_of_last_year(report)
    seen = request.POST.get("seen") or fingerprint(line for line in stored if line.indicator == step)
    if request.method == "POST":
        form = StepForm(report=report, definition=definition, lines=[], data=request.POST)
        problem = _("Not saved yet: please look at what is marked. Nothing that you wrote is lost.")
        if form.is_valid():
            try:
                services.save_figures(
                    report_id=report.pk,
                    lines=form.lines(),
                    indicators=[step],
                    reasons=form.reasons(),
                    actor=request.user,
                    seen=request.POST.get("seen", ""),
                )
            except services.ChangedMeanwhile:
                seen = fingerprint(line for line in lines_of(report) if line.indicator == step)
                problem = _(
                    "Somebody else has saved these figures since you opened them. Theirs stand in the report; save "
                    "again to put yours in their place."
                )
            except services.WrongFigures as wrong:
                form.place(wrong.findings)
            else:
                return _after_saving(request, report, codes, step)
        messages.error(request, problem)
    else:
        mine = [line for line in stored if line.indicator == step]
        fresh = starting_lines(definition, report.organisation, before)
        form = StepForm(report=report, definition=definition, lines=mine or fresh)
    kept = [line for line in stored if line.indicator == step]
    others = [line for line in stored if line.indicator != step]
    findings = [one for one in check([*kept, *others], context) if one.line is not None and one.line < len(kept)]
    said = {line.indicator for line in stored if line.total.state != "missing"}
    names = selectors.region_names([row["region"].value() or "" for row in form.rows])
    named = [_id(row["others"].value()) for row in form.rows]
    people = dict(Organisation.objects.filter(pk__in=[one for one in named if one]).values_list("pk", "legal_name"))
    last_year = {line.key: line.total.value for line in before}
    rows = [
        {
            "form": row,
            "region": names.get(row["region"].value() or "", row["region"].value()),
            "others": people.get(other or 0),
            "last_year": last_year.get(
                (
                    step,
                    row["series"].value(),
                    row["whose"].value(),
                    other,
                    row["region"].value(),
                    row["initiative"].value() or "",
                )
            ),
        }
        for row, other in zip(form.rows, named, strict=True)
    ]
    return render(
        request,
        "kpis/report_edit.html",
        {
            "report": report,
            "definition": definition,
            "steps": [{"definition": one, "said": code in said} for code, one in context.definitions.items()],
            "step": step,
            "next_step": next((code for code in codes[codes.index(step) + 1 :]), None),
            "form": form,
            "rows": rows,
            "seen": seen,
            "asks": [one for one in findings if one.level == Level.ASK],
            "hints": [one for one in findings if one.level in (Level.WARN, Level.OPEN)],
            "given_reasons": report.reasons,
            "organisations": Organisation.objects.members().values_list("legal_name", "code")
            if "others" in definition.version.whose
            else [],
        },
        status=422 if request.method == "POST" else 200,
    )


def _id(value: Any) -> int | None:
    """The id in a hidden field, which may have come back as anything."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _after_saving(request: SignedInRequest, report: Report, codes: list[str], step: str) -> HttpResponse:
    here = reverse("kpis:report_edit", args=[report.pk])
    action = request.POST.get("action")
    if action == "add":
        return redirect(f"{here}?step={step}#rows-end")
    messages.success(request, _("Saved. Nothing is submitted yet."))
    if action == "next":
        later = codes[codes.index(step) + 1 :]
        return redirect(f"{here}?step={later[0]}") if later else redirect(report)
    return redirect(f"{here}?step={step}")


@require_POST
def report_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    report = _find(request, pk)
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
    report = _find(request, pk)
    permissions.require(request.user, "kpis.return_report", report)
    form = ReasonForm(request.POST, auto_id="return_%s")
    if not form.is_valid():
        return report_detail(request, pk, return_form=form, status=422)
    try:
        services.return_report(report_id=report.pk, actor=request.user, note=form.cleaned_data["note"])
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    else:
        messages.success(request, _("Returned: the organisation has been told why."))
    return redirect(report)


@require_POST
def report_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    report = _find(request, pk)
    permissions.require(request.user, "kpis.approve_report", report)
    form = RemarkForm(request.POST, auto_id="approve_%s")
    if not form.is_valid():
        return report_detail(request, pk, approve_form=form, status=422)
    try:
        services.approve_report(report_id=report.pk, actor=request.user, note=form.cleaned_data["note"])
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    else:
        messages.success(request, _("Approved. The figures of the partnership are being made anew."))
    return redirect(report)


@require_POST
def report_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    report = _find(request, pk)
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
