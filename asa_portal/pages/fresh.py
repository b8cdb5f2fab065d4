"""What is new in public: the latest of each kind, the newest of them first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from asa_portal.news.models import Post
from groups.models import Document, Group, Output
from kpis.models import Edition
from projects.models import Result

NEWS = 2  # at most: there are more of them than of anything else


@dataclass(frozen=True)
class Fresh:
    day: date
    kind: str
    title: str
    url: str
    language: str = ""  # of the title, where it is not that of the page


def _editions(count: int) -> Iterator[Fresh]:
    found = Edition.objects.published().order_by("-published_at").only("year", "number", "published_at")
    for one in found[:count]:
        if one.published_at:
            title = _("KPI figures %(year)s, edition %(code)s") % {"year": one.year, "code": one.code}
            yield Fresh(localdate(one.published_at), _("Figures"), title, one.get_absolute_url())


def _groups(count: int) -> Iterator[Fresh]:
    for one in Group.objects.active().order_by("-starts", "-pk").only("code", "title", "kind", "starts")[:count]:
        kind = _("New: %(kind)s") % {"kind": one.get_kind_display()}
        yield Fresh(one.starts, kind, one.title, one.get_absolute_url())


def _outputs(count: int) -> Iterator[Fresh]:
    found = Output.objects.visible_to(AnonymousUser()).current()
    for one in found.order_by("-date", "-pk").only("title", "kind", "date")[:count]:
        yield Fresh(one.date, one.get_kind_display(), one.title, one.get_absolute_url())


def _results(count: int) -> Iterator[Fresh]:
    found = Result.objects.visible_to(AnonymousUser()).exclude(status=Result.Status.RETIRED)
    for one in found.order_by("-date", "-pk").only("title", "kind", "date")[:count]:
        yield Fresh(one.date, one.get_kind_display(), one.title, one.get_absolute_url())


def _documents(count: int) -> Iterator[Fresh]:
    found = Document.objects.visible_to(AnonymousUser()).current().of(None).filter(latest__isnull=False)
    for one in found.select_related("latest").order_by("-latest__uploaded_at")[:count]:
        if one.latest:
            yield Fresh(localdate(one.latest.uploaded_at), _("Document"), one.title, one.get_absolute_url())


def _news(count: int) -> Iterator[Fresh]:
    for one in Post.objects.published().order_by("-published_at", "-pk").defer("text")[: min(count, NEWS)]:
        yield Fresh(localdate(one.day), _("News"), one.title, one.get_absolute_url(), one.language)


SOURCES: tuple[Callable[[int], Iterator[Fresh]], ...] = (_editions, _groups, _outputs, _results, _documents, _news)


def fresh(count: int = 4) -> list[Fresh]:
    """In one query a kind. What begins later is no news yet."""
    found = [one for source in SOURCES for one in source(count)]
    return sorted((one for one in found if one.day <= localdate()), key=lambda one: one.day, reverse=True)[:count]
