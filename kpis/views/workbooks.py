"""A report as a spreadsheet: the template handed out, the file taken back, its differences shown and confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core import permissions
from core.imports.services import upload_too_large
from core.spreadsheets.errors import UnreadableFile
from core.spreadsheets.writing import XLSX
from kpis import services
from kpis.context import context_of
from kpis.lines import fingerprint, lines_of
from kpis.models import Report
from kpis.selectors.steps import shown_changes
from kpis.views.reports import find_report
from kpis.workbooks.layout import file_name
from kpis.workbooks.reading import NotThisTemplate, read_template
from kpis.workbooks.stamp import packed, unpacked
from kpis.workbooks.writing import template_of
from members.requests import SignedInRequest

RIGHT = "kpis.edit_report"
DAY = 24 * 3600  # seconds that a preview may be confirmed


class TemplateForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The filled-in template"),
        allow_empty_file=True,  # the reader says what is wrong
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> bytes:
        file: UploadedFile = self.cleaned_data["file"]
        if problem := upload_too_large(file.size or 0):
            raise forms.ValidationError(problem)
        data: bytes = file.read()
        return data


@require_safe
def template(request: SignedInRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    permissions.require(request.user, RIGHT, report)
    answer = HttpResponse(template_of(report), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{file_name(report)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file, then its differences; with `confirmed` they are written as if typed."""
    report = find_report(request, pk)
    permissions.require(request.user, RIGHT, report)
    if request.method != "POST":
        return _page(request, report, TemplateForm())
    if "confirmed" in request.POST:
        return _write(request, report)
    form = TemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, report, form, status=422)
    context, now = context_of(report), lines_of(report)
    try:
        read = read_template(report, context, now, form.cleaned_data["file"])
    except (UnreadableFile, NotThisTemplate) as problem:
        form.add_error("file", str(problem))
        return _page(request, report, form, status=422)
    if read.faults:
        return _page(request, report, form, faults=read.faults, status=422)
    lines = signing.dumps([packed(line) for line in read.lines], salt=_salt(request, report), compress=True)
    return _page(
        request,
        report,
        TemplateForm(),
        changes=shown_changes(report, context, now, read.lines),
        conflicts=read.conflicts,
        confirmed=lines,
        seen=fingerprint(now),
        previewed=True,
    )


def _salt(request: SignedInRequest, report: Report) -> str:
    return f"kpis.upload.{report.pk}.{request.user.pk}"


def _write(request: SignedInRequest, report: Report) -> HttpResponse:
    try:
        rows = signing.loads(request.POST["confirmed"], salt=_salt(request, report), max_age=DAY)
    except signing.BadSignature:
        messages.warning(request, _("Nothing was written: the preview is too old. Please upload the file again."))
        return redirect("kpis:report_upload", report.pk)
    try:
        services.save_figures(
            report_id=report.pk,
            lines=[unpacked(row) for row in rows],
            actor=request.user,
            seen=request.POST.get("seen", ""),
        )
    except services.ChangedMeanwhile:
        messages.warning(
            request, _("Nothing was written: the report has changed since the preview. Please upload the file again.")
        )
        return redirect("kpis:report_upload", report.pk)
    except services.WrongFigures as wrong:
        messages.error(request, str(wrong))
        return redirect("kpis:report_upload", report.pk)
    messages.success(request, _("The figures of the file are saved. Nothing is submitted yet."))
    return redirect(report)


def _page(
    request: SignedInRequest, report: Report, form: TemplateForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    return render(request, "kpis/report_upload.html", {"report": report, "form": form, **more}, status=status)
