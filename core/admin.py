"""The back room: Django's admin, for administrators, within the same rules as everywhere.

Every app's admin.py derives from PortalModelAdmin. It asks core.permissions and nothing else, shows states without
letting anyone set them, records each save as an event with its actor, and deletes nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import models
from django.forms import BaseInlineFormSet, BaseModelForm, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from core import events, workflow
from core.models import (
    Country,
    CountryAlias,
    Event,
    Job,
    Letter,
    Licence,
    MemberType,
    MemberTypeAlias,
    Notification,
    Theme,
)

ADDED = events.name_verb("record.add", _("added in the administration"))
CHANGED = events.name_verb("record.change", _("changed in the administration"))


def _portal_password_page(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Django's own would end no other session and tell its owner nothing."""
    return redirect("account_change_password")


# Sign-in goes through the portal's own page: rate limits, second factor and all.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = _portal_password_page  # type: ignore[method-assign, assignment]
admin.site.site_header = admin.site.site_title = _("ASA portal: administration")
admin.site.index_title = _("Records")
admin.site.site_url = "/"


class _ByTheRules:
    """Who may do what in the admin: administrators look and correct, nobody deletes."""

    right: ClassVar[str] = "core.administer"
    read_only: ClassVar[bool] = False

    def _may(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.right))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request) and not self.read_only

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request) and not self.read_only

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def state_fields(model: type[models.Model]) -> tuple[str, ...]:
    """The fields that only a step of the workflow sets."""
    return tuple(field.name for field in model._meta.get_fields() if isinstance(field, workflow.StateField))


class PortalInline(_ByTheRules, admin.TabularInline):
    extra = 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *state_fields(self.model))


class PortalModelAdmin(_ByTheRules, admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *state_fields(self.model))

    def save_model(self, request: HttpRequest, obj: Any, form: BaseModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data or not change:
            self._record(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for one in formset.forms:
            if one.has_changed() and one.instance.pk:
                self._record(request, one.instance, one, one.instance not in formset.new_objects)

    def _record(self, request: Any, obj: models.Model, form: BaseModelForm, change: bool) -> None:
        """In the transaction of the admin's save: names of the fields only, the values are in the row history."""
        workflow.act(CHANGED if change else ADDED, obj, actor=request.user, data={"fields": sorted(form.changed_data)})


@admin.register(Event)
class EventAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("at", "verb", "actor", "subject_label", "from_state", "to_state")
    list_filter = ("verb",)
    list_select_related = ("actor",)
    search_fields = ("subject_label", "note")
    date_hierarchy = "at"


@admin.register(Job)
class JobAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("id", "kind", "state", "attempt", "created_at", "finished_at", "created_by")
    list_filter = ("state", "kind")
    list_select_related = ("created_by",)


@admin.register(Notification)
class NotificationAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("created_at", "recipient", "event", "email_state", "attempts", "error")
    list_filter = ("email_state",)
    list_select_related = ("recipient", "event")


@admin.register(Letter)
class LetterAdmin(PortalModelAdmin):
    """Whether a letter left, and why not. Its words are not shown: they may hold somebody's personal link."""

    read_only = True
    list_display = ("created_at", "to", "subject", "email_state", "attempts", "error")
    list_filter = ("email_state",)
    exclude = ("body",)


@admin.register(MemberType)
class MemberTypeAdmin(PortalModelAdmin):
    list_display = ("code", "name", "order", "active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code is for good: figures and rosters name it."""
        return (*super().get_readonly_fields(request, obj), *(("code",) if obj else ()))


@admin.register(MemberTypeAlias)
class MemberTypeAliasAdmin(PortalModelAdmin):
    list_display = ("name", "member_type", "language", "learnt_by")
    list_select_related = ("member_type", "learnt_by")
    readonly_fields = ("learnt_by",)
    search_fields = ("name",)


@admin.register(CountryAlias)
class CountryAliasAdmin(PortalModelAdmin):
    """What people have said that unknown words in spreadsheets mean."""

    list_display = ("key", "country", "learnt_by")
    list_select_related = ("country", "learnt_by")
    readonly_fields = ("learnt_by",)
    search_fields = ("key",)


@admin.register(Theme)
class ThemeAdmin(PortalModelAdmin):
    list_display = ("code", "name", "committee_code", "order", "active")
    list_filter = ("committee_code",)


@admin.register(Licence)
class LicenceAdmin(PortalModelAdmin):
    list_display = ("code", "name", "url", "order", "active")


@admin.register(Country)
class CountryAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("code", "name", "nuts_code", "eu")
    search_fields = ("code", "name")
