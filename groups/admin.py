"""Groups, proposals and work plans in the back room: to look at. What binds is done on the portal's own pages, where
states, recusal and reasons hold."""

from __future__ import annotations

from django.contrib import admin

from core.admin import PortalInline, PortalModelAdmin
from groups.models import Activity, Group, GroupMembership, GroupRole, PlanSubmission, Proposal, WorkPlan


class GroupRoleInline(PortalInline):
    model = GroupRole
    fields = ("user", "organisation", "role", "starts", "ends")
    read_only = True  # a lead is handed over on the group's own pages; nobody appoints themselves in the back room


class GroupMembershipInline(PortalInline):
    model = GroupMembership
    fields = ("organisation", "representative", "status", "requested_at", "joined_at", "ended_at")
    read_only = True


@admin.register(Group)
class GroupAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("code", "title", "committee", "kind", "status", "starts", "ends")
    list_filter = ("committee", "kind", "status")
    search_fields = ("code", "title")
    fields = (
        "code",
        "title",
        "kind",
        "committee",
        "status",
        "starts",
        "ends",
        "admission",
        "legacy_codes",
        "successor",
    )
    inlines = (GroupRoleInline, GroupMembershipInline)


@admin.register(Proposal)
class ProposalAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("title", "committee", "organisation", "status", "submitted_at", "decided_at")
    list_filter = ("committee", "status")
    search_fields = ("title", "organisation__legal_name")


class ActivityInline(PortalInline):
    model = Activity
    fields = ("title", "activity_type", "organisation", "owner", "starts", "ends", "status", "progress")
    read_only = True


class PlanSubmissionInline(PortalInline):
    model = PlanSubmission
    fields = ("number", "at", "by")
    read_only = True


@admin.register(WorkPlan)
class WorkPlanAdmin(PortalModelAdmin):
    read_only = True
    list_display = ("group", "year", "version", "status", "submitted_at", "decided_at")
    list_filter = ("status", "year", "group__committee")
    search_fields = ("group__code", "group__title")
    inlines = (ActivityInline, PlanSubmissionInline)
