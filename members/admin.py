"""People, their roles and how they came, in the back room. Passwords, tokens and second factors are not shown."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from core.admin import PortalInline, PortalModelAdmin
from members.models import Application, Invitation, Membership, Organisation, Representation, StaffRole, User, today
from members.services.representatives import explain_last_contact, is_last_contact


class StaffRoleInline(PortalInline):
    model = StaffRole
    fields = ("role", "starts", "ends")


class RepresentationInline(PortalInline):
    """To look at: people become representatives by accepting an invitation."""

    model = Representation
    fields = ("organisation", "role", "starts", "ends")
    read_only = True


class EmailAddressInline(PortalInline):
    """To look at: an address is changed by its owner, who proves it."""

    model = EmailAddress
    fields = ("email", "verified", "primary")
    read_only = True


@admin.register(User)
class UserAdmin(PortalModelAdmin):
    """An account made here has no password: its owner sets one by "I forgot my password"."""

    list_display = ("name", "email", "is_active", "last_login", "date_joined")
    list_filter = ("is_active", "dated_staff_roles__role")
    search_fields = ("name", "email")
    ordering = ("name", "email")
    fields = ("email", "name", "is_active", "is_system", "last_login", "date_joined", "anonymised_at")
    readonly_fields = ("is_system", "last_login", "date_joined", "anonymised_at")
    inlines = (StaffRoleInline, RepresentationInline, EmailAddressInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The address is the name to sign in with: once it exists, its owner changes it and proves it."""
        return (*super().get_readonly_fields(request, obj), *(("email",) if obj else ()))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        is_the_portal = isinstance(obj, User) and obj.is_system
        return super().has_change_permission(request, obj) and not is_the_portal

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.email = obj.email.lower()
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(StaffRole)
class StaffRoleAdmin(PortalModelAdmin):
    list_display = ("user", "role", "starts", "ends")
    list_filter = ("role",)
    list_select_related = ("user",)
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(PortalModelAdmin):
    """To look at: the Office keeps organisations on their pages and by rosters, which check more."""

    read_only = True
    list_display = ("code", "legal_name", "member_type", "country")
    list_filter = ("member_type", "country")
    list_select_related = ("member_type", "country")
    search_fields = ("code", "legal_name", "short_name", "search_text")


@admin.register(Membership)
class MembershipAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("organisation", "status", "starts", "ends", "tier")
    list_filter = ("status",)
    list_select_related = ("organisation",)
    search_fields = ("organisation__legal_name",)


class RepresentationForm(forms.ModelForm):
    """The rule of the service holds here, too: no member is left without a primary contact."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # The lock holds until the admin's transaction ends: two last contacts are not ended at once.
        Organisation.objects.select_for_update().get(pk=self.instance.organisation_id)
        before = Representation.objects.select_related("user", "organisation").get(pk=self.instance.pk)
        starts, ends = data.get("starts"), data.get("ends")
        leaves = (ends is not None and ends != before.ends) or (starts is not None and starts > today())
        if leaves and is_last_contact(before, today() if starts and starts > today() else ends):
            raise forms.ValidationError(explain_last_contact(before))
        return data


@admin.register(Representation)
class RepresentationAdmin(PortalModelAdmin):
    """A role is ended by its last day; a new one begins by an invitation."""

    form = RepresentationForm
    list_display = ("user", "organisation", "role", "starts", "ends")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "user__email", "organisation__legal_name")
    readonly_fields = ("user", "organisation", "role")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A role that ends today is over at once, one that goes on is not."""
        obj.ended_at = timezone.now() if obj.ends and obj.ends <= today() else None
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("email", "organisation", "role", "status", "invited_by", "created_at", "expires_at")
    list_filter = ("status", "role")
    list_select_related = ("organisation", "invited_by")
    search_fields = ("email", "organisation__legal_name")
    exclude = ("token",)


@admin.register(Application)
class ApplicationAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("organisation_name", "country", "status", "contact_name", "created_at")
    list_filter = ("status",)
    list_select_related = ("country",)
    search_fields = ("organisation_name", "email")
    exclude = ("token",)
