"""Who may do what with groups, proposals and work plans. Every condition carries the sentence that a person reads who
does not meet it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from committees.permissions import carries_out_a_procedure, holds_seat, no_procedure_is_open
from core.permissions import allow, any_of, condition
from groups.models import Group, GroupChange, GroupKind, GroupMembership, GroupRole, Proposal, Recommendation, WorkPlan
from members.models import Organisation, today
from members.permissions import is_insider

# -- Proposals --------------------------------------------------------------------------------------------------------


@condition(_("Only people who represent a member may propose a group."))
def represents_a_member(user: Any, obj: Any) -> bool:
    return bool(user.organisation_roles)


@condition(_("Only representatives of the organisation that proposes the group may do this."))
def represents_the_proposer(user: Any, proposal: Any) -> bool:
    return user.represents(proposal.organisation_id)


@condition(_("It is with the committee, or decided: what was submitted is not rewritten."))
def is_in_the_making(user: Any, obj: Any) -> bool:
    return obj.is_editable


@condition(
    _(
        "The chair and the vice-chair of the committee decide on proposals; the ASA Office does where the chair wrote"
        " the proposal or the seat is vacant."
    )
)
def decides_on_the_proposal(user: Any, proposal: Any) -> bool:
    return Proposal.objects.in_charge(user).filter(pk=proposal.pk).exists()


@condition(_("You wrote in this proposal yourself: somebody else of the committee or the ASA Office decides on it."))
def has_not_written_the_proposal(user: Any, proposal: Any) -> bool:
    return Proposal.objects.not_written_by(user).filter(pk=proposal.pk).exists()


@condition(_("This proposal is not open to you."))
def sees_the_proposal(user: Any, proposal: Any) -> bool:
    return Proposal.objects.visible_to(user).filter(pk=proposal.pk).exists()


@condition(_("Only representatives of this organisation may answer for it."))
def speaks_for_the_founder(user: Any, founder: Any) -> bool:
    return user.represents(founder.organisation_id)


@condition(_("Who proposes a group founds it: that is not to be confirmed."))
def is_a_co_founder(user: Any, founder: Any) -> bool:
    return founder.organisation_id != founder.proposal.organisation_id


@condition(_("Founders answer while the proposal is with the committee or returned."))
def founding_is_open(user: Any, founder: Any) -> bool:
    return founder.proposal.status in {Proposal.Status.SUBMITTED, Proposal.Status.RETURNED}


for verb in ("confirm", "refuse"):
    allow(f"groups.{verb}_founder", speaks_for_the_founder, is_a_co_founder, founding_is_open)
allow("groups.propose_group", represents_a_member)
allow("groups.view_proposal", sees_the_proposal)
allow("groups.change_proposal", represents_the_proposer, is_in_the_making)
allow("groups.submit_proposal", represents_the_proposer)
_decides_on_the_proposal = any_of(decides_on_the_proposal, carries_out_a_procedure)
for verb in ("accept", "return", "decline"):
    allow(f"groups.{verb}_proposal", _decides_on_the_proposal, has_not_written_the_proposal, no_procedure_is_open)

# -- Groups and their members -----------------------------------------------------------------------------------------


@condition(_("The workspace is for the organisations in the group, its committee and the ASA Office."))
def is_inside(user: Any, group: Any) -> bool:
    return Group.objects.inside_for(user).filter(pk=group.pk).exists()


@condition(_("The group is closed."))
def is_active(user: Any, obj: Any) -> bool:
    group = obj if isinstance(obj, Group) else obj.group
    return group.status == Group.Status.ACTIVE


@condition(
    _("The term of this task force is over: it is extended, converted or closed before anything new begins in it.")
)
def is_in_its_term(user: Any, obj: Any) -> bool:
    group = obj if isinstance(obj, Group) else obj.group
    return not group.is_over


@condition(_("Only representatives of a member may ask to join a group, and for their own organisation."))
def represents_an_active_member(user: Any, joining: Any) -> bool:
    return user.represents(joining.organisation_id)


@condition(_("Your organisation takes part in this group already, or has asked to."))
def is_not_in_it_yet(user: Any, joining: Any) -> bool:
    return (
        not GroupMembership.objects.live()
        .filter(group_id=joining.group_id, organisation_id=joining.organisation_id)
        .exists()
    )


@condition(_("The lead and co-lead of the group decide who joins; the chair of the committee does where no lead can."))
def decides_on_joining(user: Any, joining: Any) -> bool:
    return GroupMembership.objects.in_charge(user).filter(pk=joining.pk).exists()


@condition(_("You wrote this request yourself: somebody else decides on it."))
def has_not_asked_for_it(user: Any, joining: Any) -> bool:
    return joining.requested_by_id != user.pk


@condition(_("Only the lead and co-lead of the group may do this."))
def leads_it(user: Any, obj: Any) -> bool:
    group_id = obj.pk if isinstance(obj, Group) else obj.group_id
    return GroupRole.objects.of(user).filter(group_id=group_id).exists()


@condition(_("The organisation of a lead stays in the group: hand over the lead first."))
def does_not_lead(user: Any, joining: Any) -> bool:
    roles = GroupRole.objects.current().filter(group_id=joining.group_id, organisation_id=joining.organisation_id)
    return not roles.exists()


@condition(_("Only representatives of this organisation may do this."))
def speaks_for_the_member(user: Any, joining: Any) -> bool:
    return user.represents(joining.organisation_id)


@condition(
    _("Only the lead and co-lead of the group may do this; its committee and the ASA Office may in their place.")
)
def leads_or_steers_it(user: Any, group: Any) -> bool:
    return leads_it(user, group) or bool(user.is_office) or holds_seat(user, group.committee, *Seat.STEERING)


allow("groups.lead_group", leads_or_steers_it, is_active)
allow("groups.view_group_inside", is_inside)
allow("groups.ask_joining", represents_an_active_member, is_active, is_in_its_term, is_not_in_it_yet)
allow("groups.admit_joining", decides_on_joining, has_not_asked_for_it, is_active, is_in_its_term)
allow("groups.refuse_joining", decides_on_joining, has_not_asked_for_it)
allow("groups.remove_joining", leads_it, does_not_lead)
allow("groups.withdraw_joining", speaks_for_the_member)
allow("groups.leave_joining", speaks_for_the_member, does_not_lead)
allow("groups.represent_joining", speaks_for_the_member)

# -- Work plans ------------------------------------------------------------------------------------------------------


@condition(
    _(
        "The chair and the vice-chair of the committee decide on work plans; the ASA Office does where the chair leads"
        " the group or wrote the plan, or the seat is vacant."
    )
)
def decides_on_the_plan(user: Any, plan: Any) -> bool:
    return WorkPlan.objects.in_charge(user).filter(pk=plan.pk).exists()


@condition(
    _("You lead this group or wrote in this plan: somebody else of the committee or the ASA Office decides on it.")
)
def has_no_part_in_the_plan(user: Any, plan: Any) -> bool:
    return WorkPlan.objects.not_of(user).filter(pk=plan.pk).exists()


@condition(_("This work plan is not open to you."))
def sees_the_plan(user: Any, plan: Any) -> bool:
    return WorkPlan.objects.visible_to(user).filter(pk=plan.pk).exists()


@condition(_("A version is replaced by approving the next one."))
def decides_on_its_next_version(user: Any, plan: Any) -> bool:
    later = WorkPlan.objects.submitted().filter(group=plan.group_id, year=plan.year, version__gt=plan.version)
    return any(user.has_perm("groups.approve_workplan", one) for one in later)


@condition(_("A plan is completed when its year is over."))
def year_is_over(user: Any, plan: Any) -> bool:
    return plan.year < today().year


@condition(_("Only who is responsible for the activity, and the leads of the group, may do this."))
def answers_for_it(user: Any, activity: Any) -> bool:
    group_id = activity.plan.group_id
    if GroupRole.objects.of(user).filter(group_id=group_id).exists():
        return True
    # A person stays responsible while an organisation that they represent takes part.
    ours = Organisation.objects.members().filter(
        pk__in=list(user.organisation_roles),
        group_memberships__group_id=group_id,
        group_memberships__status=GroupMembership.Status.ACTIVE,
    )
    return activity.owner_id == user.pk and ours.exists()


@condition(_("Progress is recorded once the plan is approved, and until it is completed."))
def plan_is_in_force(user: Any, activity: Any) -> bool:
    return activity.plan.status == WorkPlan.Status.APPROVED


allow("groups.view_workplan", sees_the_plan)
allow("groups.start_workplan", leads_it, is_active, is_in_its_term)
allow("groups.change_workplan", leads_it, is_active, is_in_its_term, is_in_the_making)
allow("groups.submit_workplan", leads_it, is_active, is_in_its_term)
_decides_on_the_plan = any_of(decides_on_the_plan, carries_out_a_procedure)
for verb in ("return", "approve"):
    allow(f"groups.{verb}_workplan", _decides_on_the_plan, has_no_part_in_the_plan, no_procedure_is_open, is_active)
allow("groups.supersede_workplan", decides_on_its_next_version)
allow("groups.complete_workplan", leads_it, year_is_over)
for verb in ("report", "start", "finish", "drop", "postpone"):
    allow(f"groups.{verb}_activity", answers_for_it, plan_is_in_force)

# -- The future of a group --------------------------------------------------------------------------------------------


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
    allow(f"groups.withdraw_{kind.value}", any_of(asked_for_the_change, leads_it))
allow("groups.close_group", closing_is_granted)

# -- Recommendations --------------------------------------------------------------------------------------------------


@condition(_("Only those who hold a seat in this committee may do this."))
def sits_in_its_committee(user: Any, recommendation: Any) -> bool:
    return bool(user.is_office) or holds_seat(user, recommendation.committee)


@condition(
    _(
        "The chair and the vice-chair of the committee decide on recommendations; the ASA Office does where the chair"
        " wrote it or leads the group, or the seat is vacant."
    )
)
def decides_on_the_recommendation(user: Any, recommendation: Any) -> bool:
    return Recommendation.objects.in_charge(user).filter(pk=recommendation.pk).exists()


@condition(_("You wrote this or would have to answer it: somebody else of the committee or the ASA Office decides."))
def has_no_part_in_the_recommendation(user: Any, recommendation: Any) -> bool:
    return Recommendation.objects.not_of(user).filter(pk=recommendation.pk).exists()


@condition(_("Those to whom it is addressed answer: the leads of the group, or the ASA Office."))
def is_addressed(user: Any, recommendation: Any) -> bool:
    return Recommendation.objects.addressed_to(user).filter(pk=recommendation.pk).exists()


_decides_on_the_recommendation = any_of(decides_on_the_recommendation, carries_out_a_procedure)
allow("groups.view_recommendations", is_insider)
allow("groups.change_recommendation", sits_in_its_committee, is_in_the_making, no_procedure_is_open)
allow(
    "groups.issue_recommendation",
    _decides_on_the_recommendation,
    has_no_part_in_the_recommendation,
    no_procedure_is_open,
)
for verb in ("accept", "accept_partly", "decline", "follow_up"):
    allow(f"groups.{verb}_recommendation", is_addressed)
allow("groups.close_recommendation", decides_on_the_recommendation)
