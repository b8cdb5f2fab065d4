"""What groups adds to the pages and acts of members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import links
from core.models import Theme
from groups import matters, merging
from groups.models import Group, GroupMembership, GroupRole, GuestInvitation, Output
from groups.services import guests
from members import extending
from members.models import Organisation
from members.signing_up import Door, add_door

__all__ = ["matters", "merging"]

add_door(
    Door(
        GuestInvitation,
        is_void=guests.is_void,
        accept=guests.accept_guest,
        page="groups:guest_invitation",
        related=("group__committee", "plan__group"),
    )
)


def in_active_groups() -> QuerySet[GroupMembership]:
    return GroupMembership.objects.active().filter(group__status=Group.Status.ACTIVE)


def groups() -> Iterable[tuple[str, str]]:
    return [(group.code, str(group)) for group in Group.objects.active().only("code", "title", "status")]


def themes() -> Iterable[tuple[str, str]]:
    """Themes that an active group works on."""
    at_work = Group.objects.active().filter(themes=OuterRef("pk"))
    return Theme.objects.filter(Exists(at_work), active=True).order_by("name").values_list("code", "name")


def of_group(organisations: QuerySet[Organisation], code: str) -> QuerySet[Organisation]:
    return organisations.filter(pk__in=in_active_groups().filter(group__code=code).values("organisation"))


def of_theme(organisations: QuerySet[Organisation], code: str) -> QuerySet[Organisation]:
    return organisations.filter(pk__in=in_active_groups().filter(group__themes__code=code).values("organisation"))


def groups_of(organisation: Organisation, user: Any) -> list[extending.Place]:
    rows = in_active_groups().filter(organisation=organisation).select_related("group").order_by("group__code")
    return [
        extending.Place(str(row.group), row.group.get_absolute_url(), str(row.group.get_kind_display())) for row in rows
    ]


def takes_part_in(code: str) -> Q:
    """As its representative or alternate there, or as its lead."""
    here = {"organisation": OuterRef("organisation")}
    places = GroupMembership.objects.active().filter(group__code=code, **here)
    leads = GroupRole.objects.in_force().filter(group__code=code, user=OuterRef("user"), **here)
    person = Q(representative=OuterRef("user")) | Q(alternates=OuterRef("user"))
    return Q(Exists(places.filter(person))) | Q(Exists(leads))


extending.add_filter(extending.ExtraFilter("theme", _("Theme"), _("All themes"), themes, of_theme))
extending.add_filter(extending.ExtraFilter("group", _("Group"), _("All groups"), groups, of_group))
extending.add_panel(extending.Panel(_("Groups"), groups_of))
extending.add_bodies(extending.BodyKind("group", _("Groups"), groups, takes_part_in))

links.add_source(links.Source(_("Output of a group"), Output.objects.all, "link"))
