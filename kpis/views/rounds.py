"""Pages of rounds: all of them, one of them, who is expected to report, reminders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import events, permissions
from core.views.deciding import Steps, carry_out
from kpis import services
from kpis.forms.rounds import ExpectForm, ReleaseForm, RemindForm, RoundEditForm, RoundForm, RoundReopenForm
from kpis.models import Report, Round
from kpis.selectors import rounds as selectors
from members.models import Organisation
from members.requests import SignedInRequest


def _find(request: SignedInRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user), pk=pk)


def _rounds(request: SignedInRequest, form: Any = None, status: int = 200) -> HttpResponse:
    approved = Count("reports", filter=Q(reports__status__in=Report.APPROVED, reports__superseded_at=None))
    found = Round.objects.visible_to(request.user).annotate(approved=approved)
    rounds = found.order_by("-year", "-period").prefetch_related("indicators__indicator")
    return render(request, "kpis/round_list.html", {"rounds": rounds, "form": form}, status=status)


def round_list(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "kpis.view_reports")
    if request.method != "POST":
        return _rounds(request, RoundForm() if request.user.has_perm("kpis.create_round") else None)
    permissions.require(request.user, "kpis.create_round")
    return carry_out(
        request,
        RoundForm(request.POST),
        services.create_round,
        again=lambda form: _rounds(request, form, 422),
        done=_("Planned. Open the round when members may start."),
        to="kpis:round_list",
    )


def round_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: SignedInRequest, one: Round, *, status: int = 200, **forms: Any) -> HttpResponse:
    return render(
        request,
        "kpis/round_detail.html",
        {
            "round": one,
            "indicators": one.indicators.select_related("indicator").order_by("indicator__order"),
            "schedule": selectors.schedule(one),
            "asked_for": one.reminders.filter(days_left=None).select_related("asked_by")[:10],
            "expected": one.expected.count(),
            "reopen_form": RoundReopenForm(auto_id="reopen_%s"),
            "events": events.of(one).filter(verb__startswith="round.")[:50] if request.user.is_office else [],
            **forms,
        },
        status=status,
    )


def round_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    one = _find(request, pk)
    permissions.require(request.user, "kpis.edit_round", one)

    def page(form: Any, status: int = 200) -> HttpResponse:
        return render(request, "kpis/round_edit.html", {"round": one, "form": form}, status=status)

    if request.method != "POST":
        return page(RoundEditForm(instance=one))
    return carry_out(
        request,
        RoundEditForm(request.POST, instance=_find(request, pk)),
        services.edit_round,
        again=lambda form: page(form, 422),
        done=_("Changed. It stands in the history of the round."),
        to=one,
        round_id=one.pk,
    )


step = Steps(_find, _page, "kpis.{step}_round", "round_id")
round_open = step("open", forms.Form, services.open_round, gettext_lazy("Open: members have been told."))
round_close = step(
    "close",
    forms.Form,
    services.close_round,
    gettext_lazy("Closed. What was submitted can still be approved or returned."),
)
round_reopen = step(
    "reopen",
    RoundReopenForm,
    services.reopen_round,
    gettext_lazy("Open again: those expected to report have been told."),
)


def round_reporters(
    request: SignedInRequest, pk: int, *, form: Any = None, wrong: Any = None, status: int = 200
) -> HttpResponse:
    """Who is expected to report; `wrong`: (organisation id, form) of a row that came back with errors."""
    one = _find(request, pk)
    permissions.require(request.user, "kpis.change_reporters", one)
    words = request.GET.get("q", "")[:100]
    page = Paginator(selectors.expected(one, words), 50).get_page(request.GET.get("page"))
    reports = selectors.states_of(one, page)
    if wrong and wrong[0] not in {row.organisation_id for row in page}:  # its row is not on this page, or gone
        for message in wrong[1].errors.values():
            messages.warning(request, " ".join(message))
    rows = [
        {
            "expected": row,
            "report": reports.get(row.organisation_id),
            "form": wrong[1]
            if wrong and wrong[0] == row.organisation_id
            else ReleaseForm(auto_id=f"release_{row.organisation_id}_%s"),
        }
        for row in page
    ]
    return render(
        request,
        "kpis/round_reporters.html",
        {
            "round": one,
            "page": page,
            "rows": rows,
            "words": words,
            "form": form or ExpectForm(),
            "organisations": selectors.not_expected(one).order_by("legal_name").values_list("legal_name", "code"),
            "events": events.of(one).filter(verb__in=("round.expect", "round.release"))[:50],
        },
        status=status,
    )


@require_POST
def reporter_add(request: SignedInRequest, pk: int) -> HttpResponse:
    one = _find(request, pk)
    permissions.require(request.user, "kpis.change_reporters", one)

    def add(*, organisation: Organisation, note: str, actor: Any) -> None:
        services.expect_reporter(round_id=one.pk, organisation_id=organisation.pk, note=note, actor=actor)

    return carry_out(
        request,
        ExpectForm(request.POST),
        add,
        again=lambda form: round_reporters(request, pk, form=form, status=422),
        done=_("Added. Completeness counts it from now on."),
        to=reverse("kpis:round_reporters", args=[one.pk]),
    )


@require_POST
def reporter_remove(request: SignedInRequest, pk: int, organisation: int) -> HttpResponse:
    one = _find(request, pk)
    permissions.require(request.user, "kpis.change_reporters", one)
    who = get_object_or_404(Organisation, pk=organisation)
    return carry_out(
        request,
        ReleaseForm(request.POST, auto_id=f"release_{who.pk}_%s"),
        services.release_reporter,
        again=lambda form: round_reporters(request, pk, wrong=(who.pk, form), status=422),
        done=_("Taken off the list. What it has reported stays and counts once it is approved."),
        to=reverse("kpis:round_reporters", args=[one.pk]),
        round_id=one.pk,
        organisation_id=who.pk,
    )


def round_remind(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who has not submitted and who would be told; the Office may add words of its own."""
    one = _find(request, pk)
    permissions.require(request.user, "kpis.remind_round", one)
    last = one.reminders.order_by("-pk").first()

    def page(form: Any, status: int = 200) -> HttpResponse:
        told = selectors.to_remind(one)
        people = {user.pk for row in told for user in row.people}
        context = {"round": one, "form": form, "told": told, "people": len(people)}
        return render(request, "kpis/round_remind.html", context, status=status)

    if request.method != "POST":
        return page(RemindForm(initial={"seen": last.pk if last else 0}))
    return carry_out(
        request,
        RemindForm(request.POST),
        services.remind_now,
        again=lambda form: page(form, 422),
        done=_("The reminders are on their way."),
        to=one,
        round_id=one.pk,
    )
