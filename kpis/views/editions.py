"""Editions: the list, one edition with what changed, its files, and the acts of the Office."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import events, permissions
from core.spreadsheets.writing import written
from core.views.deciding import Steps
from kpis import freezing, services
from kpis.forms.decisions import ReasonForm
from kpis.forms.editions import EditionForm
from kpis.models import Edition
from kpis.selectors import editions as selectors
from kpis.selectors.unpublished import unpublished
from members.requests import SignedInRequest

ON_THE_PAGE, A_PAGE = 15, 100


def _edition(request: HttpRequest, code: str) -> Edition:
    return get_object_or_404(Edition.objects.visible_to(request.user).with_code(code))


def _is_insider(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated and request.user.is_insider)


@login_not_required
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, form: EditionForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "editions": Edition.objects.visible_to(request.user).defer("grounds"),
        "may_freeze": request.user.has_perm("kpis.propose_edition"),
    }
    if context["may_freeze"]:
        years = selectors.years_to_freeze()
        context |= {"form": form or EditionForm(years=years), "years": years, "jobs": selectors.last_jobs()}
        context["unpublished"] = unpublished()
    return render(request, "kpis/edition_list.html", context, status=422 if form and form.errors else 200)


@require_POST
def edition_propose(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "kpis.propose_edition")
    form = EditionForm(request.POST, years=selectors.years_to_freeze())
    if not form.is_valid():
        return _list(request, form)
    freezing.ask_for_edition(actor=request.user, **form.cleaned_data)
    messages.success(
        request, _("The figures of %(year)s are being frozen; the edition then waits here to be published.")
        % {"year": form.cleaned_data["year"]},
    )  # fmt: skip
    return redirect("kpis:edition_list")


@login_not_required
@require_safe
def edition_detail(request: HttpRequest, code: str) -> HttpResponse:
    return _detail(request, _edition(request, code))


def _detail(request: HttpRequest, edition: Edition, *, status: int = 200, **forms: Any) -> HttpResponse:
    insider = _is_insider(request)
    changes = selectors.changes(edition, insider=insider)
    siblings = Edition.objects.visible_to(request.user).filter(year=edition.year).defer("grounds", "facts")
    published = [one for one in siblings if one.status == Edition.Status.PUBLISHED]
    return render(
        request,
        "kpis/edition_detail.html",
        {
            "edition": edition,
            "citation": selectors.citation(edition),
            "figures": selectors.main_figures(edition),
            "kept": selectors.kept(edition),
            "before": edition.grounds.get("before", ""),
            "changes_count": changes.count(),
            "changes": selectors.shown_changes(edition, changes[:ON_THE_PAGE], request.user),
            "siblings": siblings,
            "later": published[0] if published and published[0].number > edition.number else None,
            "insider": insider,
            "history": events.of(edition) if insider else None,
            "withdraw_form": ReasonForm(auto_id="withdraw_%s", told_to="office"),
            **forms,
        },
        status=status,
    )


@login_not_required
@require_safe
def edition_changes(request: HttpRequest, code: str) -> HttpResponse:
    edition, insider = _edition(request, code), _is_insider(request)
    page = Paginator(selectors.changes(edition, insider=insider), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "kpis/edition_changes.html",
        {
            "edition": edition,
            "before": edition.grounds.get("before", ""),
            "page": page,
            "changes": selectors.shown_changes(edition, page, request.user),
            "insider": insider,
        },
    )


@login_not_required
@require_safe
def edition_export(request: HttpRequest, code: str, what: str, ending: str) -> HttpResponse:
    """The figures as published, or the list of changes, as a file."""
    edition = _edition(request, code)
    if ending not in ("csv", "xlsx") or what not in ("figures", "changes"):
        raise Http404
    if what == "figures":
        body, kind = written(ending, selectors.COLUMNS, selectors.rows(edition), sheet=edition.code)
    else:
        found = selectors.change_rows(edition, insider=_is_insider(request))
        body, kind = written(ending, selectors.CHANGE_COLUMNS, found, sheet=edition.code)
    name = f"asa-kpi-{edition.code}-{what}.{ending}"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


step = Steps(_edition, _detail, "kpis.{step}_edition", "edition_id")
edition_publish = step(
    "publish",
    forms.Form,
    services.publish_edition,
    gettext_lazy("Published: from now on this is what the public sees of its year."),
)
edition_withdraw = step(
    "withdraw",
    partial(ReasonForm, told_to="office"),
    services.withdraw_edition,
    gettext_lazy("Withdrawn. The Office can still read it."),
)
