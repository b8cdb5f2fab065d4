"""Who leads a group, and how organisations come into it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import permissions, workflow
from core.workflow import NotPossible
from groups import steps
from groups.meetings.people import ask_newcomers
from groups.models import Group, GroupMembership, GroupRole
from members.models import Organisation, Representation, User, today


def may_lead(group: Group) -> list[tuple[User, Organisation]]:
    """Representatives and alternates of the organisations in the group, each with the one that they speak for."""
    rows = GroupMembership.objects.active().filter(group=group, organisation__in=Organisation.objects.members())
    bodies = rows.values("organisation")
    speak = Representation.objects.current().filter(organisation__in=bodies)
    today_for = set(speak.values_list("user_id", "organisation_id"))
    found = []
    for row in rows.select_related("organisation", "representative").prefetch_related("alternates"):
        people = [row.representative, *row.alternates.all()] if row.representative else list(row.alternates.all())
        found += [
            (user, row.organisation)
            for user in people
            if user.is_active and (user.pk, row.organisation_id) in today_for
        ]
    return found


@transaction.atomic
def appoint(
    *, group_id: int, actor: User, user: User, organisation: Organisation, role: str, note: str = ""
) -> GroupRole:
    """Hand over the lead, at once, or name a co-lead. Whoever leads until now leads no more: there is no moment
    without a lead, and none with two. Raises NotPossible for somebody whom no organisation in the group has named."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)  # two at once: the second sees the first
    permissions.require(actor, "groups.lead_group", group)
    if (user.pk, organisation.pk) not in {(person.pk, body.pk) for person, body in may_lead(group)}:
        raise NotPossible(_("Only people whom an organisation in the group has named can lead it."))
    held = GroupRole.objects.current().filter(group=group, user=user).first()
    if held is not None and held.role == role:
        raise NotPossible(_("%(who)s is %(role)s already.") % {"who": user, "role": held.get_role_display()})
    ends = GroupRole.objects.current().filter(group=group)
    if role == GroupRole.Role.LEAD:
        for one in ends.filter(role=role):
            _end(one, actor, note)
    if held is not None:
        _end(held, actor, note)
    new = GroupRole.objects.create(group=group, user=user, organisation=organisation, role=role, starts=today())
    workflow.act(steps.GIVE_ROLE, new, actor=actor, note=note, data={"role": role})
    ask_newcomers(group)
    return new


def _end(role: GroupRole, actor: User, note: str) -> None:
    role.end_now()
    workflow.act(steps.END_ROLE, role, actor=actor, note=note, data={"role": role.role})


@transaction.atomic
def end_co_lead(*, role_id: int, actor: User, note: str = "") -> GroupRole:
    """Raises NotPossible for the lead, who hands over instead."""
    role = GroupRole.objects.select_for_update(of=("self",)).select_related("group").get(pk=role_id)
    permissions.require(actor, "groups.lead_group", role.group)
    if role.role == GroupRole.Role.LEAD:
        raise NotPossible(_("A group is not without a lead: hand it over."))
    if role.is_current:
        _end(role, actor, note)
    return role


@transaction.atomic
def set_admission(*, group_id: int, actor: User, admission: str) -> Group:
    """Open to every member, or by decision of the lead. Who has asked already is still decided on."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
    permissions.require(actor, "groups.lead_group", group)
    if group.admission != admission:
        before, group.admission = group.admission, admission
        group.save(update_fields=["admission"])
        workflow.act(steps.SET_ADMISSION, group, actor=actor, data={"admission": [before, admission]})
    return group
