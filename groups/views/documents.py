"""Documents: the list of a committee or group, uploading, the page of one with its versions, and the files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from committees.models import Committee
from core import events, permissions
from core.asked import whole
from core.views.deciding import Steps
from core.views.files import as_download
from core.workflow import Incomplete
from groups import services
from groups.errors import ChangedMeanwhile
from groups.forms import ReasonForm, differences
from groups.forms.documents import DocumentForm, VersionForm, WordsForm
from groups.models import Document, DocumentVersion, Group, Meeting, bodies
from groups.views.groups import by_earlier_codes
from members.requests import PageRequest, SignedInRequest

A_PAGE = 25


def body_of(request: HttpRequest, code: str) -> Committee | Group:
    """A committee or a group, by its code, or Http404."""
    committee = Committee.objects.visible_to(request.user).filter(code=code).first()
    return committee or get_object_or_404(Group.objects.visible_to(request.user).select_related("committee"), code=code)


@login_not_required
@require_safe
@by_earlier_codes
def document_list(request: PageRequest, code: str) -> HttpResponse:
    """Of the body, as far as the reader may see them; for a visitor those that are open to everybody."""
    body = body_of(request, code)
    rows = Document.objects.visible_to(request.user).of(body).select_related("latest")
    context = {
        "body": body,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "wish": Document(**bodies.fields_of(body)),  # what the right is asked about
    }
    return render(request, "groups/document_list.html", context)


@login_not_required
@require_safe
def library(request: PageRequest) -> HttpResponse:
    """What the Office keeps for the partnership as a whole."""
    q = request.GET.get("q", "").strip()
    rows = Document.objects.visible_to(request.user).of(None).search(q).select_related("latest")
    context = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "q": q,
        "wish": Document(),  # what the right is asked about
        "of_partnership": True,  # of no group, for the menu
    }
    return render(request, "groups/library.html", context)


@by_earlier_codes
def document_create(request: SignedInRequest, code: str) -> HttpResponse:
    body = body_of(request, code)
    permissions.require(request.user, "groups.add_document", Document(**bodies.fields_of(body)))
    which = request.GET.get("meeting", "")
    meetings = Meeting.objects.visible_to(request.user).of(body)
    return _create(request, body, meetings.filter(pk=whole(which)).first())


def library_create(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "groups.add_document", Document())
    return _create(request, None)


def _create(request: SignedInRequest, body: Committee | Group | None, meeting: Meeting | None = None) -> HttpResponse:
    form = DocumentForm(request.POST or None, request.FILES or None, body=body)
    if request.method == "POST" and form.is_valid():
        found = services.add_document(body=body, meeting=meeting, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The document is uploaded."))
        return redirect(found)
    context = {"body": body, "meeting": meeting, "form": form}
    return render(request, "groups/document_form.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, pk: int) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("committee", "group__committee")
    return get_object_or_404(rows, pk=pk)


@login_not_required
@require_safe
def document_detail(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: HttpRequest, found: Document, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Who uploaded what stands there for members: to visitors people have no names."""
    insider = request.user.is_authenticated and request.user.is_insider
    readable = (
        DocumentVersion.objects.visible_to(request.user)
        .filter(document=found)
        .select_related("uploaded_by", "document")
    )
    context = {
        "document": found,
        "body": found.body,
        "of_partnership": found.body is None,
        "meeting": Meeting.objects.visible_to(request.user).filter(pk=found.meeting_id).first(),
        "versions": readable,
        "latest": readable.first(),
        "insider": insider,
        "withdrawal": events.of(found).filter(verb="document.withdraw").first(),
        "events": events.readable_by(request.user, events.of(found)) if insider else [],
        "withdraw_form": ReasonForm(auto_id="withdraw_%s"),
        **forms,
    }
    return render(request, "groups/document_detail.html", context, status=status)


@login_not_required
@require_safe
def document_version(request: PageRequest, pk: int, number: int) -> HttpResponseBase:
    """The file of one version, as a download."""
    rows = DocumentVersion.objects.visible_to(request.user)
    return as_download(get_object_or_404(rows, document=pk, number=number))


def document_revise(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "groups.revise_document", found)
    newest = found.versions.latest("number")
    form, overtaken, status = VersionForm(request.POST or None, request.FILES or None), False, 200
    form.initial["seen"] = newest.number
    if request.method == "POST" and form.is_valid():
        try:
            services.revise_document(document_id=pk, actor=request.user, **form.cleaned_data)
        except Incomplete as problem:
            form.add_error("file", problem.problems["file"])
        except ChangedMeanwhile:
            newest, overtaken, status = found.versions.latest("number"), True, 409
            form = VersionForm(initial={"change": form.cleaned_data["change"], "seen": newest.number})
        else:
            messages.success(request, _("The new version is uploaded. Earlier ones stay."))
            return redirect(found)
    context = {"document": found, "body": found.body, "form": form, "newest": newest, "overtaken": overtaken}
    return render(request, "groups/document_revise.html", context, status=422 if form.errors else status)


def document_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "groups.change_document", found)
    form, conflict, status = WordsForm(request.POST or None, instance=found, body=found.body), None, 200
    if request.method == "POST" and form.is_valid():
        try:
            services.change_document(document_id=pk, actor=request.user, **form.cleaned_data)
        except ChangedMeanwhile:
            found = _find(request, pk)
            shown = ("title", "description", "language", "visibility")
            conflict = differences(form, {name: getattr(found, name) for name in shown})
            data = request.POST.copy()
            data["revision"] = str(found.revision)
            form, status = WordsForm(data, instance=found, body=found.body), 409
        else:
            messages.success(request, _("It is saved."))
            return redirect(found)
    context = {"document": found, "body": found.body, "form": form, "conflict": conflict}
    return render(request, "groups/document_form.html", context, status=422 if form.errors else status)


step = Steps(_find, _page, "groups.{step}_document", "document_id")
document_withdraw = step(
    "withdraw", ReasonForm, services.withdraw_document, gettext_lazy("The document is withdrawn, with your reason.")
)
