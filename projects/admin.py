"""The back room of projects and initiatives."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import PortalInline, PortalModelAdmin
from core.geography.reference import NUTS_VERSION
from core.models import Region
from projects.models import IndicatorTarget, Initiative, InitiativePartner


class PartnerInline(PortalInline):
    model = InitiativePartner
    autocomplete_fields = ("organisation",)


class TargetInline(PortalInline):
    model = IndicatorTarget


@admin.register(Initiative)
class InitiativeAdmin(PortalModelAdmin):
    """The code may be corrected only until the record is saved: figures name it."""

    list_display = ("code", "title", "kind", "lead", "starts", "ends")
    list_filter = ("kind",)
    list_select_related = ("lead",)
    search_fields = ("code", "title")
    autocomplete_fields = ("lead",)
    inlines = (PartnerInline, TargetInline)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "region":
            kwargs["queryset"] = Region.objects.filter(level__lte=2, version=NUTS_VERSION).order_by("code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Initiative | None = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("code",) if obj else ()))
