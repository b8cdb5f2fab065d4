"""Results of projects: the library, the page of one, recording and mainstreaming."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from committees.models import Committee
from core import events, permissions
from core.languages import LANGUAGES
from core.models import Theme
from core.spreadsheets import writing
from core.views.deciding import Steps, carry_out
from core.views.files import as_download
from core.workflow import Incomplete
from groups.forms import DecisionForm, ReasonForm
from members.middleware import acting_for
from members.requests import PageRequest, SignedInRequest
from projects import library, services
from projects.forms.results import ProposeForm, ResultForm, TakeUpForm, UseForm
from projects.models import Project, Result, ResultFile, ResultUse
from projects.services.results import ChangedMeanwhile
from projects.structured import result_data

A_PAGE = 25


@login_not_required
@require_safe
def result_list(request: PageRequest) -> HttpResponse:
    """What projects and groups left for others to use."""
    chosen = library.chosen_of(request.GET)
    page = Paginator(library.entries(request.user, chosen), A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [library.Entry(*row) for row in page.object_list]
    rows_only = bool(request.htmx) and not request.htmx.history_restore_request
    context: dict[str, Any] = {"page": page, "chosen": chosen, "filtered": any(chosen.values())}
    context["query"] = urlencode({name: said for name, said in chosen.items() if said})
    if not rows_only:
        context |= {
            "kinds": library.KINDS.items(),
            "states": Result.Status.choices,
            "levels": [str(level) for level in range(1, 9)],
            "languages": LANGUAGES,
            "topics": Theme.objects.filter(active=True).order_by("name"),
            "committees": Committee.objects.all(),
            "projects": Project.objects.visible_to(request.user).order_by("acronym"),
        }
    template = "projects/partials/_library.html" if rows_only else "projects/result_list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])  # the browser keeps the rows and the page apart
    return response


@login_not_required
@require_safe
def result_export(request: PageRequest, ending: str) -> HttpResponse:
    """Exactly what is filtered, with the columns of an import."""
    header, rows = library.table(request.user, library.chosen_of(request.GET))
    data, media_type = writing.written(ending, header, rows, sheet=_("Results"))
    name = f"results-{timezone.localdate():%Y-%m-%d}.{ending}"
    return HttpResponse(
        data, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _find(request: HttpRequest, pk: int) -> Result:
    rows = Result.objects.visible_to(request.user).select_related("project", "committee", "licence", "kept")
    return get_object_or_404(rows, pk=pk)


@login_not_required
@require_safe
def result_detail(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: PageRequest, result: Result, *, status: int = 200, **forms: Any) -> HttpResponse:
    insider = request.user.is_authenticated and request.user.is_insider
    uses = result.uses.select_related("group", "organisation").order_by("since", "pk")
    organisation = acting_for(request) if insider else None
    context = {
        "result": result,
        "uses": [one for one in uses if one.until is None],
        "past_uses": [one for one in uses if one.until is not None],
        "file": getattr(result, "kept", None),
        "themes": result.themes.all(),
        "structured": result_data(result),
        "insider": insider,
        "events": events.readable_by(request.user, events.of(result)) if insider else [],
        "organisation": organisation,
        "own": ResultUse(result=result, organisation=organisation) if organisation else None,
        "propose_form": ProposeForm(auto_id="propose_%s", result=result),
        "take_up_form": TakeUpForm(auto_id="take_up_%s", result=result, user=request.user) if insider else None,
        "decline_form": ReasonForm(auto_id="decline_%s"),
        "use_form": DecisionForm(auto_id="use_%s"),
        "retire_form": ReasonForm(auto_id="retire_%s"),
        "begin_form": UseForm(auto_id="begin_%s"),
        "end_form": DecisionForm(auto_id="end_%s"),
        **forms,
    }
    return render(request, "projects/result_detail.html", context, status=status)


@login_not_required
@require_safe
def result_file(request: PageRequest, pk: int) -> HttpResponseBase:
    return as_download(get_object_or_404(ResultFile.objects.filter(result__in=[_find(request, pk)])))


def result_create(request: SignedInRequest, slug: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    permissions.require(request.user, "projects.record_result", project)
    form = ResultForm(request.POST or None, request.FILES or None, instance=Result(project=project))
    if request.method == "POST" and form.is_valid():
        try:
            found = services.record_result(project_id=project.pk, actor=request.user, **form.words)
        except Incomplete as problem:
            _add(form, problem)
        else:
            messages.success(request, _("The result is recorded."))
            return redirect(found)
    context = {"project": project, "form": form}
    return render(request, "projects/result_form.html", context, status=422 if form.errors else 200)


def _add(form: Any, problem: Incomplete) -> None:
    for name, sentence in problem.problems.items():
        form.add_error(name, sentence)


def result_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "projects.change_result", found)
    form, status = ResultForm(request.POST or None, request.FILES or None, instance=found), 200
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            services.change_result(result_id=pk, revision=revision, actor=request.user, **form.words)
        except Incomplete as problem:
            _add(form, problem)
        except ChangedMeanwhile as late:
            form.add_error(None, str(late))
            status = 409
        else:
            messages.success(request, _("It is saved."))
            return redirect(found)
    context = {"project": found.project, "result": found, "form": form}
    return render(
        request, "projects/result_form.html", context, status=422 if form.errors and status == 200 else status
    )


@require_POST
def result_propose(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "projects.propose_result", found)
    return carry_out(
        request,
        ProposeForm(request.POST, auto_id="propose_%s", result=found),
        services.propose_result,
        again=lambda form: _page(request, found, status=422, propose_form=form),
        done=_("It is proposed, and the chairs of the committee are told."),
        to=found,
        result_id=pk,
    )


@require_POST
def result_take_up(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "projects.take_up_result", found)
    return carry_out(
        request,
        TakeUpForm(request.POST, auto_id="take_up_%s", result=found, user=request.user),
        services.take_up_result,
        again=lambda form: _page(request, found, status=422, take_up_form=form),
        done=_("The group has taken it up, and those concerned are told."),
        to=found,
        result_id=pk,
    )


step = Steps(_find, _page, "projects.{step}_result", "result_id")
result_decline = step(
    "decline", ReasonForm, services.decline_result, gettext_lazy("It is not taken up; your reason is told.")
)
result_use = step("use", DecisionForm, services.use_result, gettext_lazy("It is in use from today on."))
result_retire = step("retire", ReasonForm, services.retire_result, gettext_lazy("The result is retired."))


@require_POST
def use_begin(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    organisation = acting_for(request)
    if organisation is None:
        raise permissions.Denied(_("You do not represent a member at present."))
    permissions.require(request.user, "projects.begin_resultuse", ResultUse(result=found, organisation=organisation))
    return carry_out(
        request,
        UseForm(request.POST, auto_id="begin_%s"),
        services.begin_use,
        again=lambda form: _page(request, found, status=422, begin_form=form),
        done=_("Your organisation is among those who use it."),
        to=found,
        result_id=pk,
        organisation=organisation,
    )


@require_POST
def use_end(request: SignedInRequest, pk: int, use: int) -> HttpResponse:
    found = _find(request, pk)
    row = get_object_or_404(found.uses.select_related("group__committee"), pk=use)
    permissions.require(request.user, "projects.end_resultuse", row)
    return carry_out(
        request,
        DecisionForm(request.POST, auto_id="end_%s"),
        services.end_use,
        again=lambda form: _page(request, found, status=422, end_form=form),
        done=_("The use is ended; that it was there stays on record."),
        to=found,
        use_id=row.pk,
    )
