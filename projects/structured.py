"""Projects in the words of schema.org, for search engines."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from projects.models import Project, Result

_DIGITS = {Project.Precision.DAY: 10, Project.Precision.MONTH: 7, Project.Precision.YEAR: 4}  # of 2024-04-01


def project_data(project: Project) -> dict[str, Any]:
    """Dates as exactly as they are known and no more."""
    digits = _DIGITS[Project.Precision(project.precision)]
    data: dict[str, Any] = {
        "@type": "Project",
        "name": project.title,
        "alternateName": project.acronym,
        "description": project.summary,
        "url": settings.PORTAL_URL + project.get_absolute_url(),
        "foundingDate": project.starts.isoformat()[:digits],
    }
    if project.ends:
        data["dissolutionDate"] = project.ends.isoformat()[:digits]
    if project.website:
        data["sameAs"] = project.website
    if project.grant_number:
        data["identifier"] = project.grant_number
    return data


def result_data(result: Result) -> dict[str, Any]:
    """A work that others may use under its licence."""
    data: dict[str, Any] = {
        "@type": "LearningResource" if result.kind == Result.Kind.TRAINING else "CreativeWork",
        "name": result.title,
        "description": result.summary,
        "url": settings.PORTAL_URL + result.get_absolute_url(),
        "inLanguage": result.language,
        "datePublished": result.date.isoformat(),
        "isBasedOn": {"@type": "Project", "name": result.project.title, "alternateName": result.project.acronym},
    }
    if result.licence.url:
        data["license"] = result.licence.url
    if result.eqf_level:
        data["educationalLevel"] = f"EQF {result.eqf_level}"
    return data
