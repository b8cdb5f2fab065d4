"""Announcements: the list of a body, one of them, and sending one after a look at who will get it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from committees.models import Committee
from core import kinds, permissions
from core.models import Pace
from core.workflow import Incomplete
from groups.dialogue.people import recipients
from groups.forms.dialogue import AnnouncementForm
from groups.models import Announcement, Group, bodies
from groups.services import announcements
from groups.views.bodies import body_inside
from groups.views.groups import by_earlier_codes
from members.requests import SignedInRequest

A_PAGE = 25
NAMED = 30  # recipients whose names the preview shows; of more, it says how many


def _body(request: SignedInRequest, code: str) -> Committee | Group:
    """One that the person sees from the inside, or whose announcements are meant for them, too."""
    try:
        return body_inside(request, code)
    except Http404:
        meant = Announcement.objects.visible_to(request.user).filter(committee__code=code).select_related("committee")
        found = meant.first()
        if found is None:
            raise
        return found.body


@require_safe
@by_earlier_codes
def announcement_list(request: SignedInRequest, code: str) -> HttpResponse:
    body = _body(request, code)
    rows = Announcement.objects.visible_to(request.user).of(body).select_related("author", "organisation")
    context = {
        "body": body,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "wish": Announcement(**bodies.fields_of(body)),
    }
    return render(request, "groups/announcement_list.html", context)


@require_safe
def announcement_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Announcement.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related("committee", "group__committee", "author", "organisation"), pk=pk)
    return render(request, "groups/announcement_detail.html", {"announcement": found, "body": found.body})


@by_earlier_codes
def announcement_create(request: SignedInRequest, code: str) -> HttpResponse:
    """First what will be sent and to whom, then, confirmed, it goes out."""
    body = body_inside(request, code)
    permissions.require(request.user, "groups.send_announcement", Announcement(**bodies.fields_of(body)))
    form = AnnouncementForm(request.POST or None, body=body)
    context: dict[str, Any] = {"body": body, "form": form}
    if request.method != "POST":
        return render(request, "groups/announcement_form.html", context)
    if form.is_valid() and request.POST.get("then") == "send":
        try:
            found = announcements.send_announcement(body=body, actor=request.user, **form.cleaned_data)
        except Incomplete as problem:
            form.add_error("title", str(problem))
        else:
            told = ngettext("It went to %(n)s person.", "It went to %(n)s people.", found.told)
            messages.success(request, told % {"n": found.told})
            return redirect(found)
    if form.is_valid() and request.POST.get("then") == "preview":
        words = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        context["preview"] = announcements.draft(body, request.user, **words)
        people = recipients(context["preview"])
        paces = kinds.paces(people.values_list("pk", flat=True), kinds.kind("announcement"))
        context |= {
            "count": len(paces),
            "by_mail": sum(pace != Pace.NEVER for pace in paces.values()),
            "names": people[:NAMED],
        }
        if not context["count"]:
            form.add_error("title", _("Nobody but you has a place there: there is nobody to tell."))
    return render(request, "groups/announcement_form.html", context, status=422 if form.errors else 200)
