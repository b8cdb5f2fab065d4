"""Committees and their seats in the back room. Seats are given, handed over and ended on the
committee's own page, by the Office: nobody seats themselves in the back room."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from committees.models import Committee, Seat
from core.admin import PortalInline, PortalModelAdmin


class SeatInline(PortalInline):
    model = Seat
    fields = ("user", "organisation", "role", "starts", "ends")
    read_only = True


@admin.register(Committee)
class CommitteeAdmin(PortalModelAdmin):
    list_display = ("code", "name", "order")
    search_fields = ("code", "name")
    fields = ("code", "name", "former_names", "remit", "order")
    inlines = (SeatInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code is for good: themes and codes of groups name it."""
        return (*super().get_readonly_fields(request, obj), *(("code",) if obj else ()))
