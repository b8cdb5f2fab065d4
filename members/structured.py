"""Organisations in the words of schema.org, for search engines: what their public page says, and nothing else."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from members.models import Organisation


def organisation_data(organisation: Organisation) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "Organization",
        "name": organisation.legal_name,
        "identifier": organisation.code,
        "url": settings.PORTAL_URL + organisation.get_absolute_url(),
        "address": {"@type": "PostalAddress", "addressCountry": organisation.country_id},
    }
    if organisation.short_name:
        data["alternateName"] = organisation.short_name
    if organisation.website:
        data["sameAs"] = organisation.website
    return data
