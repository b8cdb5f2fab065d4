"""What other pages show about results of projects. Groups and committees know no results themselves."""

from __future__ import annotations

from typing import Any

from django import template

from committees.models import Committee
from groups.models import Group
from projects.models import Project, Result, ResultUse

register = template.Library()
SHOWN = 12


@register.simple_tag(takes_context=True)
def results_of(context: dict[str, Any], project: Project) -> list[Result]:
    """{% results_of project as results %}: all that are not retired, the newest first."""
    found = Result.objects.visible_to(context["request"].user).filter(project=project)
    return list(found.exclude(status=Result.Status.RETIRED).select_related("project"))


@register.simple_tag(takes_context=True)
def results_used_by(context: dict[str, Any], group: Group) -> list[ResultUse]:
    """{% results_used_by group as uses %}: what a group took up, the newest first."""
    shown = Result.objects.visible_to(context["request"].user)
    uses = ResultUse.objects.current().filter(group=group, result__in=shown).select_related("result__project")
    return list(uses.order_by("-since", "-pk")[:SHOWN])


@register.simple_tag(takes_context=True)
def results_waiting(context: dict[str, Any], committee: Committee) -> list[Result]:
    """{% results_waiting committee as waiting %}: proposed to it, the oldest first."""
    found = Result.objects.visible_to(context["request"].user).proposed().filter(committee=committee)
    return list(found.select_related("project").order_by("proposed_at")[:SHOWN])
