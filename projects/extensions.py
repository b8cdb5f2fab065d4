"""What projects adds to the pages of members."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from members import extending
from members.models import Organisation
from projects.models import Partner, Project


def projects_of(organisation: Organisation, user: Any) -> list[extending.Place]:
    shown = Project.objects.visible_to(user)
    rows = Partner.objects.filter(organisation=organisation, project__in=shown).select_related("project")
    return [
        extending.Place(str(row.project), row.project.get_absolute_url(), str(row.get_role_display()))
        for row in rows.order_by("-project__starts", "project__acronym")
    ]


extending.add_panel(extending.Panel(_("Projects"), projects_of))
