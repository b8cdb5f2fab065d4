"""Guests: people to whom one group or one work plan is open by name, until a day. A foreign key of their own keeps the
lists fast (core.grants)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core import grants
from groups.models.groups import Group, GroupRole, workspaces_of
from groups.models.plans import WorkPlan
from members.models import Organisation, PersonalInvitation, PersonalInvitationQuerySet, StaffRole, User


class GroupGrant(grants.Grant):
    """A guest may enter the workspace of one group."""

    RIGHT = "groups.view_group"
    KIND = "group"
    content_object = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="grants")
    reminded_of = models.DateField(null=True, editable=False, help_text="the last day of which they were reminded")
    label_names_a_person = True

    class Meta(grants.Grant.Meta):
        abstract = False

    def __str__(self) -> str:
        return _t("%(who)s, guest of %(what)s") % {"who": self.user, "what": self.content_object}

    @property
    def group(self) -> Group:
        return self.content_object

    @property
    def opened_url(self) -> str:
        return self.group.get_workspace_url()

    def event_parents(self) -> Iterator[models.Model]:
        yield self.group

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        """The public page of the group: what is open besides is linked there."""
        return self.group.get_absolute_url()


class WorkPlanGrant(grants.Grant):
    """A guest may see one plan."""

    RIGHT = "groups.view_workplan"
    KIND = "plan"
    content_object = models.ForeignKey(WorkPlan, on_delete=models.CASCADE, related_name="grants")
    reminded_of = models.DateField(null=True, editable=False, help_text="the last day of which they were reminded")
    label_names_a_person = True

    class Meta(grants.Grant.Meta):
        abstract = False

    def __str__(self) -> str:
        return _t("%(who)s, guest of %(what)s") % {"who": self.user, "what": self.content_object}

    @property
    def group(self) -> Group:
        return self.content_object.group

    @property
    def opened_url(self) -> str:
        return self.content_object.get_absolute_url()

    def event_parents(self) -> Iterator[models.Model]:
        yield self.content_object
        yield self.group

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        return self.group.get_absolute_url()


class GuestInvitationQuerySet(PersonalInvitationQuerySet):
    def visible_to(self, user: Any) -> GuestInvitationQuerySet:
        """For those inside the group, and for who is invited."""
        if not user.is_authenticated:
            return self.none()
        proven = user.emailaddress_set.filter(verified=True).values("email")
        inside = workspaces_of(user)
        return self.filter(Q(group__in=inside) | Q(email__in=proven))

    def standing(self) -> GuestInvitationQuerySet:
        """Those that who sent them could send today: the right "groups.admit_guest", asked for many at once."""
        sender = OuterRef("invited_by")
        leads = GroupRole.objects.in_force().filter(user=sender, group=OuterRef("group"))
        seats = Seat.objects.in_force().filter(user=sender, committee=OuterRef("group__committee"))
        office = StaffRole.objects.current().filter(user=sender, role=StaffRole.Role.OFFICE)
        may = Exists(leads) | Exists(seats.filter(role__in=Seat.STEERING)) | Exists(office)
        return self.filter(may, invited_by__is_active=True, group__status=Group.Status.ACTIVE)


class GuestInvitation(PersonalInvitation):
    """Asks a named person to be a guest of a group, or of one of its plans, until a day. Nothing is open before they
    accept, so that whether an address has an account is told to nobody but its reader."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="guest_invitations")
    plan = models.ForeignKey(
        WorkPlan, null=True, blank=True, on_delete=models.CASCADE, related_name="guest_invitations"
    )
    until = models.DateField(_("until"), help_text="the last day of the access")
    note = models.TextField(_("why"), blank=True, max_length=2000)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = GuestInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "group", Lower("email"), condition=Q(status="open", plan=None), name="guest_of_group_asked_once"
            ),
            models.UniqueConstraint(
                "plan", Lower("email"), condition=Q(status="open"), name="guest_of_plan_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return _t("%(who)s, invited as a guest of %(what)s") % {"who": self.name or _t("somebody"), "what": self.opened}

    @property
    def opened(self) -> Group | WorkPlan:
        return self.plan or self.group

    def event_parents(self) -> Iterator[models.Model]:
        if self.plan:
            yield self.plan
        yield self.group

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        """Where whoever reads of it may go: to open and to end access is for few of them."""
        return self.plan.get_absolute_url() if self.plan else f"{self.group.get_workspace_url()}#guests"
