"""Files that prove figures: attached and taken away with the form of a report, and handed out."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.asked import whole
from core.uploads import NotTaken
from core.views.files import as_download
from kpis.forms.evidence import EvidenceForm
from kpis.models import Evidence, Report
from kpis.services import evidence as services
from members.requests import SignedInRequest

DETACH = "detach-"


@require_safe
def evidence(request: SignedInRequest, pk: int) -> HttpResponseBase:
    return as_download(get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk))


def keep(request: SignedInRequest, report: Report, indicator: str, rows: list[tuple[str, str]]) -> EvidenceForm:
    """What the form of a report asks for beside its figures, whatever these are like. A bound form has errors."""
    action = request.POST.get("action", "")
    if action == "attach":
        form = EvidenceForm(request.POST, request.FILES, rows=rows)
        if not form.is_valid():
            return form
        try:
            services.attach_evidence(
                report_id=report.pk,
                indicator=indicator,
                line=form.cleaned_data["line"],
                upload=form.cleaned_data["file"],
                actor=request.user,
            )
        except NotTaken as problem:
            form.add_error("file", str(problem))
            return form
    elif action.startswith(DETACH):
        which = action.removeprefix(DETACH)
        mine = report.evidence.filter(pk=whole(which) or 0)
        for pk in mine.values_list("pk", flat=True):
            services.detach_evidence(evidence_id=pk, actor=request.user)
    return EvidenceForm(rows=rows)
