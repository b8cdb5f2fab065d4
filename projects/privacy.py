"""What projects keep when a person is forgotten, and what they export."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.forgetting import keep_words
from core.privacy import exports
from projects.models import Result

keep_words("projects.Partner", "name", why="the name of an organisation")
keep_words("projects.Project", "coordinator_name", why="the name of an organisation")


@exports("results", _("Results of projects that you recorded or proposed"))
def results(user: Any) -> list[dict[str, Any]]:
    found = Result.objects.filter(Q(recorded_by=user) | Q(proposed_by=user)).select_related("project")
    return [
        {
            "title": one.title,
            "project": one.project.acronym,
            "type": one.kind,
            "state": one.status,
            "at": one.recorded_at,
        }
        for one in found.order_by("recorded_at", "pk")
    ]
