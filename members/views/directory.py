"""The directory of members, and the public page of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.charts import Chart, MapRegion, download, map_chart
from core.spreadsheets import writing
from members import extending, selectors
from members.filters import DirectoryFilter
from members.models import Organisation
from members.permissions import is_insider
from members.representing import contacts_shown
from members.resources import OrganisationResource
from members.structured import organisation_data
from members.umbrella_overlap import public_overlap, umbrellas_of
from members.views.merging import follows_merges

A_PAGE = 50


def _filter(request: HttpRequest) -> DirectoryFilter:
    members = Organisation.objects.members_today().select_related(*selectors.SHOWN).order_by("name_key", "pk")
    return DirectoryFilter(request.GET, queryset=members, request=request)


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """A list, a map by country (?view=map) or by NUTS 2 region (?view=regions) of what the filters leave. htmx asks for
    the part below the filters alone."""
    found = _filter(request)
    view = request.GET.get("view", "")
    view = view if view in MAPS else "list"
    context: dict[str, Any] = {"filter": found, "view": view}
    if view in MAPS:
        chart = MAPS[view](request, found)
        if file := download(request, [chart]):
            return file
        context |= {"chart": chart, "count": found.qs.count()}
    else:
        # Keys are put in order, and only those of the page become rows: sorting whole rows costs more with each member.
        page = Paginator(found.qs.values_list("pk", flat=True), A_PAGE).get_page(request.GET.get("page"))
        page.object_list = selectors.in_this_order(list(page.object_list))
        context |= {"page": page, "count": page.paginator.count}
    query = request.GET.copy()
    for name in ("page", "view", "download", "chart"):
        query.pop(name, None)
    context["query"] = query.urlencode()
    context["is_filtered"] = any(request.GET.get(name) for name in found.narrowing)
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    partial = htmx and not htmx.history_restore_request
    template = "members/partials/_directory_results.html" if partial else "members/directory.html"
    answer = render(request, template, {**context, "partial": bool(partial)})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _address(request: HttpRequest, name: str) -> Callable[[str], str]:
    """The list of one place, with the other filters as they are."""
    query = request.GET.copy()
    for one in ("page", "view", "download", "chart", "country", "region"):
        query.pop(one, None)

    def of(code: str) -> str:
        there = query.copy()
        there[name] = code
        return f"{reverse('members:directory')}?{there.urlencode()}"

    return of


def _countries(request: HttpRequest, found: DirectoryFilter) -> Chart:
    of = _address(request, "country")
    return map_chart(
        id="members-by-country",
        title=_("Members by country"),
        unit=_("organisations"),
        value_name=_("Members"),
        source=_("directory of members"),
        as_of=timezone.localdate(),
        regions=[
            MapRegion(code, count, url=of(code), label=name) for code, name, count in selectors.by_country(found.qs)
        ],
        empty=_("No member matches."),
    )


def _regions(request: HttpRequest, found: DirectoryFilter) -> Chart:
    of = _address(request, "region")
    counted, elsewhere = selectors.by_region(found.qs)
    left_out = ngettext(
        "%(n)s member has named no NUTS 2 region and is not on this map.",
        "%(n)s members have named no NUTS 2 region and are not on this map.",
        elsewhere,
    ) % {"n": elsewhere}
    return map_chart(
        id="members-by-region",
        title=_("Members by NUTS 2 region"),
        level=2,
        unit=_("organisations"),
        value_name=_("Members"),
        source=_("directory of members"),
        as_of=timezone.localdate(),
        regions=[MapRegion(code, count, url=of(code)) for code, count in counted],
        note=left_out if elsewhere else "",
        empty=_("No member that matches has named its region."),
    )


MAPS: dict[str, Callable[[HttpRequest, DirectoryFilter], Chart]] = {"map": _countries, "regions": _regions}


@login_not_required
@require_safe
def directory_export(request: HttpRequest, ending: str) -> HttpResponse:
    """Exactly what is filtered. The Office gets every field, as a roster that can be imported again."""
    everything = request.user.has_perm("members.import_roster")
    header, rows = OrganisationResource().table(_filter(request).qs, public=not everything)
    data, media_type = writing.written(ending, header, rows, sheet=_("Members"))
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="members-{timezone.localdate():%Y-%m-%d}.{ending}"'
    return answer


@login_not_required
@require_safe
@follows_merges
def organisation_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What everybody may see of a member."""
    found = Organisation.objects.visible_to(request.user).select_related("country", "member_type", "region")
    organisation = get_object_or_404(found, code=code)
    context = {
        "organisation": organisation,
        "membership": organisation.memberships.open().select_related("organisation").first(),
        "contacts": contacts_shown(organisation) if is_insider(request.user, None) else [],
        "segments": selectors.segments_of(organisation),
        "represents": public_overlap(organisation),
        "umbrellas": umbrellas_of(organisation),
        "panels": extending.panels_of(organisation, request.user),
        "structured": organisation_data(organisation),
    }
    return render(request, "members/organisation_detail.html", context)
