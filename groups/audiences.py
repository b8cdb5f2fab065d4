"""Who hears of what happens to proposals, groups and work plans. The actor never does (core.notifications)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Seat
from core.models import Event, Pace
from core.notifications import audience, name_kind
from groups import exchange
from groups.models import (
    Activity,
    Founder,
    Group,
    GroupChange,
    GroupGrant,
    GroupMembership,
    GroupRole,
    GuestInvitation,
    MeetingAction,
    OverdueReminder,
    Proposal,
    Recommendation,
    WorkPlan,
    WorkPlanGrant,
)
from groups.selectors import people_in
from members.models import Representation, StaffRole, User

name_kind("proposal", _("Proposals of groups"))
name_kind("group", _("Groups"))
name_kind("joining", _("Joining and leaving groups"))
name_kind("workplan", _("Work plans"))
name_kind("recommendation", _("Recommendations"))
name_kind("grouprole", _("Leads of groups"))
name_kind("guest", _("Guests of groups"))
name_kind("guestinvitation", _("Invitations of guests"))
name_kind("founder", _("Co-founders of proposals"))
name_kind("extension", _("Extensions of task forces"))
name_kind("conversion", _("Conversions to working groups"))
name_kind("closing", _("Closings of groups"))
name_kind("activity", _("Overdue activities"), pace=Pace.DAILY)


def _office() -> Iterable[User]:
    roles = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True, is_system=False)


def _steering_and_office(committee: Committee) -> Iterable[User]:
    seats = Seat.objects.in_force().steering().filter(committee=committee).values("user")
    office = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE).values("user")
    return User.objects.filter(Q(pk__in=seats) | Q(pk__in=office), is_active=True, is_system=False)


def _steering(committee: Committee) -> list[User]:
    """Chair and vice-chair; the Office where there is none."""
    seats = Seat.objects.in_force().steering().filter(committee=committee).values("user")
    return list(User.objects.filter(pk__in=seats, is_active=True)) or list(_office())


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
    """Chair and vice-chair; the Office where it falls to it, never one who wrote in it. And the contacts of the
    co-founders, who are asked to confirm."""
    candidates = _steering_and_office(proposal.committee)
    asked = proposal.founder_rows.filter(status=Founder.Status.ASKED).values_list("organisation_id", flat=True)
    return [
        *(user for user in candidates if user.has_perm("groups.accept_proposal", proposal)),
        *_contacts(asked),
    ]


@audience("proposal.accept", "proposal.return", "proposal.decline")
def those_who_proposed_it(event: Event, proposal: Proposal) -> Iterable[User]:
    return [
        *proposal.authors.all(),
        proposal.proposer,
        *_contacts(proposal.founder_rows.values_list("organisation_id", flat=True)),
    ]


@audience("proposal.answer")
def those_who_asked_about_it(event: Event, proposal: Proposal) -> Iterable[User]:
    candidates = _steering_and_office(proposal.committee)
    return [
        *(user for user in candidates if user.has_perm("groups.accept_proposal", proposal)),
        *exchange.askers(proposal),
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


@audience("joining.invite", "joining.uninvite")
def those_who_are_invited(event: Event, membership: GroupMembership) -> Iterable[User]:
    return _contacts([membership.organisation_id])


@audience("joining.accept", "joining.decline")
def those_who_invited(event: Event, membership: GroupMembership) -> Iterable[User]:
    return [*_leads(membership.group), *([membership.invited_by] if membership.invited_by else ())]


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


@audience("extension.ask", "conversion.ask", "closing.ask")
def those_who_decide_on_the_change(event: Event, change: GroupChange) -> Iterable[User]:
    right = f"groups.grant_{change.kind}"
    return [
        *(user for user in _steering_and_office(change.group.committee) if user.has_perm(right, change)),
        *(_leads(change.group) if change.kind == GroupChange.Kind.CLOSING else ()),
    ]


@audience("extension.decline", "conversion.decline", "closing.decline")
def those_who_asked_for_the_change(event: Event, change: GroupChange) -> Iterable[User]:
    return [change.asked_by, *_leads(change.group)]


@audience("extension.grant", "conversion.grant", "closing.grant")
def everybody_concerned_by_the_change(event: Event, change: GroupChange) -> Iterable[User]:
    return [change.asked_by, *people_in(change.group)]


@audience("group.prompt")
def those_who_must_say_what_becomes_of_it(event: Event, group: Group) -> Iterable[User]:
    """The leads, who ask for it, and chair and vice-chair, who decide; the Office where the committee has neither."""
    return [*_leads(group), *_steering(group.committee)]


@audience("recommendation.draft")
def those_who_may_issue_it(event: Event, found: Recommendation) -> Iterable[User]:
    candidates = _steering_and_office(found.committee)
    return [user for user in candidates if user.has_perm("groups.issue_recommendation", found)]


@audience("recommendation.issue")
def those_who_answer_it(event: Event, found: Recommendation) -> Iterable[User]:
    return _leads(found.group) if found.group else _office()


@audience(
    "recommendation.accept",
    "recommendation.accept_partly",
    "recommendation.decline",
    "recommendation.follow_up",
    "recommendation.close",
)
def those_who_recommended_it(event: Event, found: Recommendation) -> Iterable[User]:
    return [
        *found.authors.all(),
        *_steering_and_office(found.committee),
        *(_leads(found.group) if found.group else ()),
    ]


@audience("founder.confirm", "founder.refuse")
def who_named_the_founder(event: Event, founder: Founder) -> Iterable[User]:
    return [founder.proposal.proposer]


@audience("grouprole.give", "grouprole.end")
def whose_role_it_is(event: Event, role: GroupRole) -> Iterable[User]:
    return [role.user, *_leads(role.group)]


# -- What is overdue: who does it, then the lead, then the committee --------------------------------------------------
def _of_step(event: Event, doers: Iterable[User], leads: Iterable[User], committee: Committee) -> Iterable[User]:
    """Whose turn it is. Who was told on an earlier step is not told again by a later one."""
    told: set[User] = set()
    for step, people in (
        (OverdueReminder.Step.OWNER, doers),
        (OverdueReminder.Step.LEAD, leads),
        (OverdueReminder.Step.COMMITTEE, _steering(committee)),
    ):
        now = set(people) - told
        if step == event.data["step"]:
            return now
        told |= now
    raise ValueError(f"No such step: {event.data['step']}")


@audience("activity.remind")
def who_sees_to_the_activity(event: Event, activity: Activity) -> Iterable[User]:
    """Who does it: the person named while they are in the group, else who speaks for the organisation named, else the
    leads."""
    group = activity.plan.group
    leads = list(_leads(group))
    place = GroupMembership.objects.active().filter(group=group, organisation=activity.organisation_id)
    speaks = User.objects.filter(pk__in=place.values("representative"), is_active=True)
    owner = people_in(group).filter(pk=activity.owner_id) if activity.owner_id else []
    doers = list(owner) or list(speaks) or leads
    return _of_step(event, doers, leads, group.committee)


@audience("meetingaction.remind")
def who_sees_to_what_was_agreed(event: Event, action: MeetingAction) -> Iterable[User]:
    group, committee = action.meeting.group, action.meeting.committee
    if committee is None and group is not None:
        committee = group.committee
    if committee is None:
        raise ValueError("A meeting has a body.")
    leads = list(_leads(group)) if group else _steering(committee)
    return _of_step(event, [action.owner] if action.owner else leads, leads, committee)


@audience("recommendation.remind")
def who_has_not_answered(event: Event, found: Recommendation) -> Iterable[User]:
    return _of_step(event, those_who_answer_it(event, found), (), found.committee)


@audience("joining.remind")
def who_has_not_decided(event: Event, membership: GroupMembership) -> Iterable[User]:
    return _of_step(event, those_who_admit(event, membership), (), membership.group.committee)


@audience("founder.remind")
def who_has_not_confirmed(event: Event, founder: Founder) -> Iterable[User]:
    return _contacts([founder.organisation_id])


@audience("guest.extend", "guest.remind", "guest.revoke")
def who_is_the_guest(event: Event, grant: GroupGrant | WorkPlanGrant) -> Iterable[User]:
    return [grant.user, *_leads(grant.group)]


@audience("guestinvitation.create", "guestinvitation.renew", "guestinvitation.accept", "guestinvitation.withdraw")
def who_has_guests(event: Event, invitation: GuestInvitation) -> Iterable[User]:
    """The invited person gets a letter, with or without an account."""
    return [invitation.invited_by, *_leads(invitation.group)]
