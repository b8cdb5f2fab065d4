"""Who hears of what happens to proposals, groups and work plans. The actor never does (core.notifications)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Seat
from core.models import Event
from core.notifications import audience, name_kind
from groups.models import Group, GroupMembership, GroupRole, Proposal, WorkPlan
from groups.selectors import people_in
from members.models import Representation, StaffRole, User

name_kind("proposal", _("Proposals of groups"))
name_kind("group", _("Groups"))
name_kind("joining", _("Joining groups"))
name_kind("workplan", _("Work plans"))


def _steering_and_office(committee: Committee) -> Iterable[User]:
    seats = Seat.objects.in_force().steering().filter(committee=committee).values("user")
    office = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE).values("user")
    return User.objects.filter(Q(pk__in=seats) | Q(pk__in=office), is_active=True, is_system=False)


def _contacts(organisation_ids: Iterable[int]) -> Iterable[User]:
    """The primary contacts of organisations."""
    roles = Representation.objects.current().filter(
        organisation__in=list(organisation_ids), role=Representation.Role.PRIMARY
    )
    return User.objects.filter(pk__in=roles.values("user"))


def _leads(group: Group) -> Iterable[User]:
    return User.objects.filter(pk__in=GroupRole.objects.in_force().filter(group=group).values("user"))


@audience("proposal.submit")
def those_who_decide_on_it(event: Event, proposal: Proposal) -> Iterable[User]:
    """Chair and vice-chair; the Office where it falls to it. Never one who wrote in it."""
    candidates = _steering_and_office(proposal.committee)
    return [user for user in candidates if user.has_perm("groups.accept_proposal", proposal)]


@audience("proposal.accept", "proposal.return", "proposal.decline")
def those_who_proposed_it(event: Event, proposal: Proposal) -> Iterable[User]:
    return [
        *proposal.authors.all(),
        proposal.proposer,
        *_contacts(proposal.founder_rows.values_list("organisation_id", flat=True)),
    ]


@audience("group.found")
def committee_and_office(event: Event, group: Group) -> Iterable[User]:
    """The other seats of the committee, and the Office; the founders hear that their proposal was accepted."""
    seats = Seat.objects.in_force().filter(committee=group.committee).values("user")
    office = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE).values("user")
    return User.objects.filter(Q(pk__in=seats) | Q(pk__in=office), is_system=False)


@audience("joining.ask")
def those_who_admit(event: Event, membership: GroupMembership) -> Iterable[User]:
    leads = list(_leads(membership.group))
    deciding = [user for user in leads if user.has_perm("groups.admit_joining", membership)]
    if deciding:
        return deciding
    return [
        user
        for user in _steering_and_office(membership.group.committee)
        if user.has_perm("groups.admit_joining", membership)
    ]


@audience("joining.join", "joining.withdraw", "joining.leave")
def leads_of_the_group(event: Event, membership: GroupMembership) -> Iterable[User]:
    return _leads(membership.group)


@audience("joining.admit", "joining.refuse", "joining.remove")
def those_who_asked(event: Event, membership: GroupMembership) -> Iterable[User]:
    people = [membership.requested_by, membership.representative, *membership.alternates.all()]
    return [user for user in people if user is not None]


@audience("workplan.submit")
def those_who_decide_on_the_plan(event: Event, plan: WorkPlan) -> Iterable[User]:
    candidates = _steering_and_office(plan.group.committee)
    return [user for user in candidates if user.has_perm("groups.approve_workplan", plan)]


@audience("workplan.return")
def those_who_wrote_it(event: Event, plan: WorkPlan) -> Iterable[User]:
    return [*_leads(plan.group), *plan.authors.all()]


@audience("workplan.approve", "workplan.complete")
def everybody_in_the_group(event: Event, plan: WorkPlan) -> Iterable[User]:
    return [*people_in(plan.group), *plan.authors.all()]


name_kind("proposal", _("Proposals of groups"))
name_kind("group", _("Groups"))
name_kind("joining", _("Joining and leaving groups"))
name_kind("workplan", _("Work plans"))
