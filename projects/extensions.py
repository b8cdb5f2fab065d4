"""What projects adds to the pages of members."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import links
from members import extending
from members.models import Organisation
from projects import merging
from projects.models import Partner, Project, ProjectSource, Result, ResultUse

__all__ = ["merging"]  # registered by being imported


def projects_of(organisation: Organisation, user: Any) -> list[extending.Place]:
    shown = Project.objects.visible_to(user)
    rows = Partner.objects.filter(organisation=organisation, project__in=shown).select_related("project")
    return [
        extending.Place(str(row.project), row.project.get_absolute_url(), str(row.get_role_display()))
        for row in rows.order_by("-project__starts", "project__acronym")
    ]


extending.add_panel(extending.Panel(_("Projects"), projects_of))


def results_used_by(organisation: Organisation, user: Any) -> list[extending.Place]:
    shown = Result.objects.visible_to(user)
    rows = ResultUse.objects.current().filter(organisation=organisation, result__in=shown).select_related("result")
    return [
        extending.Place(row.result.title, row.result.get_absolute_url(), str(row.result.get_kind_display()))
        for row in rows.order_by("-since", "-pk")
    ]


extending.add_panel(extending.Panel(_("Results in use"), results_used_by))


def sources_with_projects() -> QuerySet[ProjectSource]:
    return ProjectSource.objects.select_related("project")


links.add_source(links.Source(_("Website of a project"), Project.objects.all, "website"))
links.add_source(links.Source(_("Source of a project"), sources_with_projects, "url", lambda row: row.project))
links.add_source(links.Source(_("Result of a project"), Result.objects.all, "link"))
