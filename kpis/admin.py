"""The back room of the figures: targets and catalogues can be corrected, reports and settlements only looked at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from core.admin import PortalModelAdmin
from core.models import BreakdownCategory, IndicatorVersion, SkillsProfile
from kpis.models import Adjustment, Ambition, Report, Round, WorkforceBase


@admin.register(Ambition)
class AmbitionAdmin(PortalModelAdmin):
    list_display = ("from_year", "kind", "number", "rate", "base", "source")
    list_select_related = ("base",)


@admin.register(WorkforceBase)
class WorkforceBaseAdmin(PortalModelAdmin):
    list_display = ("people", "year", "source")


@admin.register(IndicatorVersion)
class IndicatorVersionAdmin(PortalModelAdmin):
    """Words may be corrected; what is counted is fixed once figures name the definition."""

    list_display = ("indicator", "version", "name", "unit", "from_year")
    list_select_related = ("indicator",)
    readonly_fields = ("indicator", "version", "from_year", "unit", "nature", "series", "whose", "breakdowns")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # drafted and published by the Office, on the page of the indicator


@admin.register(BreakdownCategory)
class BreakdownCategoryAdmin(PortalModelAdmin):
    list_display = ("breakdown", "code", "name", "order", "active")
    list_filter = ("breakdown",)
    list_select_related = ("breakdown",)


@admin.register(SkillsProfile)
class SkillsProfileAdmin(PortalModelAdmin):
    read_only = True  # the Office has a page for them, which keeps the categories of the breakdown in step
    list_display = ("label", "code", "source", "version", "last_year")
    search_fields = ("label", "code")


@admin.register(Round)
class RoundAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("year", "period", "opens", "closes", "status")


@admin.register(Report)
class ReportAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("organisation", "round", "revision", "status", "submitted_at", "approved_at")
    list_filter = ("status", "round")
    list_select_related = ("organisation", "round")
    search_fields = ("organisation__legal_name",)


@admin.register(Adjustment)
class AdjustmentAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("year", "indicator", "series", "organisation", "method", "number", "status")
    list_filter = ("status", "year")
    list_select_related = ("indicator", "organisation")
