"""Outputs: the list of all, the page of one, recording and correcting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from committees.models import Committee
from core import events, permissions
from core.asked import YEARS, whole
from core.views.deciding import Steps
from core.workflow import Incomplete
from groups import services
from groups.errors import ChangedMeanwhile
from groups.forms import ReasonForm, differences
from groups.forms.outputs import OutputForm
from groups.models import Document, Group, Output
from groups.views.groups import by_earlier_codes
from members.requests import PageRequest, SignedInRequest

A_PAGE = 25


@login_not_required
@require_safe
def output_list(request: PageRequest) -> HttpResponse:
    """What came out of all groups, as far as the reader may see it."""
    visible = Output.objects.visible_to(request.user).current()
    chosen = {name: request.GET.get(name, "").strip() for name in ("q", "kind", "committee", "group", "year")}
    rows = visible.select_related("group", "licence").search(chosen["q"])
    if chosen["kind"] in Output.Kind.values:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["committee"]:
        rows = rows.filter(group__committee__code=chosen["committee"])
    if chosen["group"]:
        rows = rows.filter(group__code=chosen["group"])
    if year := whole(chosen["year"], *YEARS):
        rows = rows.filter(date__year=year)
    rows_only = bool(request.htmx) and not request.htmx.history_restore_request
    context: dict[str, Any] = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "kinds": Output.Kind.choices,
        "committees": Committee.objects.all(),
        "groups": Group.objects.filter(pk__in=visible.order_by().values("group")).only("code", "title", "status"),
        "years": [day.year for day in visible.order_by().dates("date", "year", order="DESC")] if not rows_only else [],
    }
    template = "groups/partials/_output_results.html" if rows_only else "groups/output_list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])  # the browser keeps the rows and the page apart
    return response


@by_earlier_codes
def output_create(request: SignedInRequest, code: str) -> HttpResponse:
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("committee"), code=code)
    wish = Output(group=group)
    permissions.require(request.user, "groups.record_output", wish)
    form = OutputForm(request.POST or None, instance=wish, group=group)
    if request.method == "POST" and form.is_valid():
        try:
            found = services.record_output(group_id=group.pk, actor=request.user, **form.words)
        except Incomplete as problem:
            _add(form, problem)
        else:
            messages.success(request, _("The output is recorded."))
            return redirect(found)
    context = {"body": group, "form": form, "paper": Document(group=group)}
    return render(request, "groups/output_form.html", context, status=422 if form.errors else 200)


def _add(form: Any, problem: Incomplete) -> None:
    for name, sentence in problem.problems.items():
        form.add_error(name, sentence)


def _find(request: HttpRequest, pk: int) -> Output:
    rows = Output.objects.visible_to(request.user).select_related("group__committee", "licence", "document")
    return get_object_or_404(rows, pk=pk)


@login_not_required
@require_safe
def output_detail(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: HttpRequest, found: Output, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Who recorded it stands there for members: to visitors people have no names."""
    insider = request.user.is_authenticated and request.user.is_insider
    documents = Document.objects.visible_to(request.user).current().select_related("latest")
    context = {
        "output": found,
        "group": found.group,
        "document": documents.filter(pk=found.document_id).first(),
        "insider": insider,
        "withdrawal": events.of(found).filter(verb="output.withdraw").first(),
        "events": events.readable_by(request.user, events.of(found)) if insider else [],
        "withdraw_form": ReasonForm(auto_id="withdraw_%s"),
        **forms,
    }
    return render(request, "groups/output_detail.html", context, status=status)


def output_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "groups.change_output", found)
    form, conflict, status = OutputForm(request.POST or None, instance=found, group=found.group), None, 200
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            services.change_output(output_id=pk, revision=revision, actor=request.user, **form.words)
        except Incomplete as problem:
            _add(form, problem)
        except ChangedMeanwhile:
            found = _find(request, pk)
            conflict = differences(form, {name: getattr(found, name) for name in form.words})
            data = request.POST.copy()
            data["revision"] = str(found.revision)
            form, status = OutputForm(data, instance=found, group=found.group), 409
        else:
            messages.success(request, _("It is saved."))
            return redirect(found)
    context = {"body": found.group, "output": found, "form": form, "conflict": conflict}
    return render(request, "groups/output_form.html", context, status=422 if form.errors else status)


step = Steps(_find, _page, "groups.{step}_output", "output_id")
output_withdraw = step(
    "withdraw", ReasonForm, services.withdraw_output, gettext_lazy("The output is withdrawn, with your reason.")
)
