"""The form of a report: one indicator a step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import permissions
from kpis import services
from kpis.context import Context, Definition, context_of
from kpis.forms.adding import starting_lines, structure_of
from kpis.forms.evidence import EvidenceForm
from kpis.forms.figures import StepForm
from kpis.lines import Line, fingerprint, line_name, lines_of
from kpis.models import Report
from kpis.selectors import reports as selectors
from kpis.selectors import steps as step_selectors
from kpis.views.evidence import DETACH, keep
from kpis.views.reports import find_report
from members.requests import SignedInRequest

RIGHT = "kpis.edit_report"


@dataclass
class Step:
    """One indicator of a report, with what is on record."""

    report: Report
    context: Context
    code: str
    stored: list[Line]  # of all indicators
    before: list[Line]  # of the report before this one

    @property
    def definition(self) -> Definition:
        return self.context.definitions[self.code]

    @property
    def codes(self) -> list[str]:
        return list(self.context.definitions)

    @property
    def mine(self) -> list[Line]:
        return [line for line in self.stored if line.indicator == self.code]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The lines on record, to choose from."""
        words = step_selectors.wheres(self.mine)
        return [(line_name(line), where) for line, where in zip(self.mine, words, strict=True)]

    @property
    def address(self) -> str:
        return reverse("kpis:report_edit", args=[self.report.pk]) + f"?step={self.code}"

    @property
    def following(self) -> str:
        """The code of the next step; empty after the last."""
        return next(iter(self.codes[self.codes.index(self.code) + 1 :]), "")

    def form(self, request: SignedInRequest) -> StepForm:
        """What was sent, or what is on record; where nothing is, the rows of the report before."""
        if request.method == "POST":
            return StepForm(
                report=self.report, definition=self.definition, lines=[], data=request.POST, stored=self.mine
            )
        lines = self.mine or starting_lines(self.definition, self.report.organisation, self.before)
        return StepForm(report=self.report, definition=self.definition, lines=lines, stored=self.mine)


def _step(report: Report, code: str) -> Step | None:
    """The first one where none is named; None where the round does not ask for the indicator."""
    context = context_of(report)
    code = code or next(iter(context.definitions), "")
    if code not in context.definitions:
        return None
    return Step(report, context, code, lines_of(report), selectors.lines_of_report_before(report))


def report_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every step can be saved by itself, in the order of the indicators."""
    report = find_report(request, pk)
    refused = permissions.explain(request.user, RIGHT, report)
    if refused and request.method != "POST":
        permissions.require(request.user, RIGHT, report)
    step = _step(report, request.GET.get("step", ""))
    if step is None:
        return _first_step(report)
    form = step.form(request)
    if request.method != "POST":
        return _page(request, step, form, seen=fingerprint(step.mine))
    seen = request.POST.get("seen", "")
    if refused:  # the round closed meanwhile, or somebody submitted: what was typed is shown, to be copied from
        messages.error(request, _("Not saved. %(reason)s What you typed is still below.") % {"reason": refused})
        form.is_valid()
        return _page(request, step, form, seen=seen, status=403)
    files = keep(request, report, step.code, step.choices)
    problem = _("Not saved yet: please look at what is marked. Nothing that you wrote is lost.")
    theirs: list[step_selectors.ShownChange] = []
    if form.is_valid():
        try:
            _save(request, step, form, _lines_to_save(request, step, form), seen)
        except services.ChangedMeanwhile:
            theirs = step_selectors.shown_changes(step.report, step.context, form.lines_read(), step.mine)
            seen = fingerprint(step.mine)
            problem = _("Not saved. Somebody else has saved these figures since you opened them.")
        except services.WrongFigures as wrong:
            form.place(wrong.findings)
        else:
            if not files.errors:
                return _after_saving(request, step)
            seen, problem = fingerprint(form.lines()), _("The figures are saved, the file is not.")
    messages.error(request, problem)
    return _page(request, step, form, files=files, seen=seen, theirs=theirs, status=422)


def _first_step(report: Report) -> HttpResponse:
    first = report.round.indicators.order_by("indicator__order").values_list("indicator__code", flat=True).first()
    if first is None:
        return redirect(report)
    return redirect(reverse("kpis:report_edit", args=[report.pk]) + f"?step={first}")


def _lines_to_save(request: SignedInRequest, step: Step, form: StepForm) -> list[Line]:
    """Of a valid form; with the rows of the report before, when they were asked for."""
    lines = form.lines()
    if request.POST.get("action") == "copy":
        known = {line.key for line in lines}
        lines = [*lines, *(line for line in structure_of(step.definition, step.before) if line.key not in known)]
    return lines


def _save(request: SignedInRequest, step: Step, form: StepForm, lines: list[Line], seen: str) -> None:
    services.save_figures(
        report_id=step.report.pk,
        lines=lines,
        indicators=[step.code],
        reasons=form.reasons(),
        actor=request.user,
        seen=seen,
    )


def _after_saving(request: SignedInRequest, step: Step) -> HttpResponse:
    action = request.POST.get("action")
    if action == "add":
        return redirect(f"{step.address}#rows-end")
    if action == "attach" or (action or "").startswith(DETACH):
        return redirect(f"{step.address}#evidence")
    messages.success(request, _("Saved. Nothing is submitted yet."))
    if action == "next":
        here = reverse("kpis:report_edit", args=[step.report.pk])
        return redirect(f"{here}?step={step.following}") if step.following else redirect(step.report)
    return redirect(step.address)


def _page(
    request: SignedInRequest,
    step: Step,
    form: StepForm,
    *,
    seen: str,
    files: EvidenceForm | None = None,
    theirs: Any = (),
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "kpis/report_edit.html",
        {
            "report": step.report,
            "definition": step.definition,
            "step": step.code,
            "next_step": step.following,
            "form": form,
            "seen": seen,
            "theirs": theirs,
            "can_save": status != 403,
            "files": files or EvidenceForm(rows=step.choices),
            **step_selectors.page_of(step, form),
        },
        status=status,
    )


@require_POST
def report_autosave(request: SignedInRequest, pk: int) -> JsonResponse:
    """What the script of the form sends while somebody types. Rows that cannot be stored stay as they are on record,
    and are told by cell; the others are saved. Nobody overwrites what they have not seen."""
    report = find_report(request, pk)
    permissions.require(request.user, RIGHT, report)
    step = _step(report, request.GET.get("step", ""))
    if step is None:
        return JsonResponse({"problem": _("This round does not ask for the indicator.")}, status=404)
    form = step.form(request)
    saved, problem = False, ""
    for _attempt in range(2):
        lines = form.lines_without_errors()
        try:
            _save(request, step, form, list(lines.values()), request.POST.get("seen", ""))
        except services.ChangedMeanwhile:
            return _told(step, form)
        except services.WrongFigures as wrong:
            form.place([replace(one, line=_row_of(one.line, list(lines))) for one in wrong.findings])
            problem = str(wrong)
        else:
            saved, problem = True, ""
            break
    now = [line for line in lines_of(report) if line.indicator == step.code]
    return JsonResponse(
        {
            "saved": formats.time_format(timezone.localtime(), "TIME_FORMAT") if saved else "",
            "seen": fingerprint(now) if saved else request.POST.get("seen", ""),
            "errors": form.errors(),
            "problem": problem,
        },
        status=200 if saved else 422,
    )


def _row_of(place: int | None, rows: list[int]) -> int | None:
    return rows[place] if place is not None and place < len(rows) else None


def _told(step: Step, form: StepForm) -> JsonResponse:
    """What another window did, for this one."""
    theirs = step_selectors.shown_changes(step.report, step.context, form.lines_read(), step.mine)
    return JsonResponse(
        {
            "who": str(step.report.saved_by or ""),
            "changes": [f"{one.where}, {one.cell}: {one.new} ({_('yours')}: {one.old})" for one in theirs],
        },
        status=409,
    )
