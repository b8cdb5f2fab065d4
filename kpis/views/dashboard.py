"""The dashboard, and the reports behind each of its numbers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import permissions
from core.charts import download
from core.charts.scales import locale
from core.geography import shapes
from core.models import BreakdownCategory, IndicatorVersion
from kpis.drawings import BREAKDOWN_CHARTS, Drawings
from kpis.forms.dashboard import SelectionForm
from kpis.models import Ambition
from kpis.selection import Selection
from kpis.selectors import dashboard as selectors
from kpis.selectors.drill_down import Behind, behind
from kpis.selectors.figures import Figures, figures
from members.models import today


def _form(chosen: Selection, found: Figures, indicators: dict[str, IndicatorVersion], types: dict[str, str]) -> Any:
    years = sorted({year for year, _code, _series in found.years} | {chosen.year}, reverse=True)
    names = {code: shapes.place_name(code, locale()) for code in shapes.shapes(0)}
    return SelectionForm(
        chosen,
        years=years,
        indicators={code: one.short_name for code, one in indicators.items() if not one.indicator.computed},
        countries=dict(sorted(names.items(), key=lambda pair: pair[1])),
        member_types=types,
        has_plans=any(series == "planned" for _year, code, series in found.years if code == chosen.indicator),
    )


def _categories() -> dict[str, tuple[str, dict[str, str]]]:
    named: dict[str, tuple[str, dict[str, str]]] = {}
    rows = BreakdownCategory.objects.filter(breakdown__code__in=BREAKDOWN_CHARTS).select_related("breakdown")
    for one in rows.order_by("order", "code"):
        named.setdefault(one.breakdown.code, (one.breakdown.name, {}))[1][one.code] = one.name
    return named


def _target(request: HttpRequest, chosen: Selection, ambitions: list[Ambition]) -> tuple[int | None, str]:
    """The target of the year; it is one of workers upskilled in the whole partnership."""
    ambition = selectors.ambition_of(chosen.year, ambitions)
    if ambition is None or chosen.indicator != "K1" or chosen.is_filtered:
        return None, ""
    return ambition.target, _("Ambition for %(year)s") % {"year": chosen.year}


@login_not_required
def dashboard(request: HttpRequest) -> HttpResponse:
    insider = request.user.is_authenticated and request.user.is_insider
    types = selectors.member_types()
    chosen = Selection.of(request.GET, newest=selectors.newest_year, member_types=types)
    found = figures(chosen, public=not insider)
    indicators, ambitions, reported = selectors.indicators(), selectors.ambitions(), selectors.reported(chosen.year)
    target, label = _target(request, chosen, ambitions)
    version = indicators[chosen.indicator]
    drawings = Drawings(
        figures=found,
        name=version.short_name,
        unit=version.unit,
        ambitions=ambitions,
        target=target,
        target_label=label,
        member_types=types,
        categories=_categories(),
        as_of=reported.as_of,
        running_year=today().year,
        insider=insider,
    )
    if file := download(request, drawings.all()):
        return file
    form = _form(chosen, found, indicators, types)
    total = found.total
    return render(
        request,
        "kpis/dashboard.html",
        {
            "chosen": chosen,
            "form": form,
            "years": [(one, chosen.dashboard_url(year=one)) for one, _name in form.fields["year"].choices],
            "insider": insider,
            "drawings": drawings,
            "version": version,
            "total": total,
            "total_url": chosen.figures_url(region=chosen.region) if insider and total else "",
            "contested_amount": total.high - total.low if total and not total.hidden else 0,
            "ambition": selectors.ambition_of(chosen.year, ambitions) if target else None,
            "reported": reported,
            "tiles": _tiles(chosen, found, indicators, insider),
            "coverage": selectors.coverage(chosen.year, types),
            "member_types": types,
            "contested": selectors.contested(
                chosen.year, chosen.indicator, chosen.series, chosen.country, chosen.member_type
            )
            if insider
            else [],
        },
    )


def _tiles(
    chosen: Selection, found: Figures, indicators: dict[str, IndicatorVersion], insider: bool
) -> list[dict[str, Any]]:
    """All indicators of the year; a tile leads to its reports, its name to its dashboard."""
    tiles = []
    for code, version in indicators.items():
        if version.indicator.computed:
            continue
        amount = found.of(code)
        plan = found.of(code, "planned")
        tiles.append(
            {
                "code": code,
                "version": version,
                "amount": amount,
                "plan": plan,
                "choose": chosen.but(series="achieved").dashboard_url(indicator=code),
                "url": chosen.figures_url(indicator=code, series="achieved", region=chosen.region)
                if insider and amount
                else "",
                "is_chosen": code == chosen.indicator,
                "trend": [
                    one.shown_low if (one := found.of(code, year=year)) else None
                    for year in sorted({year for year, _code, _series in found.years})
                ],
            }
        )
    return tiles


def drill_down(request: HttpRequest) -> HttpResponse:
    """What is behind a number: each organisation with what it adds, each of its lines with what counts and why."""
    permissions.require(request.user, "kpis.view_figures")
    types = selectors.member_types()
    chosen = Selection.of(request.GET, newest=selectors.newest_year, member_types=types)
    version = selectors.indicators()[chosen.indicator]
    found: Behind = behind(
        chosen,
        region=request.GET.get("region", "")[:5] or chosen.region,
        breakdown=request.GET.get("breakdown", "")[:20],
        category=request.GET.get("category", "")[:40],
        contested_set=request.GET.get("set", "")[:80],
        page=request.GET.get("page", "1"),
        user=request.user,
    )
    return render(
        request,
        "kpis/drill_down.html",
        {"chosen": chosen, "version": version, "found": found, "type_name": types.get(chosen.member_type, "")},
    )
