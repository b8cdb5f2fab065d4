"""The Office's list of contacts, and its export."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import permissions
from core.spreadsheets import writing
from members import contacts
from members.contacts import ContactFilter

A_PAGE = 50
RIGHT = "members.view_contacts"


@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, RIGHT)
    form = ContactFilter(request.GET)
    page = Paginator(form.people(), A_PAGE).get_page(request.GET.get("page"))
    page.object_list = contacts.with_roles(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "query": query.urlencode()}
    return render(request, "members/contact_list.html", context)


@require_safe
def contact_export(request: HttpRequest, ending: str) -> HttpResponse:
    """Exactly what is filtered."""
    permissions.require(request.user, RIGHT)
    header, rows = contacts.table(ContactFilter(request.GET).people())
    data, media_type = writing.written(ending, header, rows, sheet=_("Contacts"))
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="contacts-{timezone.localdate():%Y-%m-%d}.{ending}"'
    answer["Cache-Control"] = "no-store"
    return answer
