"""The report that closes the year of a plan: drafted from the progress notes, written, and read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import events, permissions
from core.workflow import InvalidTransition
from groups import closing, selectors, services
from groups.errors import Incomplete
from groups.forms import ClosingForm
from groups.models import ClosingReport, WorkPlan
from groups.views.plans import find
from groups.views.writing import Written, told, wants_json, write
from members.requests import SignedInRequest


def closing_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whoever sees a completed plan reads its report; while the plan is in force its leads write it."""
    plan = find(request, pk)
    report = ClosingReport.objects.filter(plan=plan).first()
    if plan.status == WorkPlan.Status.COMPLETED and report and request.method != "POST":
        return _reading_page(request, plan, report)
    activities = selectors.activities_of(plan)
    if request.method != "POST":
        permissions.require(request.user, "groups.write_closing_report", plan)
        form = ClosingForm(activities=activities)
        draft = {"summary": report.summary, "outcomes": report.outcomes} if report else None
        said = form.of_form(**(draft or closing.draft_of(plan, activities, closing.notes_of(plan))))
        form.initial = said | {"revision": report.revision if report else 0}
        return _writing_page(request, plan, form)
    form = ClosingForm(request.POST, activities=activities)
    written = Written()
    if form.is_valid():
        written = write(
            form,
            save=lambda revision, fields: services.save_closing_report(
                plan_id=pk, revision=revision, actor=request.user, **form.of_report(fields)
            ),
            read=lambda: ClosingReport.objects.get(plan=plan),
            contents_of=form.says,
        )
    if wants_json(request):
        return told(request, form, written)
    if written.conflict:
        again = ClosingForm(written.conflict.data, activities=activities)
        return _writing_page(request, plan, again, conflict=written.conflict.conflicts, status=409)
    if not written.saved:
        return _writing_page(request, plan, form, status=403 if written.refused else 422)
    if request.POST.get("then") == "submit":
        return _complete(request, plan, form, written)
    messages.success(request, _("The draft of the closing report is saved."))
    return redirect("groups:closing_report", pk)


def _complete(request: SignedInRequest, plan: WorkPlan, form: ClosingForm, written: Written) -> HttpResponse:
    try:
        services.complete_plan(plan_id=plan.pk, actor=request.user)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    except Incomplete as problem:
        for name, text in problem.problems.items():
            form.add_error(name, text)
        return _writing_page(request, plan, form, revision=written.saved.revision, status=422)
    else:
        messages.success(request, _("The plan is completed, and its closing report stands."))
    return redirect("groups:closing_report", plan.pk)


def _writing_page(
    request: SignedInRequest,
    plan: WorkPlan,
    form: ClosingForm,
    *,
    revision: int | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    if revision is not None:  # saved, and not complete: the form goes on from there
        data = request.POST.copy()
        data["revision"] = str(revision)
        form.data = data
    refused = permissions.explain(request.user, "groups.complete_workplan", plan)
    context = {"plan": plan, "group": plan.group, "form": form, "not_yet": refused, **more}
    return render(request, "groups/closing_edit.html", context, status=status)


def _reading_page(request: SignedInRequest, plan: WorkPlan, report: ClosingReport) -> HttpResponse:
    activities = selectors.activities_of(plan)
    context = {
        "plan": plan,
        "group": plan.group,
        "report": report,
        "rows": [(row, report.outcomes.get(str(row.key), "")) for row in activities],
        "completed": events.of(plan).filter(verb="workplan.complete").first(),
    }
    return render(request, "groups/closing_report.html", context)
