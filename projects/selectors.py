"""What the pages of projects show."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import Project

# What the results of such projects are about; the codes stand in Project.results.
RESULT_KINDS: dict[str, str | Promise] = {
    "intelligence": _("Skills intelligence"),
    "roadmap": _("Roadmap"),
    "job_roles": _("Definition of skills and job roles"),
    "recognition": _("Recognition"),
    "training": _("Training"),
    "good_practice": _("Good practice"),
}


def result_kinds(project: Project) -> list[str]:
    """The kinds of results in words; a code that the portal does not know (any more) is shown as it is."""
    return [str(RESULT_KINDS.get(code, code)) for code in project.results]
