"""What the pages of news show, each in a fixed number of queries."""

from __future__ import annotations

from typing import Any

from asa_portal.news import publishers
from asa_portal.news.models import Post, PostQuerySet
from core.asked import YEARS, whole
from core.languages import LANGUAGES

SHOWN = 4  # on the page of a committee, group or project
OWN = 20


def published(chosen: dict[str, str]) -> PostQuerySet:
    """For everybody, the newest first; a filter that makes no sense filters nothing, or finds nothing."""
    rows: Any = Post.objects.published().with_publisher().order_by("-published_at", "-pk")
    kind, _dash, key = chosen["of"].partition("-")
    if kind == publishers.OFFICE:
        rows = rows.of(None)
    elif kind in publishers.KINDS:
        column = publishers.KINDS[kind][1]
        rows = rows.filter(**{f"{kind.removesuffix('s')}__{column}": key})
    if year := whole(chosen["year"], *YEARS):
        rows = rows.filter(published_at__year=year)
    if chosen["language"]:
        rows = rows.filter(language=chosen["language"])
    return rows


def choices() -> dict[str, Any]:
    """What the list can be narrowed by: publishers, years and languages of what is published."""
    rows = Post.objects.published().order_by()
    names = rows.values_list(
        "committee__code", "committee__name", "group__code", "group__title", "project__slug", "project__acronym"
    ).distinct()
    of: dict[str, list[tuple[str, str]]] = {kind: [] for kind in (publishers.OFFICE, *publishers.KINDS)}
    for code, committee, group, title, slug, acronym in names:
        if code:
            of["committees"].append((f"committees-{code}", publishers.name_of_committee(committee)))
        elif group:
            of["groups"].append((f"groups-{group}", title))
        elif slug:
            of["projects"].append((f"projects-{slug}", acronym))
        else:
            of[publishers.OFFICE].append((publishers.OFFICE, publishers.name_of(None)))
    years = rows.datetimes("published_at", "year", order="DESC")
    used = set(rows.values_list("language", flat=True).distinct())
    return {
        "publishers": [one for some in of.values() for one in sorted(some, key=lambda row: row[1].casefold())],
        "years": [str(moment.year) for moment in years],
        "languages": [(code, name) for code, name in LANGUAGES if code in used],
    }


def unpublished_for(user: Any) -> list[Post]:
    """Drafts, and what has a day to come, of all for whom the person writes."""
    return list(Post.objects.visible_to(user).unpublished().with_publisher().order_by("-written_at", "-pk")[:OWN])


def latest(body: publishers.Body | None, *, but: Post | None = None) -> list[Post]:
    rows = Post.objects.published().of(body).exclude(pk=but.pk if but else None)
    return list(rows.order_by("-published_at", "-pk")[:SHOWN])
