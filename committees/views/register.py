"""The register of decisions of a committee, and its export."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committees import register
from committees.forms.ruling import RegisterFilter
from committees.models import Committee, Decision
from core import permissions
from core.spreadsheets import writing
from members.requests import SignedInRequest

A_PAGE = 50


def _found(request: SignedInRequest, code: str) -> tuple[Committee, RegisterFilter, QuerySet[Decision]]:
    committee = get_object_or_404(Committee.objects.visible_to(request.user), code=code)
    permissions.require(request.user, "committees.view_decisions", committee)
    form = RegisterFilter(request.GET, committee=committee)
    rows = Decision.objects.filter(committee=committee, **form.chosen).visible_to(request.user)
    return committee, form, register.newest(rows)


@require_safe
def decision_list(request: SignedInRequest, code: str) -> HttpResponse:
    committee, form, rows = _found(request, code)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "committee": committee,
        "form": form,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "filtered": bool(form.chosen),
    }
    return render(request, "committees/decision_list.html", context)


@require_safe
def decision_export(request: SignedInRequest, code: str, ending: str) -> HttpResponse:
    """Exactly what is filtered."""
    committee, _form, rows = _found(request, code)
    header, lines = register.table(rows)
    data, media_type = writing.written(ending, header, lines, sheet=_("Register"))
    answer = HttpResponse(data, content_type=media_type)
    name = f"register-{committee.code}-{timezone.localdate():%Y-%m-%d}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
