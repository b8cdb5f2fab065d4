"""The dashboard: the year and where it was reached at once, its lower sections when the reader comes to them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core.charts import alone, download
from core.charts.scales import locale
from core.geography import shapes
from core.models import BreakdownCategory, IndicatorVersion, Series
from kpis.drawings import CoverageDrawings, Drawings, Frame
from kpis.forms.dashboard import SelectionForm
from kpis.models import Edition
from kpis.selection import Selection
from kpis.selectors import dashboard as selectors
from kpis.selectors.dashboard import Reported
from kpis.selectors.figures import BREAKDOWNS, Figures, figures
from kpis.selectors.sources import Source, editions_for, newest_published, source
from kpis.selectors.targets import Target, targets
from members.models import today

SECTIONS = ("who", "what", "indicators", "coverage")


def _form(chosen: Selection, found: Figures, indicators: dict[str, IndicatorVersion], types: dict[str, str]) -> Any:
    years = sorted({year for year, _code, _series in found.years} | {chosen.year}, reverse=True)
    names = {code: shapes.place_name(code, locale()) for code in shapes.shapes(0)}
    return SelectionForm(
        chosen,
        years=years,
        indicators={code: one.short_name for code, one in indicators.items()},
        countries=dict(sorted(names.items(), key=lambda pair: pair[1])),
        member_types=types,
        has_plans=any(series == Series.PLANNED for _year, code, series in found.years if code == chosen.indicator),
    )


def _categories() -> dict[str, tuple[str, dict[str, str]]]:
    named: dict[str, tuple[str, dict[str, str]]] = {}
    rows = BreakdownCategory.objects.filter(breakdown__code__in=BREAKDOWNS).select_related("breakdown")
    for one in rows.order_by("order", "code"):
        named.setdefault(one.breakdown.code, (one.breakdown.name, {}))[1][one.code] = one.name
    return named


def _targets(chosen: Selection) -> list[Target]:
    """The choices of a target. It is one of workers upskilled in the whole partnership."""
    if chosen.indicator != "K1" or chosen.series != Series.ACHIEVED or chosen.is_filtered:
        return []
    return targets(chosen.year)


def _target(chosen: Selection, found: list[Target]) -> Target | None:
    on_base = (one for one in found if one.base and one.base.key == chosen.base)
    return next(on_base, found[0] if found else None)


def _nothing(chosen: Selection, found: Figures, reported: Reported, *, live: bool) -> str:
    """Why there is no figure for the choice, in words; empty where there is one."""
    words = {"year": chosen.year, "n": reported.expected}
    if found.total is not None:
        return ""
    if chosen.is_filtered:
        return _("No approved report of %(year)s has a figure for this country and member type.") % words
    if any(year == chosen.year for year, _code, _series in found.years):
        return _("No approved report of %(year)s has a figure for this indicator yet.") % words
    if not live:
        return _("The figures of %(year)s are not published yet.") % words
    if reported.expected:
        return _("No report of %(year)s is approved yet; %(n)s are expected.") % words
    return _("No figures were asked for in %(year)s.") % words


@login_not_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """`?section=who` is one section by itself, `?section=all` everything on one page."""
    # The section is taken out of the address, so that links and files inside it are those of the whole page.
    query = request.GET.copy()
    section = query.pop("section", [""])[-1]
    request.GET = query  # type: ignore[assignment]
    insider = request.user.is_authenticated and request.user.is_insider
    answer = _answer(request, section, insider=insider)
    patch_vary_headers(answer, ["HX-Request"])
    if insider:  # a browser asks again each time, and gets the page again only where it says something new
        patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _answer(request: HttpRequest, section: str, *, insider: bool) -> HttpResponse:
    types, newest = selectors.types_and_newest_year()
    editions = editions_for(request.user)
    if not insider:
        newest = newest_published(editions) or newest
    chosen = Selection.of(request.GET, newest=lambda: newest, member_types=types)
    of = source(chosen, editions, insider=insider)
    found = figures(chosen, of)
    indicators = {code: one for code, one in selectors.indicators(chosen.year).items() if not one.indicator.computed}
    reported: Reported = of.reported(chosen.year)
    coverage: Any = SimpleLazyObject(lambda: of.coverage(chosen.year, types))
    scenarios = _targets(chosen)
    frame = Frame(
        figures=found,
        names={code: one.short_name for code, one in indicators.items()},
        units={code: one.unit for code, one in indicators.items()},
        target=_target(chosen, scenarios),
        member_types=types,
        categories=_categories(),
        as_of=reported.as_of,
        running_year=today().year,
        live=of.live,
        edition=of.edition.code if of.edition else "",
    )
    drawings = Drawings(frame, CoverageDrawings(coverage, types))
    if part := download(request, drawings.all()) or alone(request, drawings.all()):
        return part
    total = found.total
    nothing = _nothing(chosen, found, reported, live=of.live)
    context = {
        "chosen": chosen,
        "live": of.live,
        "edition": of.edition,
        "later": _later(of),
        "drawings": drawings,
        "version": indicators[chosen.indicator],
        "nothing": nothing,
        "coverage": coverage,
        "sections": _sections(request, chosen, drawings, nothing),
        "whole": section == "all",
        "whole_query": chosen.query(section="all"),
    }
    if section and section != "all":
        return _section(request, section, context)
    return render(
        request,
        "kpis/dashboard.html",
        {
            **context,
            "form": _form(chosen, found, indicators, types),
            "insider": insider,
            "switch": _switch(chosen, of) if insider else [],
            "total": total,
            "total_url": chosen.figures_url(region=chosen.region) if of.live and total else "",
            "contested_amount": total.shown_contested if total else 0,
            "target": frame.target,
            "scenarios": [(one, chosen.dashboard_url(base=one.base.key if one.base else "")) for one in scenarios],
            "reported": reported,
            "tiles": _tiles(chosen, found, indicators, of.live),
            "contested": selectors.contested(chosen) if of.live and total and total.high != total.low else [],
        },
    )


def _sections(request: HttpRequest, chosen: Selection, drawings: Drawings, nothing: str) -> list[dict[str, str]]:
    """What is below the year and its map, in the order of the page; nothing without a chart in it."""
    titles = (
        _("Who") if not nothing else "",
        _("What") if not nothing and drawings.has_what else "",
        _("Other indicators"),
        _("K6: who is in the partnership"),
    )
    return [
        {
            "code": code,
            "title": title,
            "url": (address := f"?{chosen.query(section=code)}"),
            "absolute": request.build_absolute_uri(address),  # for paper
            "template": f"kpis/partials/_{code}.html",
        }
        for code, title in zip(SECTIONS, titles, strict=True)
        if title
    ]


def _section(request: HttpRequest, code: str, context: dict[str, Any]) -> HttpResponse:
    """For htmx the section alone, for a browser without script a page with it."""
    if code not in SECTIONS:
        raise Http404
    found = next((one for one in context["sections"] if one["code"] == code), None)
    htmx = found and request.htmx  # type: ignore[attr-defined]
    template = found["template"] if found and htmx else "kpis/dashboard_section.html"
    return render(request, template, {**context, "section": found})


def _later(of: Source) -> Edition | None:
    """An edition of the year that came after the one that is shown."""
    later = (one for one in of.of_year if one.status == Edition.Status.PUBLISHED)
    newest = next(later, None)
    return newest if newest and of.edition and newest.number > of.edition.number else None


def _switch(chosen: Selection, of: Source) -> list[dict[str, Any]]:
    """Live, or an edition of the year: for those who see both."""
    found = [one for one in of.editions if one.year == chosen.year]
    choices = [{"label": _("Live"), "url": chosen.dashboard_url(edition=""), "is_chosen": of.live}]
    choices += [
        {"label": str(one), "url": chosen.dashboard_url(edition=one.code), "is_chosen": one == of.edition}
        for one in found
    ]
    return choices if found else []


def _tiles(
    chosen: Selection, found: Figures, indicators: dict[str, IndicatorVersion], live: bool
) -> list[dict[str, Any]]:
    """All indicators of the year; a tile leads to its reports, its name to its dashboard."""
    tiles = []
    years = sorted({year for year, _code, _series in found.years})
    for code, version in indicators.items():
        amount = found.of(code)
        tiles.append(
            {
                "code": code,
                "version": version,
                "amount": amount,
                "plan": found.of(code, Series.PLANNED),
                "choose": chosen.but(series=Series.ACHIEVED).dashboard_url(indicator=code),
                "url": chosen.figures_url(indicator=code, series=Series.ACHIEVED, region=chosen.region)
                if live and amount
                else "",
                "is_chosen": code == chosen.indicator,
                "trend": [one.shown_low if (one := found.of(code, year=year)) else None for year in years],
            }
        )
    return tiles
