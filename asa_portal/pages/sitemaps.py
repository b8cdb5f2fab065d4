"""Which pages search engines may know of: those that a visitor can open, and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Model, QuerySet
from django.urls import reverse

from asa_portal.news.models import Post
from committees.models import Committee
from groups.models import Document, Group, Meeting, Output
from kpis.models import Edition
from members.models import Organisation
from projects.models import Initiative, Project, Result


class PortalSitemap(Sitemap):
    """Addresses begin with PORTAL_URL, whatever name the server was asked by."""

    def get_domain(self, site: Any = None) -> str:
        return settings.PORTAL_URL.partition("://")[2]

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.PORTAL_URL.partition("://")[0]


class Sections(PortalSitemap):
    """The pages that stand whatever the partnership does, and its lists."""

    def items(self) -> list[str]:
        return [
            "pages:home",
            "pages:about",
            "pages:method",
            "kpis:dashboard",
            "kpis:indicator_list",
            "kpis:edition_list",
            "members:directory",
            "members:apply",
            "committees:committee_list",
            "groups:group_list",
            "groups:output_list",
            "groups:event_list",
            "groups:library",
            "projects:project_list",
            "projects:initiative_list",
            "projects:pilot_list",
            "projects:result_list",
            "news:post_list",
            "members:privacy_notice",
            "pages:accessibility",
            "pages:imprint",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class Records(PortalSitemap):
    """What of a kind a visitor can open."""

    def __init__(self, found: Callable[[Any], QuerySet[Any]]) -> None:
        self.found = found

    def items(self) -> QuerySet[Any]:
        return self.found(AnonymousUser()).order_by("pk")

    def location(self, item: Model) -> str:
        return item.get_absolute_url()  # type: ignore[attr-defined]


class Events(PortalSitemap):
    """Meetings that were announced to everybody, on the page that everybody reads."""

    def items(self) -> QuerySet[Meeting]:
        return Meeting.objects.public().order_by("pk")

    def location(self, item: Meeting) -> str:
        return item.get_public_url()


SITEMAPS: dict[str, type[PortalSitemap] | PortalSitemap] = {
    "sections": Sections,
    "committees": Records(Committee.objects.visible_to),
    "groups": Records(Group.objects.visible_to),
    "documents": Records(Document.objects.visible_to),
    "outputs": Records(Output.objects.visible_to),
    "projects": Records(Project.objects.visible_to),
    "results": Records(Result.objects.visible_to),
    "initiatives": Records(Initiative.objects.visible_to),
    "news": Records(Post.objects.visible_to),
    "events": Events(),
    "editions": Records(Edition.objects.visible_to),
    "members": Records(Organisation.objects.visible_to),
}
