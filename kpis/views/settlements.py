"""Pages of the Office on contested figures: the queue, one set, one settlement, and people counted perhaps twice."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import events, permissions
from core.asked import YEARS, whole
from core.models import Series
from core.views.deciding import Steps
from kpis import seen, services
from kpis.contested import ContestedSet, read_set
from kpis.forms.decisions import ApprovalForm, ReasonForm
from kpis.forms.settlements import SetFilter, SettlementForm
from kpis.models import Adjustment
from kpis.selectors import settlements as selectors
from members.requests import SignedInRequest

LISTS = {
    "proposed": [Adjustment.Status.PROPOSED],
    "decided": [
        Adjustment.Status.APPROVED,
        Adjustment.Status.DECLINED,
        Adjustment.Status.WITHDRAWN,
        Adjustment.Status.LAPSED,
    ],
}


def settlement_list(request: SignedInRequest) -> HttpResponse:
    """Three lists: sets to settle, proposals that wait for a second person, and what was decided."""
    permissions.require(request.user, "kpis.view_desk")
    form = SetFilter(request.GET)
    chosen = request.GET.get("list", "")
    number = request.GET.get("page", "1")
    waiting = selectors.to_settle(form.chosen_year, form.chosen_indicator)
    context: dict[str, Any] = {"form": form, "chosen": chosen if chosen in LISTS else "queue"}
    if chosen in LISTS:
        found = selectors.adjustments(request.user, *LISTS[chosen])
        if form.chosen_year:
            found = found.filter(year=form.chosen_year)
        if form.chosen_indicator:
            found = found.filter(indicator__code=form.chosen_indicator)
        context["page"] = page = Paginator(found, 25).get_page(number)
        context["grounds"] = [(one, selectors.recorded(one)) for one in page]
    else:
        context["page"], context["sets"] = selectors.queue(waiting, number)
    context["counts"] = {
        "queue": waiting.count(),
        "proposed": selectors.adjustments(request.user, Adjustment.Status.PROPOSED).count(),
    }
    return render(request, "kpis/settlement_list.html", context)


def _chosen_set(request: SignedInRequest) -> ContestedSet | None:
    said = request.GET
    year = said.get("year", "")
    return read_set(
        year=whole(year, *YEARS) or 0,
        indicator=said.get("indicator", "")[:10],
        series=said.get("series", "") or Series.ACHIEVED,
        key=said.get("set", "")[:80],
    )


def settlement_propose(request: SignedInRequest) -> HttpResponse:
    """One set: what each way of settling it would do, and the form that proposes one."""
    permissions.require(request.user, "kpis.view_desk")
    found = _chosen_set(request)
    if found is None:
        messages.info(request, _("These figures are not contested any more."))
        return redirect("kpis:settlement_list")
    if standing := found.standing:
        return redirect(standing)
    refused = permissions.explain(request.user, "kpis.propose_settlement", found)
    form = SettlementForm(request.POST or None, whole=found.whole)
    previewed = None
    if request.method == "POST":
        if request.POST.get("action") == "preview":
            previewed = _previewed(form)
        elif form.is_valid():
            try:
                made = services.propose_settlement(
                    year=found.year,
                    indicator=found.indicator.code,
                    series=found.series,
                    contested_set=found.key,
                    actor=request.user,
                    **form.cleaned_data,
                )
            except services.NothingToSettle as changed:
                messages.warning(request, str(changed))
                return redirect("kpis:settlement_list")
            messages.success(request, _("Proposed. It has effect once a second person has approved it."))
            return redirect(made)
    ways = [_way(found, method) for method in (Adjustment.Method.SUM, Adjustment.Method.MAX, Adjustment.Method.NONE)]
    if previewed is not None:
        ways.append(_way(found, Adjustment.Method.NUMBER, previewed))
    earlier = found.earlier
    return render(
        request,
        "kpis/settlement_propose.html",
        {
            "set": found,
            "form": form,
            "ways": ways,
            "rows": _rows(found, ways),
            "refused": refused,
            "earlier": earlier,
            "ground": selectors.ground_of(earlier, found) if earlier else None,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _previewed(form: SettlementForm) -> int | None:
    """The number to show the effect of; the reason may still be missing then."""
    form.is_valid()
    number = form.cleaned_data.get("number")
    if "reason" in form.errors:
        del form.errors["reason"]
    return number


def _way(found: ContestedSet, method: Adjustment.Method, number: int | None = None) -> dict[str, Any]:
    counted = found.shares(method, number)
    return {
        "method": method,
        "shares": counted,
        "whole": sum(counted),
        "effect": selectors.effect_on_total(found, counted),
    }


def _rows(found: ContestedSet, ways: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"line": line, "met": found.met.get(line.pk, []), "shares": [way["shares"][place] for way in ways]}
        for place, line in enumerate(found.lines)
    ]


def _find(request: SignedInRequest, pk: int) -> Adjustment:
    return get_object_or_404(
        Adjustment.objects.visible_to(request.user)
        .select_related("indicator", "organisation", "proposed_by", "decided_by")
        .prefetch_related("lines__organisation", "lines__others"),
        pk=pk,
    )


def settlement_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: SignedInRequest, one: Adjustment, *, status: int = 200, **forms: Any) -> HttpResponse:
    now = read_set(year=one.year, indicator=one.indicator.code, series=one.series, key=one.contested_set)
    ground = selectors.ground_of(one, now)
    waits = one.status == Adjustment.Status.PROPOSED
    shares = [line.share or 0 for line in ground.contested]
    approve_form = forms.pop("approve_form", None) or ApprovalForm(auto_id="approve_%s")
    if waits:
        approve_form.show(seen.of_settlement(one))
    return render(
        request,
        "kpis/settlement_detail.html",
        {
            "settlement": one,
            "ground": ground,
            "effect": selectors.effect_on_total(now, shares) if now and waits and not ground.has_changed else None,
            "set": now,
            "refused": permissions.explain(request.user, "kpis.approve_settlement", one) if waits else "",
            "approve_form": approve_form,
            "decline_form": ReasonForm(auto_id="decline_%s", told_to="office"),
            "may_withdraw": waits and request.user.has_perm("kpis.withdraw_settlement", one),
            "withdraw_form": ReasonForm(auto_id="withdraw_%s", told_to="office"),
            "events": events.of(one)[:50],
            **forms,
        },
        status=status,
    )


step = Steps(_find, _page, "kpis.{step}_settlement", "adjustment_id")
_with_reason = partial(ReasonForm, told_to="office")
settlement_approve = step(
    "approve",
    ApprovalForm,
    services.approve_settlement,
    gettext_lazy("Approved. The totals of the partnership are being made anew."),
)
settlement_decline = step(
    "decline",
    _with_reason,
    services.decline_settlement,
    gettext_lazy("Declined: whoever proposed it has been told why, and the set is queued again."),
)
settlement_withdraw = step(
    "withdraw", _with_reason, services.withdraw_settlement, gettext_lazy("Withdrawn: the set is queued again.")
)


def overlap_list(request: SignedInRequest) -> HttpResponse:
    """People without an employer whom several organisations report in one place."""
    permissions.require(request.user, "kpis.view_desk")
    form = SetFilter(request.GET, one=True)
    year, indicator = form.chosen_year or 0, form.chosen_indicator
    found = selectors.overlapping_not_employed(year, indicator, Series.ACHIEVED)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "kpis/overlap_list.html",
        {
            "form": form,
            "year": year,
            "indicator": indicator,
            "page": page,
        },
    )
