"""How files name projects: by acronym or grant number; where two share one, by the address of the page."""

from __future__ import annotations

from django.conf import settings

from core.text import fold
from projects.models import Project


class ProjectNames:
    """Of all projects, in one query."""

    def __init__(self) -> None:
        self.projects = {one.pk: one for one in Project.objects.all()}
        self._called: dict[str, list[Project]] = {}
        for one in self.projects.values():
            for word in {fold(word) for word in _words(one)}:
                self._called.setdefault(word, []).append(one)

    def called(self, text: str) -> list[Project]:
        """Those that it may mean."""
        return self._called.get(fold(text.removeprefix(settings.PORTAL_URL)), [])

    def of(self, project: Project) -> str:
        """A word that means this one alone."""
        address = project.get_absolute_url()
        words = (project.acronym, project.grant_number)
        return next((word for word in words if self.called(word) == [project]), address)


def _words(project: Project) -> list[str]:
    words = (project.acronym, project.slug, project.grant_number, project.get_absolute_url())
    return [word for word in words if word]
