"""Groups under a committee, who leads them, and which organisations take part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Seat
from core import grants
from core.kept import kept
from core.models import Theme
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models import Endable, HeldQuerySet, Organisation, today


class GroupKind(models.TextChoices):
    """A working group is permanent, a task force ends."""

    WORKING_GROUP = "working_group", _("Working group")
    TASK_FORCE = "task_force", _("Task force")

    @property
    def short(self) -> str:
        return {"working_group": "WG", "task_force": "TF"}[self.value]


class GroupQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> GroupQuerySet:
        """That a group exists, what it is for and who takes part is public; its workspace is not (`inside_for`)."""
        return self

    def active(self) -> GroupQuerySet:
        return self.filter(status=Group.Status.ACTIVE)

    def led_by(self, user: Any) -> GroupQuerySet:
        """Groups that the person leads or co-leads today."""
        return self.filter(pk__in=GroupRole.objects.ids_of(user, "group"))

    def joined_by(self, user: Any) -> GroupQuerySet:
        """Groups in which an organisation that the person represents takes part."""
        live = GroupMembership.objects.active().filter(organisation__in=list(user.organisation_roles))
        return self.filter(pk__in=live.values("group"))

    def inside_for(self, user: Any) -> GroupQuerySet:
        """Groups whose workspace (requests, drafts, history) the person may enter: representatives of the
        organisations in it, its leads, the seats of its committee, its guests, and the Office."""
        staff = user.is_authenticated and user.is_active and user.staff_roles
        return self if staff else self.filter(pk__in=workspaces_of(user))

    def with_member_count(self) -> GroupQuerySet:
        """Adds `member_count`: organisations that take part."""
        return self.annotate(
            member_count=Count(
                "memberships", filter=Q(memberships__status=GroupMembership.Status.ACTIVE), distinct=True
            )
        )

    def once_called(self, code: str) -> Group | None:
        """The group that had this code before it was converted or taken over from older records."""
        quoted = f'"{code}"'
        found: Any = self.annotate(earlier=Cast("legacy_codes", models.TextField())).filter(earlier__contains=quoted)
        return next((group for group in found if code in group.legacy_codes), None)

    def search(self, text: str) -> GroupQuerySet:
        """Every word of the text in the code, one that the group had once, the title or the scope."""
        found = self.annotate(earlier=Cast("legacy_codes", models.TextField()))
        for word in text.split()[:12]:
            found = found.filter(
                Q(code__icontains=word)
                | Q(earlier__icontains=word)
                | Q(title__icontains=word)
                | Q(scope__icontains=word)
            )
        return found


def workspaces_of(user: Any) -> Any:
    """The ids of the groups that the person is inside of (see `inside_for`): the right side of an `__in`."""
    if not user.is_authenticated or not user.is_active:
        return []
    if user.staff_roles:
        return Group.objects.order_by().values("pk")
    return _workspaces(user.pk, tuple(sorted(user.organisation_roles)), today())


@kept
def _workspaces(user: int, organisations: tuple[int, ...], day: date) -> models.QuerySet[Any, Any]:
    """By the organisations that were read with the person: the same as seats and roles `of` them."""
    mine = {"user": user, "organisation__in": organisations}
    return Group.objects.filter(
        Q(committee__in=Seat.objects.current(day).filter(**mine).values("committee"))
        | Q(pk__in=GroupMembership.objects.active().filter(organisation__in=organisations).values("group"))
        | Q(pk__in=GroupRole.objects.current(day).filter(**mine).values("group"))
        | Q(pk__in=grants.granted_ids("groups.view_group", user, Group))
    ).values("pk")


class Group(WorkflowModel):
    """A working group or task force. Its code stays when its title changes."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        CLOSED = "closed", _("Closed")

    class Admission(models.TextChoices):
        APPROVAL = "approval", _("The lead decides on requests")
        OPEN = "open", _("Open to every member")

    code = models.CharField(_("code"), max_length=20, unique=True, help_text=_("TECH-WG-01"))
    title = models.CharField(_("title"), max_length=150)
    kind = models.CharField(_("kind"), max_length=15, choices=GroupKind.choices)
    committee = models.ForeignKey(
        Committee, on_delete=models.PROTECT, related_name="groups", verbose_name=_("committee")
    )
    scope = models.TextField(_("scope"), max_length=20_000)
    out_of_scope = models.TextField(_("out of scope"), blank=True, max_length=20_000)
    expected_outputs = models.TextField(_("expected outputs"), blank=True, max_length=20_000)
    themes = models.ManyToManyField(Theme, related_name="groups", blank=True, verbose_name=_("themes"))
    status = StateField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    starts = models.DateField(_("founded on"), default=today)
    ends = models.DateField(_("ends on"), null=True, blank=True, help_text=_("the last day; a task force has one"))
    admission = models.CharField(_("admission"), max_length=10, choices=Admission.choices, default=Admission.APPROVAL)
    legacy_codes = models.JSONField(_("earlier codes"), default=list, blank=True)
    successor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
        verbose_name=_("continued by"),
    )

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["committee", "status"], name="group_committee_status")]
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="group_dates_in_order"),
            models.CheckConstraint(
                condition=~Q(kind="task_force") | Q(ends__isnull=False), name="group_task_force_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.committee

    def acted_for(self, actor: Any) -> Organisation | None:
        """For whom somebody leads the group, sits in its committee, or takes part in it, in this order. Nobody, where
        several organisations of the person take part and no role tells them apart."""
        role = GroupRole.objects.of(actor).filter(group=self).select_related("organisation").first()
        if role is None:
            role = Seat.objects.of(actor).filter(committee=self.committee_id).select_related("organisation").first()
        if role is not None:
            found: Organisation = role.organisation
            return found
        own = GroupMembership.objects.active().filter(group=self, organisation__in=list(actor.organisation_roles))
        joined = list(own.select_related("organisation")[:2])
        return joined[0].organisation if len(joined) == 1 else None

    @property
    def is_over(self) -> bool:
        """Its last day is past, and nobody has decided yet what becomes of it."""
        return self.status == self.Status.ACTIVE and bool(self.ends and self.ends < today())

    def get_absolute_url(self) -> str:
        return reverse("groups:group_detail", args=[self.code])

    def get_workspace_url(self) -> str:
        return reverse("groups:workspace", args=[self.code])


class GroupRole(Endable):
    """A person leads a group on behalf of an organisation, for a time."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        CO_LEAD = "co_lead", _("Co-lead")

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="group_roles")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="group_roles")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)

    objects = HeldQuerySet.as_manager()
    label_names_a_person = True

    class Meta(Endable.Meta):
        ordering = ["group", "-role", "starts"]
        constraints = [
            *Endable.Meta.constraints,
            models.UniqueConstraint(fields=["group", "user"], condition=Q(ends=None), name="group_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.group}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.group
        yield self.organisation

    def get_absolute_url(self) -> str:
        return self.group.get_absolute_url()


class GroupMembershipQuerySet(WorkflowQuerySet):
    def active(self) -> GroupMembershipQuerySet:
        return self.filter(status=GroupMembership.Status.ACTIVE)

    def requested(self) -> GroupMembershipQuerySet:
        return self.filter(status=GroupMembership.Status.REQUESTED)

    def invited(self) -> GroupMembershipQuerySet:
        return self.filter(status=GroupMembership.Status.INVITED)

    def live(self) -> GroupMembershipQuerySet:
        """In the group, or on the way into it: one such row per organisation."""
        return self.filter(status__in=GroupMembership.LIVE)

    def in_charge(self, user: Any) -> GroupMembershipQuerySet:
        """Those on whose admission the person decides: as lead of the group; as chair or vice-chair of the committee
        where no lead can, since there is none or the only one asked."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        lead = GroupRole.objects.in_force().filter(~Q(user=OuterRef("requested_by")), group=OuterRef("group"))
        steered = Seat.objects.ids_of(user, "committee", *Seat.STEERING)
        return self.filter(
            Q(group__in=GroupRole.objects.ids_of(user, "group")) | (Q(group__committee__in=steered) & Q(~Exists(lead)))
        )

    def decidable_by(self, user: Any) -> GroupMembershipQuerySet:
        """Those on which the person may decide, whatever their state. Nobody decides on what they asked for."""
        return self.in_charge(user).exclude(requested_by_id=user.pk)

    def visible_to(self, user: Any) -> GroupMembershipQuerySet:
        """Who takes part is public; requests and refusals are for the workspace and for those who asked."""
        if not user.is_authenticated:
            return self.active()
        return self.filter(
            Q(status=GroupMembership.Status.ACTIVE)
            | Q(organisation__in=list(user.organisation_roles))
            | Q(group__in=workspaces_of(user))
        )


class GroupMembership(WorkflowModel):
    """An organisation in a group, with the person who speaks for it there. A refusal or a leaving ends the row; who
    asks again gets a new one, so that the history keeps both."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Asked to join")
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Takes part")
        REFUSED = "refused", _("Refused")
        DECLINED = "declined", _("Declined the invitation")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Removed")

    LIVE = (Status.REQUESTED, Status.INVITED, Status.ACTIVE)

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="group_memberships")
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="group_memberships",
        verbose_name=_("representative"),
        help_text=_("empty while a founding organisation has not named anybody"),
    )
    alternates = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("alternates")
    )
    status = StateField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    message = models.TextField(_("why it wants to join"), blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["group", "organisation__legal_name"]
        indexes = [models.Index(fields=["organisation", "status"], name="group_membership_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "organisation"],
                condition=Q(status__in=["requested", "invited", "active"]),
                name="group_membership_one_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.group}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.group
        yield self.organisation

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.organisation if actor.represents(self.organisation_id) else self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        return reverse("groups:joining_detail", args=[self.pk])
