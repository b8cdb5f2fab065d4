"""Who asks what becomes of a group, and who decides on it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from committees.permissions import carries_out_a_procedure, holds_seat, no_procedure_is_open
from core.permissions import allow, any_of, condition
from groups.models import GroupChange, GroupKind, GroupRole
from groups.permissions.groups import is_active, leads_it


@condition(_("Only the lead and co-lead of the group, its committee and the ASA Office may ask to close it."))
def steers_it_or_is_office(user: Any, change: Any) -> bool:
    return bool(user.is_office) or holds_seat(user, change.group.committee, *Seat.STEERING)


@condition(_("A working group is permanent already."))
def is_a_task_force(user: Any, change: Any) -> bool:
    return change.group.kind == GroupKind.TASK_FORCE


@condition(_("There is a request about the future of this group already: it is decided first."))
def nothing_is_asked_yet(user: Any, change: Any) -> bool:
    return not GroupChange.objects.asked().filter(group=change.group_id).exists()


@condition(
    _(
        "The chair and the vice-chair of the committee decide on the future of a group; the ASA Office does on"
        " closings, and where the chair leads the group or asked for it, or the seat is vacant."
    )
)
def decides_on_the_change(user: Any, change: Any) -> bool:
    return GroupChange.objects.in_charge(user).filter(pk=change.pk).exists()


@condition(_("You lead this group or asked for it: somebody else of the committee or the ASA Office decides on it."))
def has_no_part_in_the_change(user: Any, change: Any) -> bool:
    return GroupChange.objects.not_of(user).filter(pk=change.pk).exists()


@condition(_("This is for those inside the group, its committee and the ASA Office."))
def sees_the_change(user: Any, change: Any) -> bool:
    return GroupChange.objects.visible_to(user).filter(pk=change.pk).exists()


@condition(_("Only who asked for it, and the leads of the group, may withdraw it."))
def asked_for_the_change(user: Any, change: Any) -> bool:
    return change.asked_by_id == user.pk and sees_the_change(user, change)


@condition(_("A group is closed by granting the request to close it."))
def closing_is_granted(user: Any, group: Any) -> bool:
    granted = GroupChange.objects.filter(group=group.pk, kind=GroupChange.Kind.CLOSING)
    return granted.filter(status=GroupChange.Status.GRANTED).exists()


@condition(_("Only who asked to close the group, the chair and vice-chair, and the ASA Office may withdraw it."))
def stands_behind_the_closing(user: Any, change: Any) -> bool:
    """A closing that the committee or the Office asked for is not the lead's to take back."""
    if steers_it_or_is_office(user, change):
        return True
    asked_as_lead = GroupRole.objects.filter(group=change.group_id, user=change.asked_by_id).exists()
    return asked_as_lead and leads_it(user, change)


_decides_on_the_change = any_of(decides_on_the_change, carries_out_a_procedure)
_asks = {
    GroupChange.Kind.EXTENSION: (leads_it, is_active, is_a_task_force),
    GroupChange.Kind.CONVERSION: (leads_it, is_active, is_a_task_force),
    GroupChange.Kind.CLOSING: (
        any_of(leads_it, steers_it_or_is_office, reason=steers_it_or_is_office.reason),
        is_active,
    ),
}
allow("groups.view_change", sees_the_change)
for kind, conditions in _asks.items():
    allow(f"groups.ask_{kind.value}", *conditions, nothing_is_asked_yet)
    decides = (_decides_on_the_change, has_no_part_in_the_change, no_procedure_is_open)
    allow(f"groups.grant_{kind.value}", *decides, is_active)
    allow(f"groups.decline_{kind.value}", *decides)
    behind = stands_behind_the_closing if kind == GroupChange.Kind.CLOSING else leads_it
    allow(f"groups.withdraw_{kind.value}", any_of(asked_for_the_change, behind, reason=behind.reason))
allow("groups.close_group", closing_is_granted)
