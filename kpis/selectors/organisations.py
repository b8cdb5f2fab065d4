"""What the page of an organisation shows of its reports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core.models import Series
from kpis.models import OrganisationTotal, Report
from members.models import Organisation


def reports_due(organisation: Organisation, user: Any) -> QuerySet[Report]:
    """Reports of the organisation that are not approved yet, those of open rounds first to close."""
    return (
        Report.objects.visible_to(user)
        .filter(organisation=organisation, status__in=Report.UNFINISHED)
        .select_related("round", "organisation")
        .order_by("round__closes", "pk")
    )


def reported_by_year(organisation: Organisation) -> dict[tuple[int, int], int]:
    """{(indicator id, year): achieved by the organisation in that year}, from the roll-up: what certainly counts."""
    found = OrganisationTotal.objects.filter(organisation=organisation, series=Series.ACHIEVED, region="ALL")
    return {(row["indicator"], row["year"]): row["low"] for row in found.values("indicator", "year", "low")}
