"""The matrix of committees and groups by member types or countries, its export, and what lies behind a field."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committees.models import Committee
from core import permissions
from core.catalogues.models import FAMILIES
from core.spreadsheets import writing
from groups.matrix.rows import behind
from groups.matrix.table import matrix, table
from groups.matrix.wish import BY, Wish
from groups.models import GroupKind
from members.requests import SignedInRequest

A_PAGE = 50
ENDINGS = ("xlsx", "ods", "csv")


@require_safe
def matrix_page(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "groups.view_matrix")
    wish = Wish.of(request.GET)
    context = {
        "matrix": matrix(wish, request.GET.get("page")),
        "wish": wish,
        "views": [(code, name, urlencode({**wish.query, "by": code})) for code, name in BY.items()],
        "query": urlencode(wish.query),
        "committees": Committee.objects.all(),
        "kinds": GroupKind.choices,
        "families": FAMILIES.items(),
        "endings": ENDINGS,
        "none": _("none"),
    }
    return render(request, "groups/matrix.html", context)


@require_safe
def matrix_export(request: SignedInRequest, ending: str) -> HttpResponse:
    """Every row of what is filtered."""
    permissions.require(request.user, "groups.view_matrix")
    header, rows = table(Wish.of(request.GET))
    data, media_type = writing.written(ending, header, rows, sheet=_("Matrix"))
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="matrix-{timezone.localdate():%Y-%m-%d}.{ending}"'
    return answer


@require_safe
def matrix_row(request: SignedInRequest, code: str) -> HttpResponse:
    permissions.require(request.user, "groups.view_matrix")
    found = behind(code, request.GET)
    if found is None:
        raise Http404
    page = Paginator(found.organisations(), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "page": page,
        "rows": found.with_places(list(page)),
        "gaps": found.gaps() if not found.narrowed else [],
        "query": urlencode(found.wish.query),
    }
    if not page.paginator.count:
        context["candidates"], context["candidate_count"] = found.candidates()
    return render(request, "groups/matrix_row.html", context)
